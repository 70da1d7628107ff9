/// Bars as columns of one length. A column that an indicator does not look at may be left out.
public struct Candles: Sendable {
    public let count: Int
    public let open: [Double]
    public let high: [Double]
    public let low: [Double]
    public let close: [Double]
    public let volume: [Double]
    public let session: [Int]

    /// Missing columns are taken from the close; a missing volume is zero, a missing session the same one.
    public init(
        open: [Double]? = nil, high: [Double]? = nil, low: [Double]? = nil, close: [Double],
        volume: [Double]? = nil, session: [Int]? = nil
    ) {
        count = close.count
        self.open = open ?? close
        self.high = high ?? close
        self.low = low ?? close
        self.close = close
        self.volume = volume ?? Array(repeating: 0, count: close.count)
        self.session = session ?? Array(repeating: 0, count: close.count)
        precondition(
            [self.open, self.high, self.low, self.volume].allSatisfy { $0.count == close.count }
                && self.session.count == close.count,
            "the columns of bars have one length")
    }
}
