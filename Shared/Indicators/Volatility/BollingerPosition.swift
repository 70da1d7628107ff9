/// Where a number lies between Bollinger's bands (0 at the lower, 1 at the upper), and how far they are apart in parts of
/// the mean. Nothing where the bands meet.
public struct BollingerPosition: ListedIndicator {
    private var bands: Bollinger

    public init(period: Int, factor: Double) { bands = Bollinger(period: period, factor: factor) }

    public var warmUp: Int { bands.warmUp }

    public struct Value: Numbers {
        public var position: Double
        public var width: Double
    }

    @inline(__always)
    public mutating func update(_ number: Double) -> Value? {
        guard let bands = bands.update(number) else { return nil }
        let reach = bands.upper - bands.lower
        guard reach > 0, let width = finite(reach / bands.middle) else { return nil }
        return Value(position: (number - bands.lower) / reach, width: width)
    }

    public static let listing = Listing(
        "bollinger_position", "place between the bands of Bollinger (%b), and their width",
        parameters: [.period(20, from: 2), .number("factor", 2, in: 0...1000, "deviations to each side")],
        outputs: ["position", "width"], warmUp: "period",
        .formula("(x - lower) ÷ (upper - lower); (upper - lower) ÷ middle; nothing where the bands meet"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period, factor: chosen["factor"]) }
}
