import Domain

/// What the exchange says of an order, or charges an account: plain numbers, appended to a buffer of the caller.
public struct Report: Equatable, BitwiseCopyable, Sendable {
    public var kind: ReportKind
    public var reason: Reason
    public var side: Side
    public var symbol: SymbolIndex
    public var account: Int32
    public var strategy: Int32
    public var order: OrderHandle
    /// The sender's number of the order; of a charge, 0.
    public var tag: UInt64
    /// What was traded, cancelled, or expired by this report.
    public var quantity: Quantity
    /// At which price it was traded.
    public var price: Price
    /// Commission and fees of a fill, or the amount of a charge. Negative where the account receives it.
    public var fee: Money
    /// What of the order still works after this report.
    public var remaining: Quantity
    /// The exchange's number of the execution, from 1: the same fill twice has the same number.
    public var execution: UInt64
    /// When it happened. Within a bar nobody knows the moment: then it is the bar's end.
    public var at: Timestamp
    /// When the sender hears of it: later than `at` by the latency of responses.
    public var knownAt: Timestamp
}
