/// The middle number of a window by size, or the mean of the two in the middle. The time of a bar grows with the window.
public struct RollingMedian: ListedIndicator {
    private var window: SortedWindow

    public init(period: Int) { window = SortedWindow(count: period) }

    public var warmUp: Int { window.count }

    @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        guard number.isUsable else { return nil }
        window.update(number)
        guard window.isFull else { return nil }
        let (below, above) = (window.number(at: (window.count - 1) / 2), window.number(at: window.count / 2))
        return (below + above) / 2
    }

    public static let listing = Listing(
        "median", "median of the window", parameters: [.period(20)], warmUp: "period",
        .formula(
            "the middle number, or the mean of the two middle ones; TA-Lib PERCENTILE takes the lower one"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
