import Strategies

/// A parameter that a sweep varies, and the values that it may take.
public struct SweepAxis: Sendable {
    enum Values: Sendable {
        case listed([Argument])
        /// Any number of a range; samples only.
        case range(ClosedRange<Double>)
    }

    public let parameter: Parameter
    /// Its place among the strategy's parameters.
    let place: Int
    let values: Values

    /// A text such as `fast=5,10,20`, `slow=50..200/10`, or `stop=0.5..3` without a step: any number from the one to
    /// the other, from which samples can be drawn.
    public init(_ text: String, _ parameters: [Parameter], of strategy: String) throws(ParameterError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let place = parameters.firstIndex(where: { $0.name == parts[0] }) else {
            throw ParameterError(
                "\(text.prefix(60)) is no axis of \(strategy): a parameter and its values such as "
                    + "\(parameters.first?.name ?? "fast")=5,10 or 5..50/5 would be right",
                unknown: parts.count == 2 ? String(parts[0]) : nil, known: parameters.map(\.name))
        }
        parameter = parameters[place]
        self.place = place
        values = try SweepAxis.values(parts[1], of: parameters[place])
    }

    public var name: String { parameter.name }

    /// How many values there are; nothing where any number of a range will do.
    public var count: Int? {
        guard case .listed(let arguments) = values else { return nil }
        return arguments.count
    }

    subscript(index: Int) -> Argument {
        guard case .listed(let arguments) = values else {
            preconditionFailure("\(name) is a range, and only samples can be drawn from it")
        }
        return arguments[index]
    }

    /// The value at a part of the axis, from 0 to below 1: each listed value has the same share.
    func argument(at share: Double) -> Argument {
        switch values {
        case .listed(let arguments):
            arguments[min(Int(share * Double(arguments.count)), arguments.count - 1)]
        case .range(let range):
            .number(range.lowerBound + (range.upperBound - range.lowerBound) * share)
        }
    }

    /// Where an argument lies on the axis, from 0 to 1; it is one of the axis's own.
    func share(of argument: Argument) -> Double {
        switch (values, argument) {
        case (.range(let range), .number(let number)):
            let width = range.upperBound - range.lowerBound
            return width > 0 ? (number - range.lowerBound) / width : 0
        case (.listed(let arguments), _):
            let place = arguments.firstIndex(of: argument) ?? 0
            return arguments.count > 1 ? Double(place) / Double(arguments.count - 1) : 0
        default: return 0
        }
    }

    /// `5,10,20`; `5..50/5`: from, to and step; or `0.5..3`: a step of 1 for whole numbers, none for others.
    private static func values(_ text: Substring, of parameter: Parameter) throws(ParameterError) -> Values {
        guard let (from, rest) = split(text, at: "..") else {
            return .listed(try listed(text.split(separator: ",").map(String.init), parameter))
        }
        let (end, step) = split(rest, at: "/") ?? (rest, "")
        guard let low = Double(from), let high = Double(end), low <= high, low.isFinite, high.isFinite else {
            throw noRange(text, parameter)
        }
        if step.isEmpty, case .number(let range, _) = parameter.kind {
            // Both ends have to be good, and then so is all between them.
            _ = try parameter.argument(String(from))
            _ = try parameter.argument(String(end))
            return .range(max(low, range.lowerBound)...min(high, range.upperBound))
        }
        guard let by = step.isEmpty ? 1 : Double(step), by > 0, (high - low) / by < 1_000_000 else {
            throw noRange(text, parameter)
        }
        // Counted, because sums of steps would drift.
        let count = Int(((high - low) / by + 1e-9).rounded(.down))
        return .listed(
            try listed((0...count).map { "\(Argument.number(low + Double($0) * by))" }, parameter))
    }

    private static func listed(
        _ texts: [String], _ parameter: Parameter
    ) throws(ParameterError) -> [Argument] {
        var arguments: [Argument] = []
        var seen: Set<Argument> = []
        for text in texts {
            let argument = try parameter.argument(text)
            if seen.insert(argument).inserted { arguments.append(argument) }
        }
        guard !arguments.isEmpty else {
            throw ParameterError("\(parameter.name)= has no value: 5,10 or 5..50/5 would be right")
        }
        return arguments
    }

    private static func noRange(_ text: Substring, _ parameter: Parameter) -> ParameterError {
        ParameterError(
            "\(parameter.name)=\(text) is no range: from, to and step such as 5..50/5 would be right")
    }

    /// What lies on either side of a separator.
    private static func split(_ text: Substring, at separator: String) -> (Substring, Substring)? {
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].hasPrefix(separator) {
                return (text[..<start], text[text.index(start, offsetBy: separator.count)...])
            }
            start = text.index(after: start)
        }
        return nil
    }
}
