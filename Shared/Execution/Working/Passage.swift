import Domain

/// An order on its way to the venue and there: whom it works for, and which answers are awaited.
struct Passage: Equatable, Sendable {
    enum Role: UInt8, Sendable {
        /// Sent as it was approved, and nobody watches over it.
        case alone
        /// Works for a plan.
        case part
        /// Protects what a plan has traded.
        case stop, target
    }

    var plan: Int
    var role: Role
    var sentAt: Timestamp = .distantPast
    /// The venue has said that it has the order.
    var isKnown = false
    /// When the venue is asked, if it has not answered by then.
    var answerDue: Timestamp = .distantFuture
    var asks = 0
    /// A cancellation that was refused is not asked for again before.
    var cancelNotBefore: Timestamp = .distantPast
    /// We asked for its cancellation.
    var isUnwanted = false
    /// What it has traded in all by the venue's word; below zero before the venue has said so.
    var said = Quantity(units: -1)
}
