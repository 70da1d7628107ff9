import Domain

/// Looks at what guards positions at the venue: whether it stands alone, and closes no more than there is.
struct GuardWatch {
    /// The first thing that was wrong.
    private(set) var complaint: String?

    /// An order comes in whose symbol has others at work: guards stand beside guards, and everything else beside its like.
    mutating func note(_ order: Order, comingTo orders: [HostileVenue.Kept], hasGuards: Bool) {
        let other = orders.first {
            $0.status == .working && $0.order.symbol == order.symbol && !$0.isDenied
                && $0.isGuard != (order.kind != .market)
        }
        guard hasGuards, complaint == nil, let other else { return }
        complaint =
            "order \(order.id) came to the broker while \(other.order.id) works, and one of them guards"
    }

    /// What guards a position never trades more than there is, unless the venue does what no venue should.
    mutating func note(
        _ kept: HostileVenue.Kept, trading quantity: Quantity, of books: DoubleEntry,
        amid mischief: Set<Mischief>
    ) {
        let excuses: Set<Mischief> = [.fillAfterCancel, .overfill, .symbolChange, .nightSplit, .liveReject]
        guard kept.isGuard, mischief.isDisjoint(with: excuses), complaint == nil else { return }
        let held = books.quantity(of: kept.order.symbol.text)
        if Int128(quantity.units) > (kept.order.side == .sell ? held : -held) {
            complaint =
                "order \(kept.order.id) guards \(held)e-9 of \(kept.order.symbol), and trades \(quantity)"
        }
    }
}
