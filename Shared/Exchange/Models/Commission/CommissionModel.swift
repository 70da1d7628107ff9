import Domain

/// What the broker takes.
public protocol CommissionModel: Model {
    /// What an order costs in all, after so much of it was traded for so much: a partial fill pays the difference to
    /// what the order has paid before, so that minimum and cap hold for the order as a whole.
    func total(traded: Quantity, worth: Money) -> Money
}
