import Domain
import Exchange
import Execution
import Portfolio

/// The stage that books what the exchange reports. Reports that are still on their way wait here.
struct Booking {
    /// The latest first, so that the earliest is taken off the end; of several at a moment the one that came first.
    private var waiting: [Report] = []
    /// When the next report is heard; the end of time where none is on its way.
    private(set) var next = Int64.max

    mutating func wait(for report: Report) {
        let place = waiting.firstIndex { $0.knownAt <= report.knownAt } ?? waiting.endIndex
        waiting.insert(report, at: place)
        next = waiting.last?.knownAt.nanoseconds ?? .max
    }

    /// The earliest report that is heard by then.
    mutating func take(by now: Timestamp) -> Report? {
        guard let report = waiting.last, report.knownAt <= now else { return nil }
        waiting.removeLast()
        next = waiting.last?.knownAt.nanoseconds ?? .max
        return report
    }
}

extension TradingDesk {
    /// Books what the exchange has reported and is known by now, and shows strategies their fills.
    mutating func settle(at now: Timestamp, _ onFill: (Fill, Int, Int) -> Void) throws(BacktestError) {
        do {
            while let report = booking.take(by: now) { try book(report, at: now, onFill) }
            if hearing.isLate { return try settleLate(at: now, onFill) }
            // What is booked may lead to a request, and that to another report within the same moment.
            var next = 0
            var hasFilled = false
            while next < reports.count {
                let report = reports[next]
                next += 1
                hasFilled = hasFilled || report.kind == .filled
                if report.knownAt > now {
                    booking.wait(for: report)
                } else {
                    try book(report, at: now, onFill)
                }
                // What was filled after the bars of this instant were looked at is guarded within it too. What the exchange
                // has refused is known to nobody else before the next one.
                if hasFilled, next == reports.count, risking.lookedAt == now, risking.guarding.isOn {
                    try guardPositions(at: now)
                }
            }
            // One by one: most often there is one or none, and to empty a whole array takes three times as long.
            while !reports.isEmpty { reports.removeLast() }
        } catch {
            throw BacktestError(error, at: now)
        }
    }

    mutating func book(
        _ report: Report, at now: Timestamp, _ onFill: (Fill, Int, Int) -> Void
    ) throws {
        if report.kind == .state { return try state(report, at: now) }
        if report.tag == Ticket.liquidation { return liquidate(report, at: now) }
        switch report.kind {
        case .accepted:
            if risking.asks { try followAnswer(isRejection: nil, at: now) }
            try executing.execution.onAcceptance(of: Int(report.tag), at: now, &executing.outbox)
            finishTelling(of: Int(report.tag), at: now)
        case .filled:
            let strategy = Int(report.strategy)
            var fill = Fill()
            write(report, ofOrderAt: Int(report.tag), to: &fill)
            count(fill, of: report.symbol, place: Int(report.tag), for: strategy, onFill)
            try executing.execution.onFill(fill, of: Int(report.tag), at: now, &executing.outbox)
            // Last, so that it is moved and not copied.
            recording.record.fills.append(consume fill)
            finishTelling(of: Int(report.tag), at: now)
            if report.remaining == .zero, executing.entries[Int(report.tag)].isWorking,
                executing.execution.orders[Int(report.tag)].order.orderClass == .oneCancelsOther
            {
                // The other of the pair has taken the rest from it.
                try tell(.cancelled(reason: Reason.otherOfPair.text), of: Int(report.tag), at: now)
            }
        case .cancelled where report.reason.isSpent:
            try executing.execution.onSpent(
                of: Int(report.tag), because: report.reason.text, at: now, &executing.outbox)
            finishTelling(of: Int(report.tag), at: now)
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

    /// What is no step of an order: it was made smaller, or asked about, or interest is charged.
    private mutating func state(_ report: Report, at now: Timestamp) throws {
        switch report.reason {
        case .borrow:
            recording.record.otherCash -= report.fee
            ledger.chargeBorrow(shared: report.fee, on: report.symbol)
        case .otherOfPair, .parent: shrink(Int(report.tag), by: report.quantity, at: now)
        case .requested: try answer(Int(report.tag), filled: report.quantity, at: now)
        default: break
        }
    }

    /// The exchange closes what the account can no longer carry: nobody proposed it, and it is booked all the same.
    private mutating func liquidate(_ report: Report, at now: Timestamp) {
        guard report.kind == .filled else { return }
        recording.record.liquidations += 1
        var fill = Fill()
        write(report, to: &fill)
        fill.orderName = OrderName(Fill.liquidation)
        fill.account = account
        fill.symbol = symbols[report.symbol.number]
        count(fill, of: report.symbol, place: nil, for: 0, { _, _, _ in })
        recording.record.fills.append(fill)
        noteOtherTrade(report.side, report.quantity, of: report.symbol.number, at: now)
    }

    /// The order's texts are taken one by one, and to where they stay: to copy it whole costs as much as all the rest of a
    /// fill.
    private func write(_ report: Report, ofOrderAt place: Int, to fill: inout Fill) {
        write(report, to: &fill)
        fill.orderName = executing.execution.orders[place].order.name
        fill.account = executing.execution.orders[place].order.account
        fill.strategy = executing.execution.orders[place].order.strategy
        fill.symbol = executing.execution.orders[place].order.symbol
    }

    private func write(_ report: Report, to fill: inout Fill) {
        fill.id = String(decimal: report.execution)
        fill.side = report.side
        fill.quantity = report.quantity
        fill.price = report.price
        fill.fee = report.fee
        fill.at = report.at
    }

    /// Books a fill, for the strategy whose order it is; what guarded or liquidated the account's position is for those
    /// that held it, in their order.
    private mutating func count(
        _ fill: Fill, of symbol: SymbolIndex, place: Int?, for strategy: Int,
        _ onFill: (Fill, Int, Int) -> Void
    ) {
        let closed = recording.record.trades.count
        if deciding.parts.count == 1 || place.map({ !executing.entries[$0].isGuard }) ?? false {
            book(fill, of: symbol, for: strategy, onFill)
        } else {
            for part in ledger.parts(of: fill, in: symbol) {
                book(part.fill, worth: part.worth, of: symbol, for: part.strategy, onFill)
            }
        }
        if risking.watchesBars { followFill(fill, of: symbol.number, closing: closed) }
    }

    private mutating func book(
        _ fill: Fill, worth: Money? = nil, of symbol: SymbolIndex, for strategy: Int,
        _ onFill: (Fill, Int, Int) -> Void
    ) {
        ledger.book(
            Deal(
                symbol: symbol, strategy: strategy, side: fill.side, quantity: fill.quantity,
                price: fill.price, fee: fill.fee, at: fill.at), worth: worth, &recording.record.trades)
        if acting.rescales {
            onFill(acting.measures[symbol.number].shown(fill), symbol.number, strategy)
        } else {
            onFill(fill, symbol.number, strategy)
        }
    }
}
