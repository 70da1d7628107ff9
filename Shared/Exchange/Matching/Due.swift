import Domain

extension Exchange {
    /// Whether `advance(to:)` has anything to do: so that a host need not call it at every bar.
    @inlinable public func isDue(at moment: Timestamp) -> Bool { nextDue <= moment.nanoseconds }

    /// Until this moment, in nanoseconds, time brings nothing about.
    @inlinable public var due: Int64 { nextDue }

    /// No order is here or on its way, and nothing else has to see every bar. Until something is due or submitted, a
    /// host need not show more than the last bar of each symbol.
    public var isIdle: Bool { orders.count == 0 && !measures && !accounts.isMarked }
}
