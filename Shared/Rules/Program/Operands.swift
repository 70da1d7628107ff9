import Indicators

/// Numbers and conditions are told apart, and what is known beforehand is worked out once.
extension Compiler {
    mutating func number(_ value: Value, at expression: Expression, _ role: String) throws(RuleError) -> Value
    {
        switch value {
        case .number, .series: return value
        case .truth, .condition:
            throw RuleError(
                at: expression.at, "\(role) should be a number, and \(shown(expression)) is a condition")
        case .several(let listing, let first):
            // An indicator whose main figure bears its name is meant by it.
            if let place = listing.outputs.firstIndex(of: listing.name) {
                note("\(expression)", first + place)
                return .series(first + place)
            }
            throw RuleError(
                at: expression.at,
                "\(listing.name) gives \(listing.outputs.joined(separator: ", ")): \(shown(expression))."
                    + "\(listing.outputs[0]) would be one of them")
        }
    }

    mutating func condition(_ value: Value, at expression: Expression, _ role: String) throws(RuleError)
        -> Value
    {
        switch value {
        case .truth, .condition: return value
        case .number, .series, .several:
            throw RuleError(
                at: expression.at,
                "\(role) should be a condition, and \(shown(expression)) is a number: a comparison such as "
                    + "\(shown(expression)) > 0 would be right")
        }
    }

    private func shown(_ expression: Expression) -> String {
        let text = "\(expression)"
        return text.utf8.count <= 60 ? text : "it"
    }

    mutating func numberCell(_ value: Value, at expression: Expression, _ role: String) throws(RuleError)
        -> Int
    {
        cell(of: try number(value, at: expression, role))
    }

    mutating func conditionCell(_ value: Value, at expression: Expression, _ role: String) throws(RuleError)
        -> Int
    {
        cell(of: try condition(value, at: expression, role))
    }

    mutating func cell(of value: Value) -> Int {
        switch value {
        case .number(let number): cell(number)
        case .truth(let truth): cell(truth ? 1 : 0)
        case .series(let cell), .condition(let cell), .several(_, let cell): cell
        }
    }

    /// Of numbers a number.
    mutating func arithmetic(
        _ operation: Instruction.Operation, _ operands: [Value], _ whole: Expression
    ) throws(RuleError) -> Value {
        guard let known = folded(operation, operands) else {
            return .series(try step(operation, operands.map { cell(of: $0) }))
        }
        guard known.isFinite else {
            throw RuleError(at: whole.at, "\(shown(whole)) is no number")
        }
        return .number(known)
    }

    /// Of numbers a condition.
    mutating func compare(_ operation: Instruction.Operation, _ operands: [Value]) throws(RuleError) -> Value
    {
        if let known = folded(operation, operands) { return .truth(known == 1) }
        return .condition(try step(operation, operands.map { cell(of: $0) }))
    }

    /// Of conditions a condition.
    mutating func logic(_ operation: Instruction.Operation, _ operands: [Value]) throws(RuleError) -> Value {
        try compare(operation, operands)
    }

    private func folded(_ operation: Instruction.Operation, _ operands: [Value]) -> Double? {
        var numbers: [Double] = []
        for operand in operands {
            switch operand {
            case .number(let value): numbers.append(value)
            case .truth(let truth): numbers.append(truth ? 1 : 0)
            case .series, .condition, .several: return nil
            }
        }
        return operation.result(
            numbers[0], numbers.count > 1 ? numbers[1] : 0, numbers.count > 2 ? numbers[2] : 0)
    }

    /// A whole number that is known beforehand.
    mutating func whole(_ expression: Expression, _ what: String, _ range: ClosedRange<Int>) throws(RuleError)
        -> Int
    {
        let value = try value(expression)
        guard case .number(let number) = value else {
            throw RuleError(
                at: expression.at,
                "\(what) must be known before the first bar: a number or a parameter, and not \(shown(expression))"
            )
        }
        guard number == number.rounded(), number >= Double(range.lowerBound),
            number <= Double(range.upperBound)
        else {
            throw RuleError(
                at: expression.at,
                "\(what) must be a whole number from \(range.lowerBound) to \(range.upperBound), not \(Rules.shown(number))"
            )
        }
        return Int(number)
    }
}

extension Expression.Binary {
    /// What a sign between numbers does.
    var arithmetic: Instruction.Operation {
        switch self {
        case .minus: .minus
        case .times: .times
        case .over: .over
        case .power: .power
        default: .plus
        }
    }
}

extension Compiler.Value {
    var isCondition: Bool {
        switch self {
        case .truth, .condition: true
        case .number, .series, .several: false
        }
    }
}
