import Domain

/// When a position is given up: rules of which the tightest holds, and a ladder of targets.
public struct StopPlan: Sendable, Equatable {
    public enum Rule: Sendable, Equatable {
        /// At a distance from the entry.
        case fixed(StopDistance)
        /// At a distance from the best price since the entry.
        case trailing(StopDistance)
        /// At the entry, once the price has gone so far in favour.
        case breakEven(StopDistance)
        /// After so many bars.
        case time(bars: Int)
    }

    /// A share of the position is closed at a distance in favour.
    public struct Target: Sendable, Equatable {
        public var distance: StopDistance
        public var share: Double
    }

    public var rules: [Rule] = []
    public var targets: [Target] = []

    public init() {}

    public var isEmpty: Bool { rules.isEmpty && targets.isEmpty }

    static let kinds = ["fixed", "trailing", "atr", "breakeven", "time"]

    /// Reads rules such as `fixed:5%`, `trailing:3atr`, `atr:3`, `breakeven:4%`, `time:10`, and a ladder such as
    /// `5%:50%,10%:50%`.
    public init(rules texts: [String], targets ladder: String? = nil) throws(StopError) {
        for text in texts { rules.append(try StopPlan.rule(text)) }
        guard let ladder, !ladder.isEmpty else { return }
        for step in ladder.split(separator: ",", omittingEmptySubsequences: false) {
            targets.append(try StopPlan.target(step, of: ladder))
        }
        guard targets.reduce(0, { $0 + $1.share }) <= 1 + 1e-9 else {
            throw StopError("the targets \(ladder.prefix(60)) close more than the whole position")
        }
    }

    private static func rule(_ text: String) throws(StopError) -> Rule {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let kind = String(parts[0])
        guard kinds.contains(kind) else {
            throw StopError(
                "there is no stop \(kind.prefix(40)); there are \(kinds.joined(separator: ", "))",
                unknown: kind, known: kinds)
        }
        guard parts.count == 2, !parts[1].isEmpty else {
            throw StopError("the stop \(kind) has no figure: \(examples[kind] ?? "") would be right")
        }
        switch kind {
        case "time":
            guard let bars = Int(parts[1]), (1...1_000_000).contains(bars) else {
                throw StopError(
                    "time takes a whole number of bars from 1 to 1000000, not \(parts[1].prefix(40))")
            }
            return .time(bars: bars)
        case "atr": return .fixed(try StopDistance("\(parts[1])atr", of: text))
        case "breakeven": return .breakEven(try StopDistance(parts[1], of: text))
        default:
            let distance = try StopDistance(parts[1], of: text)
            if case .share(let share) = distance, share >= 1 {
                throw StopError("\(text.prefix(60)) lies at or below 0: less than 100% would be right")
            }
            return kind == "trailing" ? .trailing(distance) : .fixed(distance)
        }
    }

    private static let examples = [
        "fixed": "fixed:5%", "trailing": "trailing:5%", "atr": "atr:3", "breakeven": "breakeven:4%",
        "time": "time:10",
    ]

    private static func target(_ step: Substring, of ladder: String) throws(StopError) -> Target {
        let parts = step.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count) else {
            throw StopError("\(step.prefix(40)) is no target: 5%:50% would be right")
        }
        let distance = try StopDistance(parts[0], of: ladder)
        guard parts.count == 2 else { return Target(distance: distance, share: 1) }
        guard parts[1].hasSuffix("%"), let percent = Double(parts[1].dropLast()), percent > 0, percent <= 100
        else {
            throw StopError(
                "\(parts[1].prefix(40)) in \(ladder.prefix(60)) is no share of the position: 50% would be right"
            )
        }
        return Target(distance: distance, share: percent / 100)
    }

    /// A stop follows the price.
    public var trails: Bool {
        rules.contains { if case .trailing = $0 { true } else { false } }
    }

    /// A target rests beside a stop, each of which ends the other.
    public var hasPairs: Bool {
        !targets.isEmpty && rules.contains { if case .time = $0 { false } else { true } }
    }

    var needsRange: Bool {
        targets.contains { $0.distance.needsRange }
            || rules.contains {
                switch $0 {
                case .fixed(let distance), .trailing(let distance), .breakEven(let distance):
                    distance.needsRange
                case .time: false
                }
            }
    }

    /// How far from an entry the first stop lies: the nearest of those that lie at a distance.
    public func distance(from entry: Price, range: Price?) -> Price? {
        rules.compactMap { rule -> Price? in
            switch rule {
            case .fixed(let distance), .trailing(let distance): distance.price(from: entry, range: range)
            case .breakEven, .time: nil
            }
        }.min()
    }
}
