import Domain

/// A broker's counter. It is honest where its scenario does not want something else.
struct Counter {
    struct Kept {
        var order: Order
        var filled = Quantity.zero
        var status = BrokerOrderStatus.working
    }

    var now = morning
    var orders: [Kept] = []
    var activities: [BrokerActivity] = []
    var held = Quantity.zero
    var cash = Money(100_000)
    var price = Price(100)
    var updates: [BrokerNews] = []
    /// What was asked.
    var asked: [BrokerCallKind] = []
    /// Nothing gets through; orders get there, and nothing comes back.
    var isAway = false
    var swallowsAnswers = false
    /// Of these it says what it said before.
    var oldPosition: Quantity?
    var hidesOrders = false

    mutating func answer(_ call: BrokerCall) -> BrokerNews? {
        asked.append(call.kind)
        var news = BrokerNews(kind: .answered, call: call.number, at: now)
        if isAway {
            news.kind = .unknown
            return news
        }
        switch call.kind {
        case .submit:
            if orders.contains(where: { $0.order.id == call.order!.id }) {
                news.kind = .duplicate
            } else {
                orders.append(Kept(order: call.order!))
                news.orders = [told(orders.count - 1)]
            }
        case .cancel:
            if let place = orders.indices.first(where: { "\($0)" == call.venueOrderId }) {
                if orders[place].status == .working { orders[place].status = .cancelled }
                tell(place)
            }
        case .order:
            if let place = orders.firstIndex(where: { $0.order.id == call.order!.id }) {
                news.orders = [told(place)]
            } else {
                news.kind = .notFound
            }
        case .orders:
            news.orders = hidesOrders ? [] : orders.indices.filter { orders[$0].status == .working }.map(told)
        case .activities: news.activities = activities.filter { $0.at > call.at }
        case .positions:
            let quantity = oldPosition ?? held
            if quantity != .zero {
                news.positions = [Position(symbol: symbol, quantity: quantity, averagePrice: price)]
            }
        case .funds: news.funds = Account(cash: cash, equity: cash, buyingPower: Money(1_000_000))
        case .clock: news.clock = BrokerClock(at: now, isOpen: true)
        case .asset:
            news.asset = BrokerAsset(
                symbol: symbol, isTradable: true, isShortable: true, isFractionable: true)
        case .replace, .wake, .standing: break
        }
        if swallowsAnswers { news = BrokerNews(kind: .unknown, call: call.number, at: now) }
        return news
    }

    private func told(_ place: Int) -> BrokerOrder {
        let kept = orders[place]
        return BrokerOrder(
            orderId: kept.order.id, venueOrderId: "\(place)", symbol: kept.order.symbol,
            side: kept.order.side,
            quantity: kept.order.quantity, filled: kept.filled, status: kept.status, at: now)
    }

    private mutating func tell(_ place: Int, _ activity: BrokerActivity? = nil) {
        updates.append(
            BrokerNews(kind: .update, at: now, orders: [told(place)], activities: activity.map { [$0] } ?? [])
        )
    }

    mutating func end(_ place: Int, _ status: BrokerOrderStatus) {
        orders[place].status = status
        tell(place)
    }

    mutating func trade(_ place: Int, _ quantity: Int, at price: Int? = nil) {
        let quantity = Quantity(quantity)
        let price = price.map { Price($0) } ?? self.price
        orders[place].filled += quantity
        if orders[place].filled >= orders[place].order.quantity { orders[place].status = .filled }
        let order = orders[place].order
        let worth = Money.worth(of: quantity, at: price)!
        held += order.side == .buy ? quantity : -quantity
        cash += order.side == .buy ? -worth : worth
        now = now + Nanoseconds.millisecond
        let activity = BrokerActivity(
            id: "execution-\(activities.count + 1)", venueOrderId: "\(place)", symbol: order.symbol,
            side: order.side, quantity: quantity, price: price, total: orders[place].filled, at: now)
        activities.append(activity)
        tell(place, activity)
    }
}
