import Domain
import Glibc

/// Prices that are far from their neighbours, and what they look like.
extension SeriesHealth {
    mutating func findChanges(_ usual: Usual) {
        for at in rows.indices {
            let (bar, line) = (rows[at].bar, rows[at].line)
            guard let before = usual.before[at], before > 0 else { continue }
            let change = log(Double(bar.close) / before)
            if abs(change) > usual.bound[at] {
                judge(change, at: at, from: before, usual)
            } else if let wick = wick(of: bar, before, bound: limits.wickTimes * usual.bound[at]) {
                find(.spike, bar, line, wick)
            }
        }
    }

    private mutating func judge(_ change: Double, at: Int, from before: Double, _ usual: Usual) {
        let (bar, line) = (rows[at].bar, rows[at].line)
        // The way back from a spike is no second finding.
        if at >= 2, let earlier = usual.before[at - 1],
            abs(log(Double(rows[at - 1].bar.close) / earlier)) > usual.bound[at - 1],
            abs(log(Double(bar.close) / earlier)) < abs(change) / 3
        {
            return
        }
        let text = "\(SeriesHealth.percent(change)) from \(SeriesHealth.short(before))"
        let returns = at + 1 < rows.count && comesBack(at, change, usual)
        if let power = SeriesHealth.powerOfTen(change), returns || abs(power) > 1 {
            return find(.scale, bar, line, text + (returns ? ", and back" : "") + ": its unit is another")
        }
        if returns { return find(.spike, bar, line, text + ", and back with the next bar") }
        if let ratio = SplitRatio.near(change) {
            return find(.split, bar, line, "\(text): a split of \(ratio) would explain it, and none is known")
        }
        find(.jump, bar, line, "\(text), and no action explains it")
    }

    /// Whether the bar after it stands where the one before it stood.
    private func comesBack(_ at: Int, _ change: Double, _ usual: Usual) -> Bool {
        guard let before = usual.before[at], let next = usual.before[at + 1], next > 0 else { return false }
        // What an action did in between is no way back.
        let left = log(Double(rows[at + 1].bar.close) / before)
        return abs(left) < abs(change) / 3
    }

    /// A high or low that nothing else of the bar comes near.
    private func wick(of bar: Bar, _ before: Double, bound: Double) -> String? {
        let (open, close) = (Double(bar.open), Double(bar.close))
        let up = log(Double(bar.high) / max(open, close, before))
        let down = log(min(open, close, before) / Double(bar.low))
        if up > bound { return "the high \(bar.high) is \(SeriesHealth.percent(up)) above all around it" }
        if down > bound { return "the low \(bar.low) is \(SeriesHealth.percent(-down)) below all around it" }
        return nil
    }

    /// The power of ten that a change is, if it is one.
    private static func powerOfTen(_ change: Double) -> Int? {
        let power = (change / log(10)).rounded()
        guard abs(power) >= 1, abs(change - power * log(10)) < 0.1 else { return nil }
        return Int(power)
    }

    static func percent(_ change: Double) -> String { Shape.percent(expm1(change)) }

    static func short(_ price: Double) -> String {
        (try? Price(rounding: price).description) ?? "\(price)"
    }
}

/// A split that a change of price looks like.
struct SplitRatio: CustomStringConvertible {
    let numerator: Int
    let denominator: Int

    /// Those that companies make, and the reverse ones.
    private static let known: [(Int, Int)] =
        [(3, 2), (5, 2), (5, 3), (7, 4)] + [2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 50].map { ($0, 1) }
    /// A day's own move comes on top of a split's.
    private static let near = 0.06

    static func near(_ change: Double) -> SplitRatio? {
        let candidates = known.map { SplitRatio(numerator: $0.0, denominator: $0.1) }
        let all =
            candidates + candidates.map { SplitRatio(numerator: $0.denominator, denominator: $0.numerator) }
        let best = all.min { abs($0.change - change) < abs($1.change - change) }!
        return abs(best.change - change) < near ? best : nil
    }

    /// What it does to a price, as a logarithm.
    private var change: Double { log(Double(denominator) / Double(numerator)) }

    var description: String { "\(numerator):\(denominator)" }
}
