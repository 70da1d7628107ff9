import Domain
import Exchange

/// An order of the record that was sent again, perhaps for more or less than then.
struct ReplayedOrder {
    private let size: Int128
    private let recordedSize: Int128
    private let quantity: Quantity
    private let recordedQuantity: Quantity
    private let isForMoney: Bool
    /// What of it has traded, now and then, what that was worth, and what was taken for it.
    private var filled = Quantity.zero
    private var recordedFilled = Quantity.zero
    private var worth = Money.zero
    private var commission = Money.zero
    private var regulatory = Money.zero
    var isOver = false

    init(_ order: Order, as recorded: Order) {
        isForMoney = order.notional != nil
        size = Int128(order.notional?.units ?? order.quantity.units)
        recordedSize = Int128(recorded.notional?.units ?? recorded.quantity.units)
        quantity = order.quantity
        recordedQuantity = recorded.quantity
    }

    /// Makes of a report what it would be for this order; with the fees of rules where they are given.
    mutating func scale(_ report: inout BrokerReport, fees rules: ExchangeRules?) {
        guard var fill = report.fill else {
            report.filled = report.filled.map { _ in filled }
            report.reduction = report.reduction.map(proportional)
            return
        }
        let recorded = fill.quantity
        recordedFilled += recorded
        fill.quantity = scaled(recorded)
        filled += fill.quantity
        if fill.quantity != recorded, recorded.isPositive {
            let units = Int128(fill.fee.units) * Int128(fill.quantity.units)
            fill.fee = Money(
                units: Int64(units.divided(by: Int128(recorded.units), rounding: .toNearestOrEven)))
        }
        worth += Money.worth(of: fill.quantity, at: fill.price) ?? .zero
        if let rules { fill.fee = fee(of: fill, by: rules) }
        report.fill = fill
        report.filled = report.filled.map { _ in filled }
    }

    /// All of an order is all of it; of another part the same part.
    private func scaled(_ recorded: Quantity) -> Quantity {
        if size == recordedSize, quantity == recordedQuantity || isForMoney { return recorded }
        if !isForMoney, recordedFilled == recordedQuantity { return quantity - filled }
        return min(proportional(recorded), quantity - filled)
    }

    /// So much of this order as that is of the recorded one.
    private func proportional(_ recorded: Quantity) -> Quantity {
        Quantity(units: Int64(Int128(recorded.units) * size / max(recordedSize, 1)))
    }

    /// As the simulated exchange reckons: for the order as a whole, less what it has paid before.
    private mutating func fee(of fill: Fill, by rules: ExchangeRules) -> Money {
        let all = rules.commission.total(traded: filled, worth: worth)
        var fee = all - commission
        commission = all
        if let fees = rules.regulatoryFees, fill.side == .sell {
            let total = fees.total(sold: filled, worth: worth, on: fill.at.dateUTC)
            fee += total - regulatory
            regulatory = total
        }
        return fee
    }
}
