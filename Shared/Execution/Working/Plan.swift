import Domain

/// How an approved order is worked: what of it has traded, which order works for it now, and what comes next. At most
/// one order works for a plan at a time, so that together they never trade more than was approved.
public struct Plan: Equatable, Sendable {
    /// What an order is for; it decides what is done when it does not trade.
    public enum Intent: UInt8, Sendable {
        /// Opens or enlarges a position: may be given up.
        case enter
        /// Makes one smaller: never is.
        case leave
        /// The same, at market and at once.
        case emergency
    }

    public enum Phase: UInt8, Sendable {
        case working
        /// What works is being cancelled, and nothing new is sent.
        case ending
        case ended
    }

    /// As it was approved.
    public internal(set) var order: Order
    public internal(set) var instrument: Int
    public internal(set) var cause: Cause
    public internal(set) var intent: Intent
    public internal(set) var phase = Phase.working
    /// In words, how it ended, or why it is ending.
    public internal(set) var outcome = ""
    public internal(set) var filled: Quantity = .zero
    /// What that has cost or brought, fees on top of what is bought.
    public internal(set) var spent: Money = .zero
    /// What a leg of a bracket has traded in its place.
    var reduced: Quantity = .zero

    var course = SliceCourse()
    /// The place of the order that works for it; negative where none does.
    var child = -1
    /// Every order that was sent for it, but for legs.
    var parts: [Int] = []
    /// What protects what it has traded; negative where nothing does.
    var protection = -1
    /// The child is for all that is left.
    var childIsLast = false
    var slice: UInt32 = 0
    /// The number of the next order of this slice.
    var generation: UInt32 = 0
    var sentAt: Timestamp = .distantPast
    /// How many bars had been seen when the child was sent.
    var barsBefore: Int64 = 0
    var reprices = 0
    var retries = 0
    var notBefore: Timestamp = .distantPast
    /// It goes at market from now on.
    var isUrgent = false

    init(_ order: Order, instrument: Int, cause: Cause, intent: Intent) {
        self.order = order
        self.instrument = instrument
        self.cause = cause
        self.intent = intent
        isUrgent = intent == .emergency
    }

    /// What is still to be traded, by quantity.
    public var open: Quantity { max(order.quantity - reduced - filled, .zero) }
    /// What is still to be spent, where the order is for an amount of money.
    var unspent: Money? { order.notional.map { max($0 - spent, .zero) } }

    /// The share of the whole that has traded.
    var done: Share {
        if let notional = order.notional, notional.isPositive {
            return Share(max(spent.units, 0), of: notional.units)
        }
        let whole = order.quantity - reduced
        return whole.isPositive ? Share(filled.units, of: whole.units) : .all
    }
}

extension Order {
    /// Whether it is for the same part of a position as a strategy's orders: what is nobody's is everybody's.
    func isShared(with other: String) -> Bool { strategy == other || strategy.isEmpty || other.isEmpty }
}
