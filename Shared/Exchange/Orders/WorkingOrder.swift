import Domain

/// An order in the exchange, with all that is true of it. Plain numbers, kept in a row of memory.
struct WorkingOrder: BitwiseCopyable {
    /// Where it stands.
    enum Phase: UInt8 {
        /// On its way to the exchange.
        case travelling
        /// There, but waiting until its parent trades.
        case held
        case live
        /// Over; its place is free after the next sweep of its book.
        case ended
    }

    /// What it does now: a stop that was triggered goes on as a market order, a stop-limit as a limit.
    enum Mode: UInt8 {
        case market, limit, stop, stopLimit, trailing, onOpen, onClose
    }

    var ticket: Ticket
    var phase: Phase = .travelling
    var mode: Mode = .market
    /// It has a limit: distinguishes the two kinds of auction order.
    var hasLimit = false
    var isBuy = false
    /// Immediate or cancel, fill or kill.
    var atOnce = false
    var allOrNothing = false
    /// It has met a quote without trading, and waits at its limit.
    var isResting = false
    /// The queue ahead of it is known.
    var isQueued = false
    /// Its parent has just let it loose.
    var isFresh = false
    /// The last pass in which the price came to it.
    var touchedIn: UInt64 = 0
    var generation: UInt32

    var filled: Quantity = .zero
    /// How much of it may trade: less than ordered while its parent has traded in part.
    var active: Quantity = .zero
    /// What the other order of its pair has taken from it.
    var reduced: Quantity = .zero
    /// Paid or raised so far, and the commission on it.
    var worth: Money = .zero
    var commission: Money = .zero
    var regulatory: Money = .zero

    /// What is reserved in the account for it, or below zero what it is expected to bring.
    var reserved: Money = .zero

    /// Where the stop stands now, the best price that a trailing stop has seen, and its distance as a rate.
    var trigger: Price = .zero
    var best: Price = .zero
    var trailRate: Rate = .zero

    var arrives: Timestamp
    var expires: Timestamp = .distantFuture
    /// The auction that it is meant for.
    var auction: Timestamp = .distantFuture
    var ahead: Volume = .zero

    /// Neighbours in its book, and relations; negative where there is none.
    var next: Int32 = -1
    var previous: Int32 = -1
    var parent: Int32 = -1
    var sibling: Int32 = -1
    var firstChild: Int32 = -1
    var nextChild: Int32 = -1
    /// The order whose place it takes when it arrives.
    var replaces = OrderHandle.none

    init(_ ticket: Ticket, arrives: Timestamp, generation: UInt32) {
        self.ticket = ticket
        self.arrives = arrives
        self.generation = generation
        isBuy = ticket.side == .buy
    }

    /// What of the order has neither traded nor been taken away.
    var open: Quantity { ticket.quantity - reduced - filled }
    /// What of it may trade now.
    var remaining: Quantity { active - filled }
}
