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
    private var usesClock = false
    private var usesSession = false
    let constants: [String: Constant]
    private var definitions: [String: Value] = [:]
    private var names: [String]
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
            code: code, initial: cells, indicators: indicators, usesClock: usesClock, usesSession: usesSession)
    }

    // MARK: Parts

    mutating func value(_ expression: Expression) throws(RuleError) -> Value {
        switch expression.kind {
        case .number(let value): return .number(value)
        case .truth(let value): return .truth(value)
        case .name(let name): return try named(name, at: expression.at)
        case .call(let name, let arguments): return try call(name, arguments, expression)
        case .member(let base, let figure): return try member(base, figure, at: expression)
        case .history(let base, let bars): return try history(base, bars)
        case .unary(.minus, let operand):
            let value = try value(operand)
            return try arithmetic(.negative, [try number(value, at: operand, "what - stands before")], expression)
        case .unary(.not, let operand):
            return try logic(.not, [try condition(try value(operand), at: operand, "what not stands before")])
        case .binary(let sign, let left, let right): return try binary(sign, left, right, expression)
        }
    }

    private mutating func named(_ name: String, at offset: Int) throws(RuleError) -> Value {
        switch constants[name] {
        case .number(let value): return .number(value)
        case .truth(let value): return .truth(value)
        case nil: break
        }
        if let known = definitions[name] { return known }
        if let series = Series.named(name) {
            if series.isOfClock { usesClock = true }
            if series.isOfSession { usesSession = true }
            if series.rawValue > Series.close.rawValue { note(name, series.rawValue) }
            return .series(series.rawValue)
        }
        if Function(rawValue: name) != nil || IndicatorRegistry.entry(named: name) != nil {
            // Without parentheses its defaults are meant, where it has such.
            return try call(name, [], Expression(.name(name), at: offset))
        }
        let known = Series.allCases.map(\.name) + names.sorted() + Compiler.callables
        throw RuleError(at: offset, "nothing is called \(name.prefix(60))", unknown: name, known: known)
    }

    public static let callables = Function.allCases.map(\.rawValue) + IndicatorRegistry.entries.map(\.listing.name)

    private mutating func binary(
        _ sign: Expression.Binary, _ left: Expression, _ right: Expression, _ whole: Expression
    ) throws(RuleError) -> Value {
        let (first, second) = (try value(left), try value(right))
        switch sign {
        case .and, .or:
            let sides = "what \(sign.rawValue) joins"
            let both = [try condition(first, at: left, sides), try condition(second, at: right, sides)]
            return try logic(sign == .and ? .and : .or, both)
        case .plus, .minus, .times, .over, .power:
            let sides = "what \(sign.rawValue) stands between"
            let both = [try number(first, at: left, sides), try number(second, at: right, sides)]
            return try arithmetic(sign.arithmetic, both, whole)
        case .equal, .unequal:
            let same = try equality(first, second, left, right)
            return sign == .equal ? same : try logic(.not, [same])
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            let sides = "what \(sign.rawValue) compares"
            let both = [try number(first, at: left, sides), try number(second, at: right, sides)]
            let isTurned = sign == .greater || sign == .greaterOrEqual
            let operation: Instruction.Operation = sign == .less || sign == .greater ? .less : .lessOrEqual
            return try compare(operation, isTurned ? both.reversed() : both)
        }
    }

    private mutating func equality(
        _ first: Value, _ second: Value, _ left: Expression, _ right: Expression
    ) throws(RuleError) -> Value {
        if first.isCondition, second.isCondition {
            return try compare(.equal, [first, second])
        }
        let both = [
            try number(first, at: left, "what == compares"), try number(second, at: right, "what == compares"),
        ]
        return try compare(.equal, both)
    }

    private mutating func member(
        _ base: Expression, _ figure: String, at whole: Expression
    ) throws(RuleError) -> Value {
        let value = try value(base)
        guard case .several(let listing, let first) = value else {
            if case .series(let cell) = value, case .call(let name, _) = base.kind, name == figure { return .series(cell) }
            throw RuleError(at: whole.at, "\(base) is a single figure, and has no .\(figure.prefix(40))")
        }
        guard let number = listing.outputs.firstIndex(of: figure) else {
            throw RuleError(
                at: whole.at,
                "\(listing.name) gives no \(figure.prefix(40)); it gives \(listing.outputs.joined(separator: ", "))",
                unknown: figure, known: listing.outputs)
        }
        note("\(whole)", first + number)
        return .series(first + number)
    }

    private mutating func history(_ base: Expression, _ bars: Expression) throws(RuleError) -> Value {
        let bars = try whole(bars, "bars ago", 0...10_000)
        let value = try value(base)
        guard bars > 0 else { return value }
        switch value {
        case .number, .truth: return value
        case .condition(let cell): return .condition(try ago(cell, bars, at: base.at))
        case .series, .several:
            return .series(try ago(try numberCell(value, at: base, "what [\(bars)] follows"), bars, at: base.at))
        }
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
            throw RuleError(at: offset, "the rules look back further than there is room: fewer bars would be right")
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
        let (a, b, c) = (operands[0], operands.count > 1 ? operands[1] : 0, operands.count > 2 ? operands[2] : 0)
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
        guard looked.count < 8, name.utf8.count <= 60, !looked.contains(where: { $0.place.cell == cell }) else { return }
        looked.append(NamedPlace(name: name, place: Place(cell: cell, warmUp: warmUps[cell])))
    }
}
