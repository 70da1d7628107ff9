/// The change since so many bars before.
public struct Momentum: ListedIndicator {
    private var numbers: Ring<Double>
    private var count = 0

    public init(period: Int) { numbers = Ring(count: period, filledWith: 0) }

    public var warmUp: Int { numbers.count + 1 }

    @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        guard number.isUsable else { return nil }
        let before = numbers.replaceOldest(with: number)
        count = min(count + 1, warmUp)
        return count == warmUp ? number - before : nil
    }

    public func fill(_ answers: inout Answers<Double>, from source: UnsafeBufferPointer<Double>) {
        let period = numbers.count
        let isDone =
            count == 0
            && answers.putEach(from: period, where: { source.areUsable($0) }, alwaysFinite: true) {
                source[$0] - source[$0 &- period]
            }
        if !isDone { fillByUpdates(&answers, from: source) }
    }

    public static let listing = Listing(
        "momentum", "change over so many bars", parameters: [.period(10)], warmUp: "period + 1",
        formula: "c − c[n]", .taLib("MOM")
    )
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
