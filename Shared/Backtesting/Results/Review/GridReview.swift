import Strategies

/// Whether the best point of a sweep lies on the edge of what was tried: then the best may lie outside.
public enum GridReview {
    /// Fewer values have no inside.
    private static let valuesMin = 3
    /// Of a range from which samples are drawn, this part counts as its edge.
    private static let edge = 0.02

    public static func warnings(_ survey: SweepSurvey) -> [String] {
        guard let best = survey.best.first, best.figures != nil else { return [] }
        return survey.plan.axes.compactMap { axis in
            let own = best.arguments.values[axis.place]
            return side(of: own, on: axis).map {
                "the best point lies on the edge: \(axis.name)=\(own) is the \($0) that was tried, so the best may lie outside"
            }
        }
    }

    private static func side(of own: Argument, on axis: SweepAxis) -> String? {
        guard let value = number(own) else { return nil }
        guard let count = axis.count else {
            let share = axis.share(of: own)
            return share < edge ? "lowest" : share > 1 - edge ? "highest" : nil
        }
        let values = (0..<count).compactMap { number(axis[$0]) }
        guard values.count >= valuesMin else { return nil }
        return value == values.min() ? "lowest" : value == values.max() ? "highest" : nil
    }

    private static func number(_ argument: Argument) -> Double? {
        switch argument {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        case .flag: nil
        }
    }
}
