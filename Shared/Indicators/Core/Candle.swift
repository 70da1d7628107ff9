import Domain

/// A bar as numbers for indicators.
@frozen
public struct Candle: IndicatorInput, Equatable {
    public typealias Source = CandleSource

    public var open: Double
    public var high: Double
    public var low: Double
    public var close: Double
    public var volume: Double
    /// Which session the bar is of: any number that changes with the session, such as the day. Only what begins
    /// anew with each session looks at it.
    public var session: Int

    @inlinable
    public init(
        open: Double, high: Double, low: Double, close: Double, volume: Double = 0, session: Int = 0
    ) {
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
        self.session = session
    }

    /// The prices of a bar are the nearest doubles to its decimals.
    @inlinable
    public init(_ bar: Bar, session: Int = 0) {
        self.init(
            open: Double(bar.open), high: Double(bar.high), low: Double(bar.low), close: Double(bar.close),
            volume: Double(bar.volume), session: session)
    }

    /// Open, high, low, close, volume and session, in that order.
    @inlinable @inline(__always)
    public static func load(from place: UnsafePointer<Double>) -> Candle {
        Candle(
            open: place[0], high: place[1], low: place[2], close: place[3], volume: place[4],
            session: Int(place[5]))
    }

    @inlinable @inline(__always)
    var hasUsableRange: Bool { high.isUsable && low.isUsable }
    @inlinable @inline(__always)
    var hasUsablePrices: Bool { high.isUsable && low.isUsable && close.isUsable }
    @inlinable @inline(__always)
    var isUsable: Bool { hasUsablePrices && open.isUsable && volume.isUsable }
    @inlinable @inline(__always)
    var typicalPrice: Double { (high + low + close) / 3 }
}

/// Two series side by side, for what relates one to another.
@frozen
public struct Pair: IndicatorInput, Equatable {
    public typealias Source = PairSource

    public var first: Double
    public var second: Double

    @inlinable
    public init(_ first: Double, _ second: Double) {
        self.first = first
        self.second = second
    }

    @inlinable @inline(__always)
    public static func load(from place: UnsafePointer<Double>) -> Pair { Pair(place[0], place[1]) }

    @inlinable @inline(__always)
    var isUsable: Bool { first.isUsable && second.isUsable }
}
