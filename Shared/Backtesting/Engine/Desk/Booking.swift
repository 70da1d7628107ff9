import Domain
import Exchange
import Execution
import Portfolio

/// The exchange's reports are booked, and told to whoever they are about.
extension TradingDesk {
    /// Books what the exchange reports, and shows the strategy its fills.
    mutating func settle(at now: Timestamp, _ onFill: (Fill, Int) -> Void) throws(BacktestError) {
        do {
            // What is booked may lead to a request, and that to another report within the same moment.
            var next = 0
            while next < reports.count {
                try book(reports[next], at: now, onFill)
                next += 1
                // What was filled after the bars of this instant were looked at is guarded within it too.
                if next == reports.count, risking.lookedAt == now, risking.guarding.isOn {
                    try guardPositions(at: now)
                }
            }
            reports.removeAll(keepingCapacity: true)
        } catch {
            throw BacktestError(error, at: now)
        }
    }

    private mutating func book(_ report: Report, at now: Timestamp, _ onFill: (Fill, Int) -> Void) throws {
        if report.kind == .state { return charge(report) }
        if report.tag == Ticket.liquidation { return liquidate(report) }
        switch report.kind {
        case .accepted:
            if risking.asks { try followAnswer(isRejection: nil, at: now) }
            try tell(.accepted(venueOrderId: ""), of: Int(report.tag), at: now)
        case .filled:
            let fill = fill(report, of: executing.execution.orders[Int(report.tag)].order)
            count(fill, of: report.symbol, place: Int(report.tag))
            onFill(fill, report.symbol.number)
            try tell(.fill(fill), of: Int(report.tag), at: now)
            if report.remaining == .zero, executing.isWorking[Int(report.tag)],
                executing.execution.orders[Int(report.tag)].order.orderClass == .oneCancelsOther
            {
                // The other of the pair has taken the rest from it.
                try tell(.cancelled(reason: Reason.otherOfPair.text), of: Int(report.tag), at: now)
            }
        case .cancelled: try tell(.cancelled(reason: report.reason.text), of: Int(report.tag), at: now)
        case .expired: try tell(.expired, of: Int(report.tag), at: now)
        case .rejected:
            recording.rejected += 1
            if risking.asks { try followAnswer(isRejection: report.reason.text, at: now) }
            try tell(.rejectedByBroker(reason: report.reason.text), of: Int(report.tag), at: now)
        case .replaced:
            let successor = executing.successor(of: Int(report.tag))
            try tell(.replaced(by: successor), of: Int(report.tag), at: now)
        case .cancelRejected:
            // The exchange may have forgotten the order, and then names it by its handle alone.
            guard let place = executing.place(of: report.order) else { return }
            try tell(.cancelRejected(reason: report.reason.text), of: place, at: now)
        case .unknownOrder:
            guard let place = executing.place(of: report.order) else { return }
            try tell(.unknownToVenue, of: place, at: now)
        case .state: break
        }
    }

    /// Interest on what is borrowed.
    private mutating func charge(_ report: Report) {
        guard report.reason == .borrow else { return }
        ledger.chargeBorrow(report.fee, on: report.symbol)
        recording.record.otherCash -= report.fee
    }

    /// The exchange closes what the account can no longer carry: nobody proposed it, and it is booked all the same.
    private mutating func liquidate(_ report: Report) {
        guard report.kind == .filled else { return }
        recording.record.liquidations += 1
        let order = Order(
            id: "liquidation", account: settings.account, symbol: symbols[report.symbol.number])
        count(fill(report, of: order), of: report.symbol, place: nil)
    }

    private func fill(_ report: Report, of order: Order) -> Fill {
        Fill(
            id: String(report.execution), orderId: order.id, account: order.account, strategy: order.strategy,
            symbol: order.symbol, side: report.side, quantity: report.quantity, price: report.price,
            fee: report.fee, at: report.at)
    }

    private mutating func count(_ fill: Fill, of symbol: SymbolIndex, place: Int?) {
        let closed = recording.record.trades.count
        ledger.book(
            Deal(
                symbol: symbol, side: fill.side, quantity: fill.quantity, price: fill.price, fee: fill.fee,
                at: fill.at), &recording.record.trades)
        recording.record.fills.append(fill)
        if risking.watchesBars { followFill(fill, of: symbol.number, closing: closed, place: place) }
    }
}
