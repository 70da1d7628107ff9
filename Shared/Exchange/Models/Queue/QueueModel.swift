import Domain

/// How a resting limit order moves up among the orders at its price. It needs quotes and trades: on bars alone
/// nothing is known of a queue, and a touch never trades.
public protocol QueueModel: Model {
    /// Whether a touch trades at all once nothing is ahead.
    var tradesAtTouch: Bool { get }
    /// What is still ahead after the size shown at the order's price went from `before` to `after` by other things
    /// than trades.
    func ahead(_ ahead: Volume, shown before: Volume, to after: Volume) -> Volume
}
