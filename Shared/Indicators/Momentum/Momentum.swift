import CColumns

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
            && answers.putBlocks(from: period, alwaysFinite: true) { bar, length, out in
                let early = max(0, min(period &- bar, length))
                return source.areUsable(bar..<bar &+ early)
                    && tradewind_changes(
                        source.from(bar &+ early), period, length &- early, out + early) == 0
            }
        if !isDone { fillByUpdates(&answers, from: source) }
    }

    public static let listing = Listing(
        "momentum", "change over so many bars", parameters: [.period(10)], warmUp: "period + 1",
        formula: "c − c[n]", .taLib("MOM")
    )
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
