/// What an event did to an order.
public struct OrderChange: Hashable, Sendable {
    public let before: OrderStatus
    public let after: OrderStatus
    /// What a person should know about it; nothing where all went as it should.
    public let remark: Remark?

    public enum Remark: Hashable, Sendable {
        /// It was known already, and nothing has changed.
        case repeated
        /// It came after the end of the order or out of order, and has been overtaken.
        case overtaken
        /// The venue filled before it accepted, or what it was never sent.
        case fillBeforeAcceptance
        /// The fill came after the order had ended, and was counted.
        case fillAfterEnd
        /// More was traded than was ordered, by this much; all of it was counted.
        case overfilled(by: Quantity)
        /// The venue works an order that it had rejected or did not know.
        case revived
    }
}

/// An event that cannot happen to an order as it stands: a fault of the program that sent it, not of the market.
public struct OrderError: Error, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
