import Domain
import TWS

/// What is asked, one question after the other: most answers do not say what they answer.
struct Question {
    enum End: Hashable {
        case openOrders, completedOrders, executions, positions, summary, time, contract
    }

    var kind: BrokerCallKind
    /// Those that it answers; several that ask about an order are answered at once.
    var calls: [BrokerCall]
    var request = 0
    var until = Timestamp.zero
    /// What has to come before it is answered.
    var missing: Set<End>
    var executions: [TWSExecution] = []
    var news = BrokerNews(kind: .answered)
    var funds: [String: Money] = [:]
    /// Since when nothing is missing but what executions cost.
    var wholeAt: Timestamp?

    init(_ kind: BrokerCallKind, _ calls: [BrokerCall]) {
        self.kind = kind
        self.calls = calls
        missing =
            switch kind {
            case .order: [.openOrders, .completedOrders, .executions]
            case .orders: [.openOrders]
            case .activities: [.executions]
            case .positions: [.positions]
            case .funds: [.summary]
            case .asset: [.contract]
            default: [.time]
            }
    }
}

extension GatewayTalk {
    private static let tags = ["TotalCashValue", "NetLiquidation", "BuyingPower"]

    mutating func askNext(at now: Timestamp) {
        guard phase == .open, question == nil, isServed, let first = waiting.first else { return }
        let calls = first.kind == .order ? waiting.filter { $0.kind == .order } : [first]
        waiting.removeAll { call in calls.contains { $0.number == call.number } }
        ask(Question(first.kind, calls), at: now)
    }

    mutating func ask(_ asked: Question, at now: Timestamp) {
        var asked = asked
        requestNumber += 1
        asked.request = requestNumber
        asked.until = now + plan.patience
        question = asked
        switch asked.kind {
        case .order:
            book.beginTurn()
            requests += [.allOpenOrders, .completedOrders, .executions(asked.request, since: nil)]
        case .orders:
            book.beginTurn()
            requests.append(.allOpenOrders)
        case .activities:
            requests.append(.executions(asked.request, since: since(asked)))
        case .positions: requests.append(.positions)
        case .funds: requests.append(.summary(asked.request, tags: GatewayTalk.tags))
        case .asset:
            let symbol = asked.calls.first?.order?.symbol ?? Symbol()
            requests.append(.contract(asked.request, TWSContract(stock: symbol)))
        default: requests.append(.currentTime)
        }
    }

    /// Executions are told to the second.
    private func since(_ question: Question) -> Timestamp {
        (question.calls.first?.at ?? .zero) - Nanoseconds.second
    }

    /// Whatever is no greeting and no notice.
    mutating func take(_ answer: TWSAnswer, at now: Timestamp) {
        switch answer {
        case .openOrder, .orderStatus, .completedOrder, .execution, .commission:
            hear(ofOrders: answer, at: now)
        case .openOrdersEnd: question?.missing.remove(.openOrders)
        case .completedOrdersEnd: question?.missing.remove(.completedOrders)
        case .executionsEnd(let request) where request == question?.request:
            question?.missing.remove(.executions)
        case .position(let position) where question?.kind == .positions && position.account == account:
            guard let symbol = position.contract.stock, position.quantity != .zero else { return }
            question?.news.positions.append(
                Position(symbol: symbol, quantity: position.quantity, averagePrice: position.averageCost))
        case .positionsEnd where question?.kind == .positions:
            question?.missing.remove(.positions)
            requests.append(.cancelPositions)
        case .summary(let request, account, let tag, let value, let currency)
        where request == question?.request:
            // In another currency than the dollar nothing is known of it.
            if currency == "USD", let amount = try? Money(value, rounding: .toNearestOrEven) {
                question?.funds[tag] = amount
            }
        case .summaryEnd(let request) where request == question?.request:
            question?.missing.remove(.summary)
            requests.append(.cancelSummary(request))
        case .contract(let request, let details) where request == question?.request:
            guard let symbol = details.contract.stock else { return }
            // What may be borrowed, and parts of a share, are not told here.
            question?.news.asset = BrokerAsset(
                symbol: symbol, isTradable: true, isShortable: true, isFractionable: false)
        case .contractEnd(let request) where request == question?.request: question?.missing.remove(.contract)
        case .currentTime(let seconds) where question?.kind == .clock:
            question?.missing.remove(.time)
            question?.news.clock = GatewayTalk.clock(seconds)
        case .unreadable(let fault): failure = "what the gateway says cannot be read: \(fault)"
        default: return
        }
        settle(at: now)
    }

    /// The gateway tells whole seconds: half of one is in between. It knows nothing of hours: those are New York's.
    private static func clock(_ seconds: Int) -> BrokerClock {
        let at = Timestamp(seconds: Int64(clamping: seconds)) + Nanoseconds.second / 2
        let calendar = TradingCalendar.xnys
        let session = calendar.session(containing: at)
        let next = calendar.next(after: at)
        return BrokerClock(
            at: at, isOpen: session != nil, nextOpen: next?.open ?? .zero,
            nextClose: session?.close ?? next?.close ?? .zero)
    }

    // MARK: Answered

    /// How long it is waited for what executions cost.
    static let costPatience = Nanoseconds.second / 2

    mutating func settle(at now: Timestamp) {
        guard let asked = question, asked.missing.isEmpty else { return }
        if asked.kind == .activities, asked.executions.contains(where: { costs[$0.lasting] == nil }) {
            guard let wholeAt = asked.wholeAt else {
                question?.wholeAt = now + GatewayTalk.costPatience
                question?.until = now + GatewayTalk.costPatience + plan.patience
                return
            }
            if now < wholeAt { return }
        }
        question = nil
        if phase == .beginning { return open(at: now) }
        if asked.kind == .order {
            for call in asked.calls { answerOrder(call, at: now) }
        } else if let call = asked.calls.first {
            answer(call, asked, at: now)
        }
        askNext(at: now)
    }

    private mutating func answer(_ call: BrokerCall, _ asked: Question, at now: Timestamp) {
        var told = asked.news
        told.call = call.number
        told.at = now
        switch asked.kind {
        case .orders:
            for place in book.entries.indices where book.entries[place].seen == book.turn {
                let order = book.told(place, at: now)
                if order.status == .working { told.orders.append(order) }
            }
        case .activities: tellActivities(asked.executions, since: call.at, in: &told, at: now)
        case .funds:
            guard asked.funds.count == GatewayTalk.tags.count else {
                return end(
                    call, .unknown, "the gateway tells no cash, worth and buying power in dollars", at: now)
            }
            told.funds = Account(
                cash: asked.funds["TotalCashValue"] ?? .zero, equity: asked.funds["NetLiquidation"] ?? .zero,
                buyingPower: asked.funds["BuyingPower"] ?? .zero)
        case .asset where told.asset == nil: told.kind = .notFound
        default: break
        }
        news.append(told)
    }

    /// All that the gateway knows has come: whether an order is there, never came, or is told of no longer.
    private mutating func answerOrder(_ call: BrokerCall, at now: Timestamp) {
        let reference = call.order?.id ?? ""
        if let place = place(of: reference), book.isThere(place) {
            if book.entries[place].reference == reference { return answer(call, place, at: now) }
            if numbers.hasMadeWay(reference) { return answer(call, replacedBy: place, at: now) }
            return end(call, .notFound, "the order stands as it was before it was to be changed", at: now)
        }
        guard let given = numbers.entry(of: reference), !isVoid(given, at: now) else {
            return end(call, .notFound, "the gateway has no such order", at: now)
        }
        end(
            call, .forgotten,
            "it was sent as \(given.number), and the gateway tells neither of an open order of that kind nor of one that "
                + "has ended today", at: now)
    }

    /// The order has made way for a change of it, which bears its number and its lasting name.
    private mutating func answer(_ call: BrokerCall, replacedBy place: Int, at now: Timestamp) {
        var old = book.told(place, at: now)
        (old.orderId, old.venueOrderId) = (call.order?.id ?? "", "")
        (old.quantity, old.filled) = (call.order?.quantity ?? .zero, .zero)
        (old.status, old.explanation) = (.replaced, "")
        news.append(
            BrokerNews(
                kind: .answered, call: call.number, at: now, orders: [book.told(place, at: now), old]))
    }

    mutating func refuseQuestion(_ notice: TWSNotice, at now: Timestamp) {
        guard let asked = question else { return }
        // Other answers to it may come yet, and would be taken for those to the next one.
        if asked.kind == .order { return failure = notice.sentence }
        question = nil
        for call in asked.calls {
            end(call, notice.code == 200 ? .notFound : .refused, notice.sentence, at: now)
        }
        askNext(at: now)
    }
}
