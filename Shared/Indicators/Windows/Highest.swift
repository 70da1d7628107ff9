/// The largest of the last so many numbers.
public struct Highest: ListedIndicator {
    @usableFromInline var maximum: RollingMaximum

    @inlinable
    public init(period: Int) { maximum = RollingMaximum(count: period) }

    @inlinable public var warmUp: Int { maximum.count }

    @inlinable @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        number.isUsable ? maximum.update(number) : nil
    }

    public func fill(_ answers: inout Answers<Double>, from source: UnsafeBufferPointer<Double>) {
        guard maximum.canTakeBlocks else { return fillByUpdates(&answers, from: source) }
        let tape = ExtremeTape(count: maximum.count)
        let isDone = answers.putBlocks(from: maximum.count - 1, alwaysFinite: true) { bar, length, out in
            tape.takeLargest(source.from(bar), length, into: out)
        }
        if !isDone { fillByUpdates(&answers, from: source) }
    }

    public static let listing = Listing(
        "highest", "largest number of the window", parameters: [.period(20)], warmUp: "period",
        formula: "maxₙ(c)", .taLib("MAX"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
