import Domain

/// One question that is asked of every proposal.
public protocol RiskCheck: Sendable {
    var name: String { get }
    func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement
}

/// A proposal as the checks see it.
public struct RiskQuestion: Sendable {
    public var order: Order
    public var instrument: Int
    /// The last price that is known.
    public var price: Price
    public var now: Timestamp

    public init(order: Order, instrument: Int, price: Price, now: Timestamp) {
        self.order = order
        self.instrument = instrument
        self.price = price
        self.now = now
    }

    /// What the order may come to.
    public var worth: Money { order.notional ?? order.quantity * (order.limit ?? price) }

    /// How much of the order goes towards nothing held: that much is never held back by a limit of exposure.
    public func reduction(in book: RiskBook) -> Money {
        let total = book.exposures[instrument].total
        let isReducing = order.side == .sell ? total.isPositive : total.isNegative
        return isReducing ? min(total.magnitude, worth) : .zero
    }
}

/// A check's answer: its figures, and how much of the order it lets through.
public struct Judgement: Sendable {
    public var figure: Double
    public var limit: Double
    /// The worth that may go on; the order's own where nothing stands against it.
    public var allowed: Money
    public var explanation: String

    public init(figure: Double, limit: Double, allowed: Money, explanation: String = "") {
        self.figure = figure
        self.limit = limit
        self.allowed = allowed
        self.explanation = explanation
    }
}
