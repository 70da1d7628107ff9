import Indicators

/// From the tree of a rule to the cells of a program.
extension Compiler {
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
            return try arithmetic(
                .negative, [try number(value, at: operand, "what - stands before")], expression)
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

    public static let callables =
        Function.allCases.map(\.rawValue) + IndicatorRegistry.entries.map(\.listing.name)

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
            try number(first, at: left, "what == compares"),
            try number(second, at: right, "what == compares"),
        ]
        return try compare(.equal, both)
    }

    private mutating func member(
        _ base: Expression, _ figure: String, at whole: Expression
    ) throws(RuleError) -> Value {
        let value = try value(base)
        guard case .several(let listing, let first) = value else {
            if case .series(let cell) = value, case .call(let name, _) = base.kind, name == figure {
                return .series(cell)
            }
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
            return .series(
                try ago(try numberCell(value, at: base, "what [\(bars)] follows"), bars, at: base.at))
        }
    }
}
