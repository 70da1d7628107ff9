import Domain

/// A bar without its name: when it began and ended, four prices and the volume.
public struct Candle: Equatable, BitwiseCopyable, Sendable {
    public var openedAt: Timestamp
    public var closesAt: Timestamp
    public var open: Price
    public var high: Price
    public var low: Price
    public var close: Price
    public var volume: Volume

    @inlinable
    public init(
        openedAt: Timestamp, closesAt: Timestamp, open: Price, high: Price, low: Price, close: Price,
        volume: Volume
    ) {
        self.openedAt = openedAt
        self.closesAt = closesAt
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
    }

    public init(_ bar: Bar) {
        self.init(
            openedAt: bar.openedAt, closesAt: bar.closesAt, open: bar.open, high: bar.high, low: bar.low,
            close: bar.close, volume: bar.volume)
    }
}
