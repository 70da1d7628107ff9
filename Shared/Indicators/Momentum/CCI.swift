/// The commodity channel index: the distance of the typical price from its mean, in mean distances of the window.
/// The mean distance is gone through at each bar, so the time of a bar grows with the window.
public struct CCI: ListedIndicator {
    private var prices: Ring<Double>
    private var sum: RollingSum

    public init(period: Int) {
        prices = Ring(count: period, filledWith: 0)
        sum = RollingSum(count: period)
    }

    public var warmUp: Int { prices.count }

    @inline(__always)
    public mutating func update(_ candle: Candle) -> Double? {
        guard candle.hasUsablePrices else { return nil }
        let price = candle.typicalPrice
        _ = prices.replaceOldest(with: price)
        guard let sum = sum.update(price) else { return nil }
        let count = prices.count
        let mean = sum / Double(count)
        // Four sums side by side, because each addition waits for the one before it.
        let distances = prices.withPlaces { places in
            var (one, two, three, four) = (0.0, 0.0, 0.0, 0.0)
            var place = 0
            while place &+ 4 <= count {
                one += (places[place] - mean).magnitude
                two += (places[place &+ 1] - mean).magnitude
                three += (places[place &+ 2] - mean).magnitude
                four += (places[place &+ 3] - mean).magnitude
                place &+= 4
            }
            var rest = (one + two) + (three + four)
            while place < count {
                rest += (places[place] - mean).magnitude
                place &+= 1
            }
            return rest
        }
        let distance = price - mean
        // Rounding leaves a distance where all prices are the same.
        guard distances > mean.magnitude * 1e-15 * Double(count) else { return nil }
        return finite(distance / (0.015 * (distances / Double(count))))
    }

    public static let listing = Listing(
        "cci", "commodity channel index", parameters: [.period(20, from: 2)], inputs: InputColumn.prices,
        warmUp: "period", formula: "(p − meanₙ(p)) ÷ (0.015 meanₙ(|p − meanₙ(p)|))",
        .taLib("CCI", remark: "nothing, and not 0, where all prices are equal"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
