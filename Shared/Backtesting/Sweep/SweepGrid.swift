import Strategies

/// The points of a sweep: every combination of the values that are given for some parameters.
public struct SweepGrid: Sendable {
    /// The arguments of each point, in the order of the grid, the last parameter changing fastest.
    public private(set) var points: [Arguments]

    /// More points than that are a mistake.
    public static let pointsMax = 10_000_000

    /// `axes` are texts such as `fast=5,10,20` or `slow=50..200/10`; `given` holds for every point.
    public init(
        _ parameters: [Parameter], axes: [String], given: [(name: String, text: String)], of strategy: String
    ) throws(ParameterError) {
        points = [try Arguments(parameters, given: given, of: strategy)]
        for axis in axes {
            let parts = axis.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let parameter = parameters.first(where: { $0.name == parts[0] }) else {
                throw ParameterError(
                    "\(axis.prefix(60)) is no axis of \(strategy): a parameter and its values such as "
                        + "\(parameters.first?.name ?? "fast")=5,10 or 5..50/5 would be right",
                    unknown: String(parts[0]), known: parameters.map(\.name))
            }
            let values = try SweepGrid.values(parts[1], of: parameter)
            guard points.count * values.count <= SweepGrid.pointsMax else {
                throw ParameterError("the grid has more than \(SweepGrid.pointsMax) points")
            }
            var next: [Arguments] = []
            next.reserveCapacity(points.count * values.count)
            for point in points {
                for value in values { next.append(try point.setting(parameter, to: value)) }
            }
            points = next
        }
    }

    /// `5,10,20`, or `5..50/5`: from, to and step.
    private static func values(_ text: Substring, of parameter: Parameter) throws(ParameterError) -> [String]
    {
        guard let dots = text.range(of: "..") else { return text.split(separator: ",").map(String.init) }
        let rest = text[dots.upperBound...].split(separator: "/", maxSplits: 1)
        let step = rest.count == 2 ? rest[1] : "1"
        guard let end = rest.first, let from = Double(text[..<dots.lowerBound]), let to = Double(end),
            let by = Double(step), by > 0, from <= to, (to - from) / by < 1_000_000
        else {
            throw ParameterError(
                "\(parameter.name)=\(text) is no range: from, to and step such as 5..50/5 would be right")
        }
        // Counted, because sums of steps would drift.
        return (0...Int(((to - from) / by + 1e-9).rounded(.down))).map {
            "\(Argument.number(from + Double($0) * by))"
        }
    }
}

extension Substring {
    /// The first place of a text.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
