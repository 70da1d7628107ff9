import Domain

/// A proposal as the checks see it.
public struct RiskQuestion: Sendable {
    public var order: Order
    public var instrument: Int
    /// The last price that is known; zero where there has been none.
    public var price: Price
    public var now: Timestamp
    /// How far from the price the position would be given up: the proposal's own stop. Nothing where it has none.
    public var stopDistance: Price?
    /// What is known of the market of the instrument.
    public var market: MarketBook.Line?
    /// What the positions and the order would have brought on past days, where a check asks for it.
    var scenarios: Scenarios?
    /// How alike the other positions' days were, where a check asks for it and there are enough days.
    var alike: [(instrument: Int, correlation: Double)]?

    public init(
        order: Order, instrument: Int, price: Price, now: Timestamp, stopDistance: Price? = nil,
        market: MarketBook.Line? = nil
    ) {
        self.order = order
        self.instrument = instrument
        self.price = price
        self.now = now
        self.stopDistance = stopDistance
        self.market = market
        worthPrice = RiskQuestion.worthPrice(order, price)
        quantity = RiskQuestion.quantity(order, worthPrice)
        let whole = Money.worth(of: order.quantity, at: worthPrice) ?? .max
        worth = min(order.notional ?? whole, whole)
    }

    /// The price at which the order counts: the worst at which it may trade, as far as that is known.
    let worthPrice: Price
    /// How much is asked for, as far as the price tells where the order is for an amount of money.
    public let quantity: Quantity
    /// What the order may come to.
    public let worth: Money

    /// The order trades in any case, so what it does can be counted on.
    public var isCertain: Bool {
        switch order.kind {
        case .market, .marketOnOpen, .marketOnClose: true
        case .limit, .stop, .stopLimit, .trailingStop, .limitOnOpen, .limitOnClose: false
        }
    }

    /// How much of the order only makes the position smaller.
    func reducingQuantity(in book: RiskBook) -> Quantity {
        min(quantity, book.exposures[instrument].reducible(by: order.side))
    }

    /// What that is worth: so much is never held back by a limit of exposure.
    public func reduction(in book: RiskBook) -> Money {
        let part = reducingQuantity(in: book)
        if part == quantity { return worth }
        return part == .zero ? .zero : Exposures.share(worth, part.units, of: quantity.units)
    }

    /// What of the order makes a position larger.
    func opening(in book: RiskBook) -> Opening {
        let reduction = reduction(in: book)
        let quantity = quantity - reducingQuantity(in: book)
        let exposure = Money.worth(of: quantity, at: max(worthPrice, price)) ?? .max
        return Opening(reduction: reduction, worth: worth - reduction, exposure: exposure)
    }

    /// The parts of an order, by what they do to a position.
    struct Opening {
        /// What makes the position smaller.
        let reduction: Money
        /// What makes it larger, as the order's worth counts.
        let worth: Money
        /// What it makes it larger by: at the last price, or at the order's own where that is higher.
        let exposure: Money

        /// What of the order may go on where there is room for so much exposure.
        func allowed(_ room: Money) -> Money {
            guard exposure > room else { return reduction + worth }
            guard room.isPositive else { return reduction }
            return reduction + Exposures.share(worth, room.units, of: exposure.units)
        }
    }

    private static func worthPrice(_ order: Order, _ price: Price) -> Price {
        let named = max(order.limit ?? .zero, order.stop ?? .zero)
        // What is sold at a limit below the market trades at the market.
        return order.side == .buy ? (named.isPositive ? named : price) : max(named, price)
    }

    private static func quantity(_ order: Order, _ price: Price) -> Quantity {
        guard let notional = order.notional, price.isPositive else { return order.quantity }
        let affordable = try? Quantity(for: notional, at: price)
        return min(order.quantity, affordable ?? order.quantity)
    }
}
