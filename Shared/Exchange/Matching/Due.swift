import Domain

extension Exchange {
    /// Whether `advance(to:)` has anything to do: so that a host need not call it at every bar.
    @inlinable public func isDue(at moment: Timestamp) -> Bool { nextDue <= moment.nanoseconds }
}
