import Domain

/// How reports leave the exchange: with the latency of responses, and with the mischief that the rules ask for.
extension Exchange {
    mutating func report(
        _ kind: ReportKind, _ reason: Reason, _ slot: Int32, quantity: Quantity, at moment: Timestamp,
        _ reports: inout [Report]
    ) {
        let isOver = kind == .cancelled || kind == .expired || kind == .rejected || kind == .replaced
        send(
            Report(
                kind: kind, reason: reason, side: orders[slot].ticket.side,
                symbol: orders[slot].ticket.symbol,
                account: orders[slot].ticket.account, strategy: orders[slot].ticket.strategy,
                order: handle(of: slot), tag: orders[slot].ticket.tag, quantity: quantity, price: .zero,
                fee: .zero, remaining: isOver ? .zero : orders[slot].open, execution: 0, at: moment,
                knownAt: moment), &reports)
    }

    @inline(__always)
    mutating func send(_ report: Report, _ reports: inout [Report]) {
        if !delaysReports, !misbehaves {
            reports.append(report)
        } else {
            sendLate(report, &reports)
        }
    }

    mutating func sendLate(_ report: Report, _ reports: inout [Report]) {
        var report = report
        if delaysReports { report.knownAt += max(rules.latency.response.draw(&chance), 0) }
        report.knownAt = max(report.knownAt, silentUntil)
        guard let mischief = rules.mischief, report.kind == .filled else {
            reports.append(report)
            return
        }
        if chance.happens(mischief.lateFill) { report.knownAt += mischief.lateness }
        if chance.happens(mischief.missingFill) { return }
        reports.append(report)
        if chance.happens(mischief.duplicateFill) { reports.append(report) }
    }
}
