import Domain

/// A broker that keeps honest books and does everything else that a broker can do wrong. Its books are the truth that
/// the house is held against.
final class HostileVenue {
    struct Kept {
        var id: String
        var order: Order
        var filled = Quantity.zero
        var status = BrokerOrderStatus.working
        var at: Int64
        let arrivedAt: Int64
        /// It was called refused.
        var isDenied = false
        /// The others of its pair, of which each ends the others.
        var pair: [Int] = []
        /// It guards a position: nothing else of the symbol may stand beside it.
        let isGuard: Bool
        /// It rests until somebody takes it back.
        var isAtRest = false
    }

    struct Execution {
        var number: Int
        var place: Int
        var quantity: Quantity
        var total: Quantity
        var price: Price
        var at: Int64
        /// It is among the activities from then on.
        var visibleAt: Int64
    }

    /// What is looked at from time to time, as it was at a moment.
    private struct Scene {
        var at: Int64
        var working: [BrokerOrder]
        var positions: [Position]
        var cash: Money
    }

    enum Doing {
        case trade(Int, Quantity)
        case expire(Int)
        case night
    }

    static let millisecond: Int64 = 1_000_000
    /// So long after it became honest an order that rests is still there.
    private static let restLongest = 5_000 * millisecond
    let mischief: Set<Mischief>
    /// What is no market order guards a position.
    let hasGuards: Bool
    let begin: Int64
    private var chance: Chance
    private(set) var orders: [Kept] = []
    private var places: [String: Int] = [:]
    private(set) var executions: [Execution] = []
    private(set) var books: DoubleEntry
    private var doings = EventQueue<Doing>()
    private var scenes: [Scene] = []
    /// What the stream of updates says, with how long it takes.
    var updates: [(news: BrokerNews, delay: Int64)] = []
    /// When anything last changed here, or something untrue was said.
    private(set) var changedAt: Int64 = 0
    private(set) var deceivedAt: Int64 = 0
    /// Until then it may be as bad as it likes.
    let mischiefEnds: Int64
    /// How slow it trades, in milliseconds.
    private let slowness: Int64
    /// A symbol whose shares became others over night.
    private(set) var changed: String?
    private(set) var mischiefDone: [Mischief: Int] = [:]
    private(set) var watch = GuardWatch()
    var now: Int64 = 0

    init(
        cash: Money, mischief: Set<Mischief>, hasGuards: Bool, begin: Int64, until end: Int64, chance: Chance
    ) {
        self.mischief = mischief
        self.hasGuards = hasGuards
        self.begin = begin
        self.chance = chance
        mischiefEnds = end
        books = DoubleEntry(cash: Int128(cash.units))
        slowness = self.chance.pick([20, 200, 1_500])
        if mischief.contains(.symbolChange) || mischief.contains(.nightSplit) {
            doings.add(.night, at: self.chance.within(end / 3...end))
        }
    }

    var isQuiet: Bool {
        doings.isEmpty && updates.isEmpty && !orders.contains { $0.status == .working && !$0.isAtRest }
    }

    func stamp(_ time: Int64) -> Timestamp { Timestamp(nanoseconds: begin + time) }

    private func does(_ kind: Mischief, oneIn odds: Int = 3) -> Bool {
        guard mischief.contains(kind), now < mischiefEnds, chance.below(odds) == 0 else { return false }
        mischiefDone[kind, default: 0] += 1
        return true
    }

    func mark(_ symbol: Symbol, at price: Price) { books.mark(symbol.text, at: Int128(price.units)) }

    // MARK: What goes on

    func advance(to time: Int64) {
        now = time
        while let due = doings.nextTime, due <= time, let (_, doing) = doings.next() {
            switch doing {
            case .trade(let place, let quantity): trade(place, quantity)
            case .expire(let place): if orders[place].status == .working { end(place, .expired) }
            case .night: spendNight()
            }
        }
    }

    private func trade(_ place: Int, _ wanted: Quantity) {
        let kept = orders[place]
        // Guards take each other's place without end, and if each of them traded after its own there would be no peace.
        let isLate =
            kept.status == .cancelled && mischief.contains(.fillAfterCancel)
            && (!kept.isGuard || now < mischiefEnds)
        guard kept.status == .working || isLate, kept.order.symbol.text != changed else { return }
        if isLate { mischiefDone[.fillAfterCancel, default: 0] += 1 }
        let room = kept.pair.reduce(kept.order.quantity) { $0 - orders[$1].filled } - kept.filled
        var quantity = min(wanted, room)
        if quantity == kept.order.quantity - kept.filled, kept.pair.isEmpty, does(.overfill) {
            quantity += Quantity(Int(1 + chance.below(4) * 40))
        }
        guard quantity.isPositive else { return }
        let symbol = kept.order.symbol.text
        let last = Int64(books.prices[symbol] ?? 100_000_000)
        let price = Price(units: max(10_000, last + chance.within(-3...3) * 10_000))
        orders[place].filled += quantity
        if orders[place].filled >= kept.order.quantity, !isLate { orders[place].status = .filled }
        orders[place].at = now
        watch.note(kept, trading: quantity, of: books, amid: mischief)
        books.trade(
            symbol, isBuy: kept.order.side == .buy, quantity: Int128(quantity.units),
            price: Int128(price.units))
        let late = does(.lateFills, oneIn: 2) ? chance.within(100...1_200) * HostileVenue.millisecond : 0
        executions.append(
            Execution(
                number: executions.count, place: place, quantity: quantity, total: orders[place].filled,
                price: price, at: now, visibleAt: now + late))
        changedAt = max(changedAt, now + late)
        let news = BrokerNews(
            kind: .update, orders: [told(orders[place])],
            activities: [activity(executions.last!, stream: true)])
        updates.append((news, late))
        if does(.doubledFills, oneIn: 2) { updates.append((news, chance.within(0...2_000) * 1_000_000)) }
        // What is late may also not come at all: the activities have it.
        if late > 0, chance.below(2) == 0 { updates.removeAll { $0.delay == late } }
        // What one of a pair has traded whole ends the other one.
        if room == quantity {
            for other in kept.pair where orders[other].status == .working { end(other, .cancelled) }
        }
        remember()
    }

    /// Shares become others, or more.
    private func spendNight() {
        guard let symbol = books.quantities.filter({ $0.value != 0 }).keys.sorted().first else { return }
        if mischief.contains(.symbolChange) {
            books.rename(symbol, to: symbol + "X")
            mischiefDone[.symbolChange, default: 0] += 1
        } else {
            books.split(symbol, 2, for: 1)
            mischiefDone[.nightSplit, default: 0] += 1
        }
        changed = symbol
        changedAt = now
        // What worked in it ends with the night.
        for place in orders.indices
        where orders[place].status == .working && orders[place].order.symbol.text == symbol {
            end(place, .expired)
        }
        remember()
    }

    private func end(_ place: Int, _ status: BrokerOrderStatus) {
        orders[place].status = status
        orders[place].at = now
        changedAt = max(changedAt, now)
        updates.append((BrokerNews(kind: .update, orders: [told(orders[place])]), 0))
        remember()
    }

    // MARK: What is asked of it

    /// The answer, and how much longer than usual it takes.
    func answer(_ call: BrokerCall) -> (news: BrokerNews, delay: Int64) {
        var news = BrokerNews(kind: .answered, call: call.number)
        var delay: Int64 = 0
        switch call.kind {
        case .submit: delay = submit(call.order!, call.legs, &news)
        case .replace:
            news.kind = .refused
            news.explanation = "orders are not replaced here"
        case .cancel: cancel(call.venueOrderId, &news)
        case .order:
            if let place = places[call.order!.id] {
                news.orders = [told(orders[place])]
            } else {
                news.kind = .notFound
            }
        case .orders: news.orders = scene().working
        case .activities: tell(after: call, &news)
        case .positions: news.positions = lied(scene().positions)
        case .funds:
            let cash = scene().cash
            news.funds = Account(cash: cash, equity: cash, buyingPower: Money(1_000_000))
        case .clock: news.clock = BrokerClock(at: stamp(now), isOpen: true)
        case .asset:
            let symbol = call.order!.symbol
            news.asset = BrokerAsset(
                symbol: symbol, isTradable: symbol.text != changed, isShortable: true, isFractionable: false)
        case .wake, .standing: break
        }
        return (news, delay)
    }

    private func submit(_ order: Order, _ legs: [Order], _ news: inout BrokerNews) -> Int64 {
        guard places[order.id] == nil else {
            // Its money is bound by the first one.
            let isVague = does(.vagueDuplicates, oneIn: 1)
            news.kind = isVague ? .refused : .duplicate
            news.explanation = isVague ? "insufficient buying power" : ""
            return 0
        }
        guard order.symbol.text != changed else {
            news.kind = .refused
            news.explanation = "there is no such symbol"
            return 0
        }
        let place = orders.count
        watch.note(order, comingTo: orders, hasGuards: hasGuards)
        for member in [order] + legs {
            places[member.id] = orders.count
            orders.append(
                Kept(
                    id: "venue-\(orders.count + 1)", order: member, at: now, arrivedAt: now,
                    isGuard: hasGuards && member.kind != .market))
        }
        for member in place..<orders.count {
            orders[member].pair = (place..<orders.count).filter { $0 != member }
        }
        changedAt = max(changedAt, now)
        news.orders = orders[place...].map(told)
        if orders[place].isGuard { return rest(place) }
        let isDenied = does(.liveReject, oneIn: 8)
        // What was called refused may trade, or rest until somebody takes it back, or nobody has.
        if isDenied, chance.below(2) == 0 {
            doings.add(.expire(place), at: mischiefEnds + HostileVenue.restLongest)
        } else {
            plan(place)
        }
        remember()
        if isDenied {
            orders[place].isDenied = true
            news = BrokerNews(kind: .refused, call: news.call, explanation: "insufficient buying power")
            deceivedAt = now
            return 0
        }
        updates.append((BrokerNews(kind: .update, orders: [told(orders[place])]), 0))
        guard does(.fillBeforeAccept) else { return 0 }
        // It trades at once, and says so before it says that it has the order.
        updates.removeLast()
        trade(place, Quantity(units: order.quantity.units / 2 / Quantity.scale * Quantity.scale))
        return chance.within(20...200) * HostileVenue.millisecond
    }

    /// What guards a position trades some time, one of a pair before the other, or rests until somebody takes it back.
    private func rest(_ place: Int) -> Int64 {
        for member in orders.indices[place...] {
            updates.append((BrokerNews(kind: .update, orders: [told(orders[member])]), 0))
        }
        if orders[place].order.timeInForce == .immediateOrCancel {
            plan(place)
            doings.add(.expire(place), at: now + 2 * slowness * HostileVenue.millisecond)
        } else if chance.below(2) == 0 {
            plan(place + chance.below(orders.count - place), after: chance.within(0...4_000))
        } else {
            for member in orders.indices[place...] { orders[member].isAtRest = true }
        }
        remember()
        return 0
    }

    /// When it trades, and in how many parts.
    private func plan(_ place: Int, after wait: Int64 = 0) {
        let whole = orders[place].order.quantity.units / Quantity.scale
        let parts = min(whole, chance.within(1...3))
        var time = now + wait * HostileVenue.millisecond
        for part in 0..<parts {
            time += chance.within(1...slowness) * HostileVenue.millisecond
            let quantity = part == parts - 1 ? whole - whole / parts * (parts - 1) : whole / parts
            doings.add(.trade(place, Quantity(Int(quantity))), at: time)
        }
    }

    private func cancel(_ id: String, _ news: inout BrokerNews) {
        guard let place = orders.firstIndex(where: { $0.id == id }) else { return news.kind = .notFound }
        if orders[place].status == .working {
            end(place, .cancelled)
            for other in orders[place].pair where orders[other].status == .working { end(other, .cancelled) }
        } else if orders[place].status != .cancelled {
            news.kind = .refused
            news.explanation = "order is already in \"filled\" state"
        }
    }

    private func tell(after call: BrokerCall, _ news: inout BrokerNews) {
        let from = call.at.nanoseconds - begin
        var found = executions.filter { $0.at > from && $0.visibleAt <= now }
        if let last = found.firstIndex(where: { name($0, stream: false) == call.after }) {
            found.removeFirst(last + 1)
        }
        news.activities = found.prefix(20).map { activity($0, stream: false) }
        if found.count > 20 { news.next = name(found[19], stream: false) }
    }

    // MARK: How it says it

    private func told(_ kept: Kept) -> BrokerOrder {
        BrokerOrder(
            orderId: kept.order.id, venueOrderId: kept.id, symbol: kept.order.symbol, side: kept.order.side,
            quantity: kept.order.quantity, filled: kept.filled, status: kept.status, at: stamp(kept.at))
    }

    /// The stream may call an execution by another name than the activities do.
    private func name(_ execution: Execution, stream: Bool) -> String {
        "\(stream && mischief.contains(.doubledFills) ? "update" : "execution")-\(execution.number)"
    }

    private func activity(_ execution: Execution, stream: Bool) -> BrokerActivity {
        let kept = orders[execution.place]
        return BrokerActivity(
            id: name(execution, stream: stream), venueOrderId: kept.id, symbol: kept.order.symbol,
            side: kept.order.side, quantity: execution.quantity, price: execution.price,
            total: execution.total, at: stamp(execution.at))
    }

    private var present: Scene {
        let positions = books.quantities.filter { $0.value != 0 }.keys.sorted().compactMap { symbol in
            Symbol(symbol).map {
                Position(
                    symbol: $0, quantity: Quantity(units: Int64(books.quantity(of: symbol))),
                    averagePrice: Price(units: Int64(books.averagePrice(of: symbol))))
            }
        }
        return Scene(
            at: now, working: orders.filter { $0.status == .working }.map(told), positions: positions,
            cash: Money(units: Int64(books.cash)))
    }

    private func remember() {
        guard mischief.contains(.pastSnapshot) else { return }
        scenes.append(present)
        if scenes.count > 40 { scenes.removeFirst() }
    }

    /// As it is, or as it was.
    private func scene() -> Scene {
        guard does(.pastSnapshot) else { return present }
        deceivedAt = now
        let moment = now - chance.within(50...2_000) * HostileVenue.millisecond
        return scenes.last { $0.at <= moment } ?? present
    }

    private func lied(_ positions: [Position]) -> [Position] {
        guard !positions.isEmpty, does(.wrongPosition) else { return positions }
        deceivedAt = now
        var positions = positions
        let place = chance.below(positions.count)
        if chance.below(3) == 0 {
            positions.remove(at: place)
        } else {
            positions[place].quantity += Quantity(Int(chance.within(-20...20)))
        }
        return positions
    }
}
