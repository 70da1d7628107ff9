/// Columns of one length that inputs stand in, lent for the time of a call.
public protocol InputSource<Input> {
    associatedtype Input
    var count: Int { get }
    subscript(bar: Int) -> Input { get }
}

extension UnsafeBufferPointer<Double>: InputSource {
    public typealias Input = Double
}

/// Two series side by side.
@frozen
public struct PairSource: InputSource {
    public let first: UnsafeBufferPointer<Double>
    public let second: UnsafeBufferPointer<Double>

    @inlinable
    public init(first: UnsafeBufferPointer<Double>, second: UnsafeBufferPointer<Double>) {
        precondition(first.count == second.count, "two series of one length belong together")
        self.first = first
        self.second = second
    }

    @inlinable public var count: Int { first.count }
    @inlinable @inline(__always)
    public subscript(bar: Int) -> Pair { Pair(first[bar], second[bar]) }
}

/// The columns of bars.
@frozen
public struct CandleSource: InputSource {
    public let open: UnsafeBufferPointer<Double>
    public let high: UnsafeBufferPointer<Double>
    public let low: UnsafeBufferPointer<Double>
    public let close: UnsafeBufferPointer<Double>
    public let volume: UnsafeBufferPointer<Double>
    public let session: UnsafeBufferPointer<Int>

    /// All columns have the length of the close.
    public init(
        open: UnsafeBufferPointer<Double>, high: UnsafeBufferPointer<Double>,
        low: UnsafeBufferPointer<Double>,
        close: UnsafeBufferPointer<Double>, volume: UnsafeBufferPointer<Double>,
        session: UnsafeBufferPointer<Int>
    ) {
        precondition(
            [open, high, low, volume].allSatisfy { $0.count == close.count } && session.count == close.count,
            "the columns of bars have one length")
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
        self.session = session
    }

    @inlinable public var count: Int { close.count }
    @inlinable @inline(__always)
    public subscript(bar: Int) -> Candle {
        Candle(
            open: open[bar], high: high[bar], low: low[bar], close: close[bar], volume: volume[bar],
            session: session[bar])
    }
}

extension Candles {
    /// Lends the columns.
    func withSource<Result>(_ body: (CandleSource) -> Result) -> Result {
        open.withUnsafeBufferPointer { open in
            high.withUnsafeBufferPointer { high in
                low.withUnsafeBufferPointer { low in
                    close.withUnsafeBufferPointer { close in
                        volume.withUnsafeBufferPointer { volume in
                            session.withUnsafeBufferPointer { session in
                                body(
                                    CandleSource(
                                        open: open, high: high, low: low, close: close, volume: volume,
                                        session: session))
                            }
                        }
                    }
                }
            }
        }
    }
}
