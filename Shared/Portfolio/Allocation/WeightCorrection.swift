import Domain

/// A position that has more or less than its share of the money, and is brought back to it: the words of the signal in
/// force would tell of its beginning, which may be long ago.
struct WeightCorrection: BitwiseCopyable, Sendable, Equatable {
    /// Millionths of the money, whichever side the position is on.
    private var held: Int32
    private var target: Int32

    init(of worth: Money, in equity: Money, to weight: Double) {
        let share = equity.isPositive ? Double(worth.units) / Double(equity.units) : 0
        held = WeightCorrection.millionths(share)
        target = WeightCorrection.millionths(weight)
    }

    var inWords: String {
        let side = held > target ? "above" : "below"
        return "its weight of \(WeightCorrection.percent(held)) was \(side) its target of "
            + WeightCorrection.percent(target)
    }

    private static func millionths(_ share: Double) -> Int32 {
        Int32(min((share * 1_000_000).magnitude.rounded(), Double(Int32.max)))
    }

    /// With as many digits as it takes: `12.5 %`.
    private static func percent(_ millionths: Int32) -> String {
        let (whole, rest) = millionths.quotientAndRemainder(dividingBy: 10_000)
        guard rest != 0 else { return "\(whole) %" }
        var digits = "\(10_000 + rest)".dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits) %"
    }
}
