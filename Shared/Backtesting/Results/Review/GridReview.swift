import Strategies

/// Whether the best point of a sweep lies on the edge of its grid: then the best may lie outside.
public enum GridReview {
    public static func warnings(best: Arguments, among points: [Arguments]) -> [String] {
        var warnings: [String] = []
        for (place, name) in best.names.enumerated() {
            let values = Set(points.compactMap { number($0.values[place]) }).sorted()
            guard values.count >= 3, let own = number(best.values[place]) else { continue }
            let side = own == values.first ? "lowest" : own == values.last ? "highest" : nil
            guard let side else { continue }
            warnings.append(
                "the best point lies on the edge of the grid: \(name)=\(best.values[place]) is the \(side) that was tried, so "
                    + "the best may lie outside")
        }
        return warnings
    }

    private static func number(_ argument: Argument) -> Double? {
        switch argument {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        case .flag, .choice, .file: nil
        }
    }
}
