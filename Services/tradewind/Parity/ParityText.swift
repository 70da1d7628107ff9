import Configuration
import Domain
import Explaining
import Parity

/// What `tradewind parity` tells.
struct ParityText {
    private let parity: DayParity
    private let fit: VenueFit
    private let account: String
    private let isKnown: Bool

    init(_ parity: DayParity, _ fit: VenueFit, account: String, isKnown: Bool) {
        self.parity = parity
        self.fit = fit
        self.account = account
        self.isKnown = isKnown
    }

    // MARK: for a person

    func text(_ paint: Paint) -> String {
        var table = Table(columns: [.text("\(parity.day), \(account)"), .number("profit"), .text("")])
        table.add(["the backtest", signed(parity.backtest), ""])
        for part in parity.parts.reversed() {
            table.add(["  \(part.cause.rawValue)", signed(part.amount), words(part)])
        }
        if parity.other != .zero {
            table.add([
                "  other", signed(parity.other), "today's programs decide otherwise: tradewind verify",
            ])
        }
        table.add(["what happened", signed(parity.live), ""])
        return table.text(paint: paint) + "\n" + fitted
    }

    /// What there was of a cause; of what was not there nothing is said.
    private func words(_ part: DayParity.Part) -> String {
        if part.amount == .zero, part.cause != .data || isKnown { return "" }
        return switch part.cause {
        case .data: isKnown ? "the bars were known otherwise then" : "the bars are those of the record"
        case .delay: "orders reached the venue at another time"
        case .fill: "orders traded at other prices, or other quantities"
        case .fee: "the venue took other fees"
        case .reject: "the venue refused orders"
        case .hand: "a person traded on the account"
        }
    }

    private func signed(_ money: Money) -> String { money.isPositive ? "+\(money)" : "\(money)" }

    private var fitted: String {
        var text = "Fitted from the day:\n"
        text += "  backtest.latency_order: \(fit.order.model)" + told(fit.order, "orders")
        text += "  backtest.latency_response: \(fit.response.model)" + told(fit.response, "fills")
        text += "  backtest.queue: \(fit.queue)"
        text +=
            fit.touches == 0
            ? " (no limit order was touched)\n"
            : " (\(fit.tradedAtTouch) of \(fit.touches) touches of a limit traded)\n"
        return text
    }

    private func told(_ delays: VenueFit.Delays, _ what: String) -> String {
        guard delays.count > 0 else { return " (there were no \(what))\n" }
        return " (\(delays.count) \(what): \(durationText(delays.median)) at the median, "
            + "\(durationText(delays.longest)) at most)\n"
    }

    // MARK: for a program

    var json: String {
        var json = JSONWriter()
        json.object { json in
            for (name, text) in [
                ("day", "\(parity.day)"), ("account", account), ("backtest", "\(parity.backtest)"),
                ("live", "\(parity.live)"),
            ] {
                json.key(name)
                json.string(text)
            }
            json.key("parts")
            json.object { json in
                for part in parity.parts.reversed() {
                    json.key(part.cause.rawValue.split(separator: " ").joined(separator: "_"))
                    json.string("\(part.amount)")
                }
                json.key("other")
                json.string("\(parity.other)")
            }
            json.key("fitted")
            json.object { json in
                for (name, text) in [
                    ("latency_order", fit.order.model), ("latency_response", fit.response.model),
                    ("queue", fit.queue),
                ] {
                    json.key(name)
                    json.string(text)
                }
                json.key("orders")
                json.integer(fit.order.count)
            }
        }
        return json.text + "\n"
    }
}
