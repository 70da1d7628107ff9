import Domain

/// An invented broker that keeps its own books, and loses, delays, repeats and refuses as it is told.
struct HostileBroker {
    struct Kept {
        var id: String
        var clientId: String
        /// The ids that it had before it was changed.
        var former: [String] = []
        var symbol: Symbol
        var side: Side
        var quantity: Quantity
        var filled = Quantity.zero
        var status = BrokerOrderStatus.working
        var at: Timestamp
        var limit: Price? = nil
        var stop: Price? = nil
        /// The order that it belongs to, and how.
        var head = ""
        var orderClass = OrderClass.simple
    }

    /// What goes wrong with the next call.
    enum Fault: Equatable {
        /// It never comes there; it comes there and its answer does not; the broker wants to be left alone; refuses.
        case requestLost, answerLost, limited, refused(String)
    }

    var now: Timestamp
    var orders: [Kept] = []
    var activities: [BrokerActivity] = []
    var holdings: [Symbol: Quantity] = [:]
    var cash = Money(100_000)
    var price = Price(100)
    var isOpen = true
    var assets: [Symbol: BrokerAsset] = [:]
    var skew: Int64 = 0
    /// What was asked, in order.
    var asked: [BrokerCall] = []
    var updates: [BrokerNews] = []
    /// An order that was thought to be lost, and comes there just before the next one is refused.
    var straggler: (order: Order, reason: String)?
    /// Why the next order is refused.
    var refusal: String?
    /// An order that is replaced is changed, and keeps its name here.
    var keepsNames = false
    /// What is not there may have been, and is not told of any more.
    var forgets = false
    /// Legs are called by the broker's own names, as Alpaca does; else by the house's.
    var namesLegs = true
    /// Of a family only so many come there: the line has broken between them.
    var familyMax = 3
    /// Of a pair the one stays when the other one is cancelled.
    var leavesPairs = false
    private var numbers = 0

    init(now: Timestamp) { self.now = now }

    mutating func answer(_ call: BrokerCall, _ fault: Fault?) -> BrokerNews {
        asked.append(call)
        if call.kind == .submit, let (order, reason) = straggler {
            straggler = nil
            var ignored = BrokerNews()
            submit(order, &ignored)
            var news = BrokerNews(kind: .refused, call: call.number, at: now)
            news.explanation = reason
            return news
        }
        if call.kind == .submit, let reason = refusal {
            refusal = nil
            return answer(call, .refused(reason))
        }
        var news = BrokerNews(kind: .answered, call: call.number, at: now)
        switch fault {
        case .requestLost:
            news.kind = .unknown
            return news
        case .limited:
            news.kind = .limited
            news.retryAt = now + 5 * Nanoseconds.second
            return news
        case .refused(let reason):
            news.kind = .refused
            news.explanation = reason
            return news
        case .answerLost, nil: break
        }
        obey(call, &news)
        if fault == .answerLost {
            news = BrokerNews(kind: .unknown, call: call.number, at: now)
        }
        return news
    }

    private mutating func obey(_ call: BrokerCall, _ news: inout BrokerNews) {
        switch call.kind {
        case .submit:
            submit(call.order!, &news)
            guard news.kind == .answered else { return }
            for leg in call.legs.prefix(familyMax - 1) { add(leg, to: call.order!, &news) }
        case .replace:
            guard let old = orders.firstIndex(where: { $0.id == call.venueOrderId }),
                orders[old].status == .working
            else {
                news.kind = .refused
                news.explanation = "unable to replace order, order is not open"
                return
            }
            guard !keepsNames else { return alter(old, to: call.order!, &news) }
            submit(call.order!, &news)
            if news.kind == .answered { change(old) { $0.status = .replaced } }
        case .cancel:
            guard let place = orders.firstIndex(where: { $0.id == call.venueOrderId }) else {
                return news.kind = .notFound
            }
            guard orders[place].status != .filled else {
                news.kind = .refused
                news.explanation = "order is already in \"filled\" state"
                return
            }
            if orders[place].status == .working { end(place, .cancelled) }
        case .order:
            let id = call.order!.id
            guard
                let kept = orders.first(where: {
                    $0.clientId == id || $0.former.contains(id)
                        || namesLegs && !call.venueOrderId.isEmpty && $0.id == call.venueOrderId
                })
            else {
                return news.kind = forgets ? .forgotten : .notFound
            }
            news.orders = [told(kept)]
            if namesLegs { news.orders += orders.filter { $0.head == kept.clientId }.map(told) }
            guard !namesLegs || kept.orderClass == .simple else { return }
            guard kept.clientId != id else { return }
            var old = told(kept)
            (old.orderId, old.venueOrderId, old.filled, old.status) = (id, "", .zero, .replaced)
            news.orders.append(old)
        case .orders: news.orders = orders.filter { $0.status == .working }.map(toldAlone)
        case .activities:
            var found = activities.filter { $0.at > call.at }
            if let last = found.firstIndex(where: { $0.id == call.after }) { found.removeFirst(last + 1) }
            news.activities = Array(found.prefix(3))
            if found.count > 3 { news.next = found[2].id }
        case .positions:
            news.positions = holdings.filter { $0.value != .zero }.map {
                Position(symbol: $0.key, quantity: $0.value, averagePrice: price)
            }.sorted { $0.symbol.text < $1.symbol.text }
        case .funds: news.funds = Account(cash: cash, equity: cash, buyingPower: Money(200_000))
        case .clock: news.clock = BrokerClock(at: now + skew, isOpen: isOpen)
        case .asset:
            news.asset =
                assets[call.order!.symbol]
                ?? BrokerAsset(
                    symbol: call.order!.symbol, isTradable: true, isShortable: true, isFractionable: true)
        case .wake, .standing: break
        }
    }

    private mutating func submit(_ order: Order, _ news: inout BrokerNews) {
        guard !orders.contains(where: { $0.clientId == order.id }) else { return news.kind = .duplicate }
        numbers += 1
        var kept = Kept(
            id: "venue-\(numbers)", clientId: order.id, symbol: order.symbol, side: order.side,
            quantity: order.quantity, at: now)
        (kept.limit, kept.stop, kept.orderClass) = (order.limit, order.stop, order.orderClass)
        orders.append(kept)
        news.orders = [told(kept)]
        tell(kept)
    }

    /// An order that has come with another one.
    private mutating func add(_ leg: Order, to head: Order, _ news: inout BrokerNews) {
        numbers += 1
        var kept = Kept(
            id: "venue-\(numbers)", clientId: namesLegs ? "named-\(numbers)" : leg.id, symbol: leg.symbol,
            side: leg.side, quantity: leg.quantity, at: now)
        (kept.limit, kept.stop, kept.orderClass, kept.head) = (leg.limit, leg.stop, leg.orderClass, head.id)
        orders.append(kept)
        news.orders.append(told(kept))
        tell(kept)
    }

    /// An order ends, and with it what belongs to it.
    mutating func end(_ place: Int, _ status: BrokerOrderStatus) {
        change(place) { $0.status = status }
        guard orders[place].orderClass != .simple, !leavesPairs else { return }
        endOthers(of: place)
        // What has not traded leaves nothing to protect.
        guard orders[place].head.isEmpty, !orders[place].filled.isPositive else { return }
        for leg in orders.indices
        where orders[leg].head == orders[place].clientId && orders[leg].status == .working {
            change(leg) { $0.status = .cancelled }
        }
    }

    private mutating func alter(_ place: Int, to order: Order, _ news: inout BrokerNews) {
        guard orders[place].filled < order.quantity else {
            (news.kind, news.explanation) = (.refused, "so much of it has traded")
            return
        }
        orders[place].former.append(orders[place].clientId)
        (orders[place].clientId, orders[place].quantity) = (order.id, order.quantity)
        orders[place].at = now
        news.orders = [told(orders[place])]
        tell(orders[place])
    }

    func told(_ kept: Kept) -> BrokerOrder {
        BrokerOrder(
            orderId: kept.clientId, venueOrderId: kept.id, symbol: kept.symbol, side: kept.side,
            quantity: kept.quantity, filled: kept.filled, status: kept.status, at: kept.at,
            parent: namesLegs ? kept.head : "", limit: kept.limit, stop: kept.stop)
    }

    /// Of itself, and of a list, an order is told without those that it belongs to.
    private func toldAlone(_ kept: Kept) -> BrokerOrder {
        var order = told(kept)
        (order.parent, order.limit, order.stop) = ("", nil, nil)
        return order
    }

    private mutating func tell(_ kept: Kept, _ activity: BrokerActivity? = nil) {
        updates.append(
            BrokerNews(
                kind: .update, at: now, orders: [toldAlone(kept)], activities: activity.map { [$0] } ?? []))
    }

    mutating func change(_ place: Int, _ body: (inout Kept) -> Void) {
        body(&orders[place])
        orders[place].at = now
        tell(orders[place])
    }

    /// Pays something, or takes it, as an activity of that kind.
    mutating func pay(_ amount: Money, _ kind: String, on symbol: Symbol) {
        cash += amount
        numbers += 1
        var activity = BrokerActivity(id: "payment-\(numbers)", kind: kind)
        (activity.amount, activity.symbol, activity.at) = (amount, symbol, now)
        activities.append(activity)
    }

    /// Where an order is; a leg, by the one it belongs to and its prices.
    func place(of order: Order) -> Int? {
        orders.firstIndex {
            $0.clientId == order.id
                || !$0.head.isEmpty && $0.head == order.parent && $0.limit == order.limit
                    && $0.stop == order.stop
        }
    }

    /// Trades a part of an order, whatever state it is in.
    mutating func fill(_ place: Int, _ quantity: Quantity, at price: Price? = nil) {
        let price = price ?? self.price
        orders[place].filled += quantity
        if orders[place].filled >= orders[place].quantity { orders[place].status = .filled }
        let kept = orders[place]
        book(kept.symbol, kept.side, quantity, price)
        numbers += 1
        let activity = BrokerActivity(
            id: "execution-\(numbers)", venueOrderId: kept.id, symbol: kept.symbol, side: kept.side,
            quantity: quantity, price: price, total: kept.filled, at: now)
        activities.append(activity)
        tell(kept, activity)
        if kept.status == .filled, kept.orderClass != .simple { endOthers(of: place) }
    }

    /// How much the exits of a family may still trade together.
    func roomOfFamily(_ place: Int) -> Quantity {
        let order = orders[place]
        let isPair = order.orderClass == .oneCancelsOther
        guard isPair || !order.head.isEmpty else { return order.quantity }
        let head = order.head.isEmpty ? order.clientId : order.head
        return orders.reduce(order.quantity) { left, other in
            other.head == head || isPair && other.clientId == head ? left - other.filled : left
        }
    }

    /// Of the exits of a family one that has traded ends the other.
    private mutating func endOthers(of place: Int) {
        let isPair = orders[place].orderClass == .oneCancelsOther
        let head = orders[place].head.isEmpty ? orders[place].clientId : orders[place].head
        guard isPair || !orders[place].head.isEmpty else { return }
        for other in orders.indices where orders[other].status == .working && other != place {
            let isExit = orders[other].head == head || isPair && orders[other].clientId == head
            if isExit { change(other) { $0.status = .cancelled } }
        }
    }

    private mutating func book(_ symbol: Symbol, _ side: Side, _ quantity: Quantity, _ price: Price) {
        holdings[symbol, default: .zero] += side == .buy ? quantity : -quantity
        let worth = Money.worth(of: quantity, at: price)!
        cash += side == .buy ? -worth : worth
    }

    /// Somebody trades on the account by hand.
    mutating func tradeByHand(_ symbol: Symbol, _ side: Side, _ quantity: Quantity) {
        numbers += 1
        orders.append(
            Kept(
                id: "venue-\(numbers)", clientId: "hand-\(numbers)", symbol: symbol, side: side,
                quantity: quantity, at: now))
        fill(orders.count - 1, quantity)
    }
}
