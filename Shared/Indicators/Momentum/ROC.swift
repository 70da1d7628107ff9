/// The change in percent of the number so many bars before. Nothing where that was zero.
public struct ROC: ListedIndicator {
    private var numbers: Ring<Double>
    private var count = 0

    public init(period: Int) { numbers = Ring(count: period, filledWith: 0) }

    public var warmUp: Int { numbers.count + 1 }

    @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        guard number.isUsable else { return nil }
        let before = numbers.replaceOldest(with: number)
        count = min(count + 1, warmUp)
        return count == warmUp ? finite((number / before - 1) * 100) : nil
    }

    public func fill(_ answers: inout Answers<Double>, from source: UnsafeBufferPointer<Double>) {
        let period = numbers.count
        let isDone =
            count == 0
            && answers.putEach(from: period, where: { source.areUsable($0) }) {
                (source[$0] / source[$0 &- period] - 1) * 100
            }
        if !isDone { fillByUpdates(&answers, from: source) }
    }

    public static let listing = Listing(
        "roc", "rate of change in percent", parameters: [.period(10)], warmUp: "period + 1",
        formula: "100 (c ÷ c[n] − 1)", .taLib("ROC"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
