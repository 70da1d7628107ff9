import Domain

@testable import Execution

/// A venue that tells the truth when it is asked, and before that loses, repeats and delays what it is told and what it
/// says.
struct FakeVenue {
    struct Kept {
        var order: Order
        var filled = Quantity.zero
        var works = true
        /// It said that the order is cancelled, and may trade it nevertheless.
        var traded: [Fill] = []
        var remaining: Quantity { works ? order.quantity - filled : .zero }
    }

    var kept: [String: Kept] = [:]
    /// In the order of their arrival.
    var ids: [String] = []
    /// Reports that are on their way.
    var mail: [BrokerReport] = []
    /// Requests that arrive later.
    var late: [(at: Timestamp, request: VenueRequest)] = []
    var executions = 0
    /// Orders to trade after their cancellation was confirmed.
    var tradesAfterCancel = false
    var afterCancel = Quantity.zero

    mutating func take(_ request: VenueRequest, rejects: Bool = false) {
        let id = request.order.id
        switch request.verb {
        case .submit:
            guard kept[id] == nil else { return }
            ids.append(id)
            kept[id] = Kept(order: request.order)
            if rejects {
                kept[id]!.works = false
                say(.rejected, id, "not now")
            } else {
                say(.accepted, id)
            }
        case .cancel:
            guard let known = kept[id], known.works else {
                return say(.cancelRejected, id, "it does not work")
            }
            kept[id]!.works = false
            say(.cancelled, id, "asked for")
        case .replace: break
        case .status:
            guard let known = kept[id] else { return say(.unknownOrder, id) }
            for fill in known.traded { say(.filled, id, fill: fill) }
            if known.works {
                say(.state, id)
            } else if known.filled < known.order.quantity {
                say(.cancelled, id, "over")
            }
        }
    }

    mutating func trade(_ id: String, _ quantity: Quantity, at price: Price) {
        guard let known = kept[id] else { return }
        executions += 1
        kept[id]!.filled += quantity
        if !known.works { afterCancel += quantity }
        let fill = Fill(
            id: "x\(executions)", orderId: id, account: known.order.account, symbol: known.order.symbol,
            side: known.order.side, quantity: quantity, price: price)
        kept[id]!.traded.append(fill)
        if kept[id]!.filled == known.order.quantity { kept[id]!.works = false }
        say(.filled, id, fill: fill)
    }

    private mutating func say(_ kind: ReportKind, _ id: String, _ words: String = "", fill: Fill? = nil) {
        mail.append(
            BrokerReport(
                kind: kind, orderId: id, venueOrderId: kind == .accepted ? "v\(id)" : "", fill: fill,
                explanation: words, filled: kept[id].map(\.filled)))
    }
}

extension Execution {
    static let cause = Cause(topic: Topic("trading/proposal"), epoch: 1, number: 1)

    /// An approval of so much, for a purpose.
    mutating func approve(
        _ side: Side, _ quantity: Int, number: UInt64 = 1, notional: Int? = nil, kind: OrderKind = .market,
        intent: Plan.Intent = .enter, of strategy: String = "", at now: Timestamp, _ outbox: inout Outbox
    ) throws {
        let cause = Cause(topic: Topic("trading/proposal"), epoch: 1, number: number)
        let order = Order(
            id: OrderId(account: "a", cause: cause).text, account: "a", strategy: strategy,
            symbol: Symbol("KO")!,
            side: side, kind: kind, quantity: Quantity(quantity), timeInForce: .goodTillCancelled,
            notional: notional.map(Money.init))
        try onVerdict(
            Verdict(approved: true, order: order), of: 0, cause: cause, intent: intent, at: now, &outbox)
    }

    mutating func bar(_ close: Int, high: Int? = nil, low: Int? = nil, volume: Int = 1_000, at end: Timestamp)
        -> Outbox
    {
        var outbox = Outbox()
        let bar = Bar(
            span: Nanoseconds.minute, openedAt: end - Nanoseconds.minute, open: Price(close),
            high: Price(high ?? close), low: Price(low ?? close), close: Price(close), volume: Volume(volume))
        onBar(bar, of: 0, at: end, &outbox)
        return outbox
    }
}
