import Configuration
import Domain

/// A message in words, without who said it.
extension Message {
    package var telling: String {
        switch body {
        case .bar(let bar):
            "showed \(bar.symbol) at \(bar.close) (\(Message.span(bar.span)) from \(bar.openedAt): open \(bar.open), "
                + "high \(bar.high), low \(bar.low), volume \(bar.volume))"
        case .quote(let quote): "showed \(quote.symbol) at \(quote.bid) to \(quote.ask)"
        case .trade(let trade): "showed \(trade.symbol) traded at \(trade.price)"
        case .step(let step): "ended the instant \(step.time)"
        case .signal(let signal): Message.telling(signal)
        case .orderProposal(let proposal):
            "proposed to \(Message.telling(proposal.order)) (the price is \(proposal.price))\(Message.because(proposal.reason))"
        case .verdict(let verdict): Message.telling(verdict)
        case .halt(let halt):
            halt.active
                ? "halted trading: \(visible(halt.kind))\(halt.flatten ? ", and closes every position" : "")"
                    + Message.because(halt.reason)
                : "lifted the halt \(visible(halt.kind)), by \(visible(halt.by))"
        case .venueRequest(let request): Message.telling(request)
        case .brokerReport(let report): Message.telling(report)
        case .fill(let fill): "heard of the fill \(visible(fill.id)): \(Message.telling(fill))"
        case .orderUpdate(let update):
            "holds the order \(Message.words("\(update.status)"))"
                + (update.filled.isPositive ? ", \(update.filled) at \(update.averagePrice) on average" : "")
                + Message.because(update.reason)
        case .planEnd(let plan):
            "worked it to its end, \(plan.filled) traded\(Message.because(plan.outcome))"
        case .position(let position): Message.telling(position)
        case .account(let account): "told of the account: cash \(account.cash), equity \(account.equity)"
        case .command(let command): Message.telling(command)
        default: Message.words("\(body.kind.map { "\($0)" } ?? "something unknown")")
        }
    }

    /// The checks of a verdict, a line each.
    package var checks: [CheckResult] {
        if case .verdict(let verdict) = body { verdict.checks } else { [] }
    }

    private static func telling(_ signal: Signal) -> String {
        let strength =
            signal.strength == 0 ? "nothing" : "\(signal.strength > 0 ? "+" : "")\(signal.strength)"
        var text = "\(visible(signal.strategy)) wants \(strength) of \(signal.symbol)"
        if let quantity = signal.quantity { text += ", \(quantity) shares" }
        if let stop = signal.stop { text += ", stop \(stop)" }
        if let target = signal.target { text += ", target \(target)" }
        return text + because(signal.reason) + figures(signal.figures)
    }

    private static func telling(_ verdict: Verdict) -> String {
        let failed = verdict.checks.filter { !$0.passed }
        guard verdict.approved else {
            return "rejected it"
                + because(failed.map { "\($0.name), \($0.explanation)" }.joined(separator: "; "))
        }
        let count = verdict.checks.count == 1 ? "one check" : "\(verdict.checks.count) checks"
        let trimmed =
            failed.isEmpty ? "" : ", made smaller by \(failed.map(\.name).joined(separator: ", "))"
        return "approved to \(telling(verdict.order)), after \(count)\(trimmed)"
    }

    private static func telling(_ request: VenueRequest) -> String {
        switch request.verb {
        case .submit: "asked the venue to \(telling(request.order)), as order \(visible(request.order.id))"
        case .cancel: "asked the venue to cancel order \(visible(request.order.id))"
        case .replace:
            "asked the venue to put order \(visible(request.order.id)) in the place of \(visible(request.replaces))"
        case .status: "asked the venue where order \(visible(request.order.id)) stands"
        }
    }

    private static func telling(_ report: BrokerReport) -> String {
        let reason = because(report.explanation)
        if let fill = report.fill { return "filled it: \(telling(fill)), as \(visible(fill.id))\(reason)" }
        let whose = report.symbol == Symbol() ? "the account" : "who holds \(report.symbol)"
        let known = report.venueOrderId.isEmpty ? "" : " as \(visible(report.venueOrderId))"
        return switch report.kind {
        case .accepted: "took the order\(known)\(reason)"
        case .rejected: "rejected the order\(reason)"
        case .filled: "filled the order\(reason)"
        case .cancelled: "cancelled the order\(reason)"
        case .replaced: "replaced the order\(known)\(reason)"
        case .expired: "let the order expire\(reason)"
        case .cancelRejected: "did not cancel the order\(reason)"
        case .unknownOrder: "does not know the order\(reason)"
        case .state where report.charge != .zero:
            report.charge.isPositive
                ? "took \(report.charge) from \(whose)\(reason)"
                : "paid \(-report.charge) to \(whose)\(reason)"
        case .state: "said where the order stands\(reason)"
        }
    }

    private static func telling(_ fill: Fill) -> String {
        let what = fill.side == .buy ? "bought" : "sold"
        return "\(what) \(fill.quantity) \(fill.symbol) at \(fill.price), fee \(fill.fee)"
    }

    private static func telling(_ position: Position) -> String {
        let profit = position.closed.map { "; what was closed brought \($0)" } ?? ""
        if position.quantity == .zero { return "then held no \(position.symbol)\(profit)" }
        return
            "then held \(position.quantity) \(position.symbol) at \(position.averagePrice) on average\(profit)"
    }

    private static func telling(_ command: Command) -> String {
        let words = ([command.verb] + command.arguments).map(visible).joined(separator: " ")
        return "was told by \(visible(command.who)): \(words)\(because(command.why))"
    }

    /// `buy 12.5 AAPL at market`.
    static func telling(_ order: Order) -> String {
        var text = order.side == .buy ? "buy" : "sell"
        if let notional = order.notional {
            text += " \(order.symbol) for \(notional), at most \(order.quantity) shares"
        } else {
            text += " \(order.quantity) \(order.symbol)"
        }
        text += order.kind == .market ? " at market" : ", \(words("\(order.kind)"))"
        if let limit = order.limit { text += " at \(limit)" }
        if let stop = order.stop { text += " from \(stop)" }
        if let trail = order.trail { text += " trailing \(trail)" }
        return text
    }

    static func because(_ reason: String) -> String { reason.isEmpty ? "" : ": \(visible(reason))" }

    private static func figures(_ figures: [Figure]) -> String {
        figures.isEmpty
            ? ""
            : " (\(figures.map { "\(visible($0.name)) \(figureText($0.value))" }.joined(separator: ", ")))"
    }

    static func span(_ nanoseconds: Int64) -> String {
        nanoseconds > 0 ? "\(Interval(nanoseconds: nanoseconds))" : "\(nanoseconds) ns"
    }

    /// `partiallyFilled` as `partially filled`.
    static func words(_ name: String) -> String {
        var text = ""
        for character in name {
            if character.isUppercase { text += " " }
            text += character.lowercased()
        }
        return text
    }
}
