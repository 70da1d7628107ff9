/// The smallest of the last so many numbers.
public struct Lowest: ListedIndicator {
    @usableFromInline var minimum: RollingMinimum

    @inlinable
    public init(period: Int) { minimum = RollingMinimum(count: period) }

    @inlinable public var warmUp: Int { minimum.count }

    @inlinable @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        number.isUsable ? minimum.update(number) : nil
    }

    public func fill(_ answers: inout Answers<Double>, from source: UnsafeBufferPointer<Double>) {
        guard minimum.opposite.canTakeBlocks else { return fillByUpdates(&answers, from: source) }
        let tape = ExtremeTape(count: minimum.count)
        let isDone = answers.putBlocks(from: minimum.count - 1, alwaysFinite: true) { bar, length, out in
            tape.takeSmallest(source.from(bar), length, into: out)
        }
        if !isDone { fillByUpdates(&answers, from: source) }
    }

    public static let listing = Listing(
        "lowest", "smallest number of the window", parameters: [.period(20)], warmUp: "period",
        formula: "minₙ(c)", .taLib("MIN"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
