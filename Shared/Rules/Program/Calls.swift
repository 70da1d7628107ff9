import Indicators

/// Functions and indicators.
extension Compiler {
    mutating func call(
        _ name: String, _ arguments: [Expression.CallArgument], _ whole: Expression
    ) throws(RuleError) -> Value {
        if let function = Function(rawValue: name) { return try call(function, arguments, whole) }
        if let entry = IndicatorRegistry.entry(named: name) { return try call(entry, arguments, whole) }
        let isSeries = Series.named(name) != nil || constants[name] != nil
        throw RuleError(
            at: whole.at,
            isSeries
                ? "\(name.prefix(60)) is not called with parentheses; \(name)[1] is what it was a bar ago"
                : "there is no indicator and no function \(name.prefix(60))",
            unknown: isSeries ? nil : name, known: Compiler.callables)
    }

    // MARK: Functions

    private mutating func call(
        _ function: Function, _ arguments: [Expression.CallArgument], _ whole: Expression
    ) throws(RuleError) -> Value {
        if let named = arguments.first(where: { $0.name != nil }) {
            throw RuleError(at: named.at, "\(function.call) takes no names")
        }
        guard function.count.contains(arguments.count) else {
            throw RuleError(
                at: whole.at, "it is called \(function.call), and not with \(arguments.count) figures")
        }
        let given = arguments.map(\.value)
        let role = "what \(function.rawValue) is given"
        switch function {
        case .abs: return try arithmetic(.magnitude, try numbers(given, role), whole)
        case .sqrt: return try arithmetic(.root, try numbers(given, role), whole)
        case .log: return try arithmetic(.logarithm, try numbers(given, role), whole)
        case .exp: return try arithmetic(.exponential, try numbers(given, role), whole)
        case .sign: return try arithmetic(.sign, try numbers(given, role), whole)
        case .floor: return try arithmetic(.floor, try numbers(given, role), whole)
        case .min: return try arithmetic(.smaller, try numbers(given, role), whole)
        case .max: return try arithmetic(.larger, try numbers(given, role), whole)
        case .otherwise: return try arithmetic(.otherwise, try numbers(given, role), whole)
        case .known: return .condition(try step(.known, [cell(of: try known(given[0]))]))
        case .choose:
            let test = try condition(try value(given[0]), at: given[0], "the first of \(function.call)")
            return try arithmetic(.choose, [test] + (try numbers(Array(given.dropFirst()), role)), whole)
        case .change:
            let now = try numberCell(try value(given[0]), at: given[0], role)
            let bars = given.count > 1 ? try self.whole(given[1], "bars", 1...10_000) : 1
            return .series(try step(.minus, [now, try ago(now, bars, at: whole.at)]))
        case .crossesAbove, .crossesBelow:
            let both = try numbers(given, role)
            let crossing = try crossing(cell(of: both[0]), cell(of: both[1]), at: whole.at)
            return .condition(try step(.equal, [crossing, cell(function == .crossesAbove ? 1 : -1)]))
        case .rising, .falling:
            let now = try numberCell(try value(given[0]), at: given[0], role)
            let before = try ago(now, 1, at: whole.at)
            let moved = try step(.less, function == .rising ? [before, now] : [now, before])
            return try window(moved, "lowest", given[1], whole)
        case .any, .all:
            let test = try conditionCell(try value(given[0]), at: given[0], "the first of \(function.call)")
            return try window(test, function == .any ? "highest" : "lowest", given[1], whole)
        case .when:
            let test = try conditionCell(try value(given[0]), at: given[0], "the first of \(function.call)")
            return .series(
                try when(test, try numberCell(try value(given[1]), at: given[1], role), at: whole.at))
        case .since:
            let test = try conditionCell(try value(given[0]), at: given[0], role)
            return .series(try since(test, at: whole.at))
        }
    }

    private mutating func numbers(_ given: [Expression], _ role: String) throws(RuleError) -> [Value] {
        var values: [Value] = []
        for each in given { values.append(try number(try value(each), at: each, role)) }
        return values
    }

    private mutating func known(_ expression: Expression) throws(RuleError) -> Value {
        let value = try value(expression)
        return value.isCondition ? value : try number(value, at: expression, "what known is given")
    }

    /// Whether a condition held in one, or in each, of the last bars: the largest or least of its ones and noughts.
    private mutating func window(
        _ condition: Int, _ extreme: String, _ bars: Expression, _ whole: Expression
    ) throws(RuleError) -> Value {
        let bars = try self.whole(bars, "bars", 1...10_000)
        guard let entry = IndicatorRegistry.entry(named: extreme) else { return .condition(condition) }
        let made = try make(entry, [("period", Double(bars))], at: whole.at)
        return .condition(try indicator(made, entry.listing, [Double(bars)], over: [condition], at: whole.at))
    }

    // MARK: Indicators

    private mutating func call(
        _ entry: IndicatorEntry, _ arguments: [Expression.CallArgument], _ whole: Expression
    ) throws(RuleError) -> Value {
        let listing = entry.listing
        var inputs: [Int] = []
        var given: [(name: String, value: Double)] = []
        var places: [String: Int] = [:]
        for argument in arguments {
            let value = try value(argument.value)
            if case .number(let number) = value {
                var name = argument.name ?? ""
                if argument.name == nil { name = try nextParameter(after: given, of: entry, at: argument.at) }
                given.append((name, number))
                places[name] = argument.at
            } else {
                try refuse(argument, value, entry, inputs.count, given.count)
                inputs.append(try numberCell(value, at: argument.value, "what \(listing.name) looks at"))
            }
        }
        if entry.input == .pair, inputs.count != 2 {
            throw RuleError(
                at: whole.at, "\(listing.name) relates two series: \(usage(of: entry)) would be right")
        }
        let cells = inputs.isEmpty ? [standard(of: entry)] : inputs
        let made = try make(entry, given, at: whole.at, places)
        let figures = listing.parameters.map { parameter in
            given.first { $0.name == parameter.name }?.value ?? parameter.fallback
        }
        let first = try indicator(made, listing, figures, over: cells, at: whole.at)
        guard listing.outputs.count == 1 else { return .several(listing, first) }
        note("\(whole)", first)
        return .series(first)
    }

    private func refuse(
        _ argument: Expression.CallArgument, _ value: Value, _ entry: IndicatorEntry, _ inputs: Int,
        _ given: Int
    ) throws(RuleError) {
        let listing = entry.listing
        if let name = argument.name {
            throw RuleError(
                at: argument.at,
                "\(name.prefix(40)) of \(listing.name) must be known before the first bar: a number or a parameter"
            )
        }
        let room = entry.input == .number ? 1 : entry.input == .pair ? 2 : 0
        guard inputs < room, given == 0 else {
            throw RuleError(
                at: argument.at,
                room == 0
                    ? "\(listing.name) looks at the bar itself, and at no other series: \(usage(of: entry)) would be right"
                    : "\(usage(of: entry)) would be right: series first, and then numbers that are known before the first bar"
            )
        }
    }

    private func nextParameter(
        after given: [(name: String, value: Double)], of entry: IndicatorEntry, at offset: Int
    ) throws(RuleError) -> String {
        let free = entry.listing.parameters.map(\.name).filter { name in !given.contains { $0.name == name } }
        guard let next = free.first else {
            throw RuleError(at: offset, "that is a figure too many: \(usage(of: entry)) would be right")
        }
        return next
    }

    private func make(
        _ entry: IndicatorEntry, _ given: [(name: String, value: Double)], at offset: Int,
        _ places: [String: Int] = [:]
    ) throws(RuleError) -> any ListedIndicator {
        do throws(ParameterError) {
            return try entry.make(given)
        } catch {
            let place = given.first { error.description.contains(": \($0.name) ") }.flatMap {
                places[$0.name]
            }
            throw RuleError(
                at: error.unknownName.flatMap { places[$0] } ?? place ?? offset, error.description,
                unknown: error.unknownName, known: entry.listing.parameters.map(\.name))
        }
    }

    /// What is looked at where nothing is said: the bar, its volume or its close.
    private func standard(of entry: IndicatorEntry) -> Int {
        if entry.input == .candle { return Series.open.rawValue }
        return entry.listing.inputs.first == .volume ? Series.volume.rawValue : Series.close.rawValue
    }

    /// `sma(close, period)`.
    private func usage(of entry: IndicatorEntry) -> String {
        let series = entry.input == .candle ? [] : entry.input == .pair ? ["close", "volume"] : ["close"]
        return
            "\(entry.listing.name)(\((series + entry.listing.parameters.map { $0.text($0.fallback) }).joined(separator: ", ")))"
    }
}
