import Domain

/// How a feature is made from one symbol's bars: a plain state that takes a reading at each bar, and answers with a
/// number, or with nothing until it has seen enough and where the number is not defined.
protocol SymbolFeature<Input>: Sendable {
    /// A `Reading`, or a `Pair` of the symbol's return and that of its company.
    associatedtype Input: Sendable
    mutating func update(_ input: Input) -> Double?
}

/// What the symbols that have a bar at an instant show, densely.
struct Inputs<Input: Sendable>: Sendable {
    private(set) var symbols: [Int] = []
    private(set) var values: [Input] = []

    mutating func add(_ input: Input, of symbol: Int) {
        symbols.append(symbol)
        values.append(input)
    }

    mutating func removeAll() {
        symbols.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }
}

/// The states of one feature for many symbols side by side, so that a whole cross-section takes one call.
///
/// The type of the states is hidden behind closures and not behind a protocol: the compiler makes a closure for each type,
/// where it makes one slow function for all types that conform by being generic (8 µs a symbol with all features instead
/// of 2).
struct Block<Input: Sendable>: Sendable {
    private var states: any Sendable
    private let advance: @Sendable (inout any Sendable, borrowing Inputs<Input>, inout [Double?]) -> Void
    private let goThrough: @Sendable (any Sendable, [Input?]) -> [Double?]
    private let walkOver: @Sendable (inout any Sendable, inout SnapshotWalk) throws(SnapshotMismatch) -> Void

    @inline(__always)
    init<Feature: SymbolFeature>(_ state: Feature, symbols: Int) where Feature.Input == Input {
        states = Array(repeating: state, count: symbols)
        advance = { states, inputs, row in
            guard var typed = states as? [Feature] else {
                preconditionFailure("the states changed their type")
            }
            // Given back below: until then the array has one owner, and is not copied.
            states = ()
            typed.withUnsafeMutableBufferPointer { typed in
                inputs.values.withUnsafeBufferPointer { values in
                    for (place, symbol) in inputs.symbols.enumerated() {
                        row[symbol] = answer(of: &typed[symbol], to: values[place])
                    }
                }
            }
            states = typed
        }
        goThrough = { states, inputs in
            guard var state = (states as? [Feature])?.first else {
                preconditionFailure("the states changed their type")
            }
            return inputs.map { input in
                guard let input else { return nil }
                return answer(of: &state, to: input)
            }
        }
        walkOver = { (states, walk) throws(SnapshotMismatch) in
            guard var typed = states as? [Feature] else {
                preconditionFailure("the states changed their type")
            }
            try walk.variables(ofEach: &typed)
            states = typed
        }
    }

    mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walkOver(&states, &walk)
    }

    /// Shows each symbol its input, and puts the answers into a row; a symbol without an input has none.
    mutating func update(_ inputs: borrowing Inputs<Input>, into row: inout [Double?]) {
        for symbol in row.indices { row[symbol] = nil }
        advance(&states, inputs, &row)
    }

    /// Shows a fresh symbol all its inputs one after the other.
    func column(over inputs: [Input?]) -> [Double?] { goThrough(states, inputs) }
}

/// What is not finite is not defined: the one place through which every number of a feature goes.
@inline(__always)
private func answer<Feature: SymbolFeature>(of state: inout Feature, to input: Feature.Input) -> Double? {
    guard let number = state.update(input), number.isFinite else { return nil }
    return number
}
