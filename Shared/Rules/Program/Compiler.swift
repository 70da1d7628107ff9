import Indicators

/// Makes a program of rules. Rules that are given one after the other share what they have in common.
public struct Compiler {
    /// What a part of a rule is.
    enum Value {
        /// Known before the first bar: a number, or a condition.
        case number(Double)
        case truth(Bool)
        /// A number, or a condition, at each bar: in a cell.
        case series(Int)
        case condition(Int)
        /// Several figures of an indicator, from a cell on.
        case several(Listing, Int)
    }

    /// What a cell was made from: the same once more is the same cell.
    private enum Origin: Hashable {
        case constant(UInt64)
        case step(Instruction.Operation, Int, Int, Int)
        case indicator(String, [Double], Int)
        case pair(Int, Int)
    }

    var cells: [Double]
    private var code: [Instruction] = []
    private(set) var indicators: [any ListedIndicator] = []
    private var origins: [Origin: Int] = [:]
    private var warmUps: [Int]
    var usesClock = false
    var usesSession = false
    let constants: [String: Constant]
    var definitions: [String: Value] = [:]
    var names: [String]
    private var looked: [NamedPlace] = []
    /// Room of an instrument in cells; what takes more is a mistake.
    private static let cellsMax = 100_000
    private static let indicatorsMax = 500

    public init(parameters constants: [String: Constant] = [:]) {
        self.constants = constants
        cells = Array(repeating: .nan, count: Series.allCases.count)
        cells[Series.session.rawValue] = 0
        cells[Series.position.rawValue] = 0
        warmUps = Series.allCases.map(\.warmUp)
        names = Array(constants.keys)
    }

    // MARK: What is asked of it

    /// Gives a part of rules a name, for those that come after it.
    public mutating func define(_ name: String, _ expression: Expression) throws(RuleError) {
        definitions[name] = try value(expression)
        names.append(name)
    }

    /// A rule that holds or does not.
    public mutating func condition(_ expression: Expression) throws(RuleError) -> Place {
        let cell = try conditionCell(try value(expression), at: expression, "the rule")
        return Place(cell: cell, warmUp: warmUps[cell])
    }

    /// A rule that gives a number.
    public mutating func number(_ expression: Expression) throws(RuleError) -> Place {
        let cell = try numberCell(try value(expression), at: expression, "the rule")
        return Place(cell: cell, warmUp: warmUps[cell])
    }

    /// The figures that were looked at since this was asked before, by the words of the rules.
    public mutating func takeLookedAt() -> [NamedPlace] {
        defer { looked = [] }
        return looked
    }

    public func program() -> Program {
        Program(
            code: code, initial: cells, indicators: indicators, usesClock: usesClock, usesSession: usesSession
        )
    }

    mutating func ago(_ cell: Int, _ bars: Int, at offset: Int) throws(RuleError) -> Int {
        let origin = Origin.step(.ago, cell, bars, 0)
        if let known = origins[origin] { return known }
        let ring = try state([0] + Array(repeating: .nan, count: bars), at: offset)
        return try emit(.ago, cell, bars, ring, origin, warmUp: warmUps[cell] + bars)
    }

    // MARK: Cells

    /// The cell of a constant.
    mutating func cell(_ constant: Double) -> Int {
        let origin = Origin.constant(constant.bitPattern)
        if let known = origins[origin] { return known }
        cells.append(constant)
        warmUps.append(0)
        origins[origin] = cells.count - 1
        return cells.count - 1
    }

    /// Cells that are kept from bar to bar.
    private mutating func state(_ values: [Double], at offset: Int) throws(RuleError) -> Int {
        guard cells.count + values.count <= Compiler.cellsMax else {
            throw RuleError(
                at: offset, "the rules look back further than there is room: fewer bars would be right")
        }
        cells += values
        warmUps += Array(repeating: 0, count: values.count)
        return cells.count - values.count
    }

    private mutating func emit(
        _ operation: Instruction.Operation, _ a: Int, _ b: Int, _ c: Int, _ origin: Origin, warmUp: Int,
        width: Int = 1
    ) throws(RuleError) -> Int {
        cells += Array(repeating: .nan, count: width)
        warmUps += Array(repeating: warmUp, count: width)
        let to = cells.count - width
        code.append(Instruction(operation: operation, to: Int32(to), a: Int32(a), b: Int32(b), c: Int32(c)))
        origins[origin] = to
        return to
    }

    /// A step that hangs on nothing but its operands.
    mutating func step(_ operation: Instruction.Operation, _ operands: [Int]) throws(RuleError) -> Int {
        let (a, b, c) = (
            operands[0], operands.count > 1 ? operands[1] : 0, operands.count > 2 ? operands[2] : 0
        )
        let origin = Origin.step(operation, a, b, c)
        if let known = origins[origin] { return known }
        let warmUp = operands.map { warmUps[$0] }.max() ?? 0
        return try emit(operation, a, b, c, origin, warmUp: warmUp)
    }

    /// 1 where one came to lie above the other, -1 below.
    mutating func crossing(_ a: Int, _ b: Int, at offset: Int) throws(RuleError) -> Int {
        let origin = Origin.step(.crossing, a, b, 0)
        if let known = origins[origin] { return known }
        let side = try state([0], at: offset)
        return try emit(.crossing, a, b, side, origin, warmUp: max(warmUps[a], warmUps[b]) + 1)
    }

    mutating func since(_ condition: Int, at offset: Int) throws(RuleError) -> Int {
        let origin = Origin.step(.since, condition, 0, 0)
        if let known = origins[origin] { return known }
        let counter = try state([.nan], at: offset)
        return try emit(.since, condition, 0, counter, origin, warmUp: warmUps[condition])
    }

    mutating func when(_ condition: Int, _ number: Int, at offset: Int) throws(RuleError) -> Int {
        let origin = Origin.step(.when, condition, number, 0)
        if let known = origins[origin] { return known }
        let kept = try state([.nan], at: offset)
        return try emit(
            .when, condition, number, kept, origin, warmUp: max(warmUps[condition], warmUps[number]))
    }

    /// Two cells beside each other.
    private mutating func pair(_ a: Int, _ b: Int) throws(RuleError) -> Int {
        let origin = Origin.pair(a, b)
        if let known = origins[origin] { return known }
        let warmUp = max(warmUps[a], warmUps[b])
        let first = try emit(.copy, a, 0, 0, origin, warmUp: warmUp)
        _ = try emit(.copy, b, 0, 0, origin, warmUp: warmUp)
        origins[origin] = first
        return first
    }

    /// An indicator over the cells from a first one on; gives the first of its figures.
    mutating func indicator(
        _ indicator: some ListedIndicator, _ listing: Listing, _ figures: [Double], over inputs: [Int],
        at offset: Int
    ) throws(RuleError) -> Int {
        let input = inputs.count == 2 ? try pair(inputs[0], inputs[1]) : inputs[0]
        let origin = Origin.indicator(listing.name, figures, input)
        if let known = origins[origin] { return known }
        guard indicators.count < Compiler.indicatorsMax else {
            throw RuleError(at: offset, "the rules use more than \(Compiler.indicatorsMax) indicators")
        }
        if listing.inputs.contains(.session) { usesSession = true }
        indicators.append(indicator)
        let before = inputs.map { warmUps[$0] }.max() ?? 1
        return try emit(
            .indicator, input, indicators.count - 1, listing.outputs.count, origin,
            warmUp: before + indicator.warmUp - 1, width: listing.outputs.count)
    }

    /// Remembers a figure for the reasons, once and a few at most.
    mutating func note(_ name: String, _ cell: Int) {
        guard looked.count < 8, name.utf8.count <= 60, !looked.contains(where: { $0.place.cell == cell })
        else { return }
        looked.append(NamedPlace(name: name, place: Place(cell: cell, warmUp: warmUps[cell])))
    }
}
