import Configuration
import Domain
import Wire

extension AccountMoment {
    // MARK: for a person

    package func text(paint: Paint) -> String {
        var text = paint("\(moment)", .bold)
        if let account {
            let told = account.what
            text += "  account \(visible(told.account))\n"
            text +=
                "cash \(told.cash)  equity \(told.equity)  highest \(told.highWater)  gross \(told.gross)  "
            text += "net \(told.net)  buying power \(told.buyingPower)" + age(account.at) + "\n"
        } else {
            text += "  nothing had been said of an account\n"
        }
        for name in shortened {
            text += paint(
                "\(name) no longer holds its beginning: what was said before and not since is not known\n",
                .yellow)
        }
        text += standing(paint: paint)
        text += part("signals", signals.isEmpty ? nil : signalTable(paint))
        text += part("halts", halts.isEmpty ? nil : haltLines)
        let lines = limits.map { "\($0.key) = \(visible($0.value))\n" } + handLimits.map { $0.line }
        text += part("limits", lines.isEmpty ? nil : lines.joined())
        return text
    }

    /// What was held, and which orders worked.
    package func standing(paint: Paint) -> String {
        part("positions", positions.isEmpty ? nil : positionTable(paint))
            + part("orders working", orders.isEmpty ? nil : orderTable(paint))
    }

    private func part(_ name: String, _ lines: String?) -> String {
        "\n" + name + (lines.map { ":\n" + $0 } ?? ": none\n")
    }

    /// How long before the moment something was said.
    private func age(_ at: Timestamp) -> String {
        let age = elapsed(from: at.nanoseconds, to: moment.nanoseconds)
        return age == 0 ? "" : "  (said \(durationText(age)) before)"
    }

    private func positionTable(_ paint: Paint) -> String {
        var table = Table(columns: [
            .text("symbol"), .number("held"), .number("average"), .number("price"), .number("worth"),
            .number("open profit"), .text("moved last"),
        ])
        for said in positions {
            let position = said.what
            let price = prices[position.symbol]?.what ?? position.marketPrice
            let worth = Money.worth(of: position.quantity, at: price)
            let paid = Money.worth(of: position.quantity, at: position.averagePrice)
            let profit = worth.flatMap { worth in paid.map { worth - $0 } }
            table.add([
                position.symbol.text, "\(position.quantity)", "\(position.averagePrice)", "\(price)",
                worth.map { $0.formatted(places: 2) } ?? "-", profit.map { $0.formatted(places: 2) } ?? "-",
                "\(said.at)",
            ])
        }
        return table.text(paint: paint)
    }

    private func orderTable(_ paint: Paint) -> String {
        var table = Table(columns: [
            .text("order"), .text("what"), .text("for"), .text("state"), .number("filled"), .text("since"),
        ])
        for said in orders {
            let update = said.what
            table.add([
                visible(update.order.id), Message.telling(update.order), visible(update.order.strategy),
                Message.words("\(update.status)"), "\(update.filled)", "\(said.at)",
            ])
        }
        return table.text(paint: paint)
    }

    private func signalTable(_ paint: Paint) -> String {
        var table = Table(columns: [
            .text("strategy"), .text("symbol"), .number("strength"), .text("since"), .text("because"),
        ])
        for said in signals {
            let signal = said.what
            table.add([
                visible(signal.strategy), signal.symbol.text, "\(signal.strength)", "\(said.at)",
                visible(signal.reason),
            ])
        }
        return table.text(paint: paint)
    }

    private var haltLines: String {
        halts.map { said in
            let halt = said.what
            return "\(visible(halt.kind)) since \(said.at), by \(visible(halt.by))"
                + (halt.flatten ? ", closes every position" : "") + Message.because(halt.reason) + "\n"
        }.joined()
    }

    // MARK: for a program

    package func json(unreadable: [String]) -> String {
        func list<What: Fielded>(_ said: [Said<What>]) -> String {
            "[" + said.map { json($0) }.joined(separator: ",") + "]"
        }
        let limits = limits.map { "\(JSONWriter.string($0.key)):\(JSONWriter.string($0.value))" }
        let prices = prices.sorted { $0.key.text < $1.key.text }.map {
            "\(JSONWriter.string($0.key.text)):\"\($0.value.what)\""
        }
        return "{\"at\":\(moment.nanoseconds),\"at_iso\":\"\(moment)\","
            + "\"account\":\(account.map { json($0) } ?? "null"),\"positions\":\(list(positions)),"
            + "\"prices\":{\(prices.joined(separator: ","))},\"orders\":\(list(orders)),"
            + "\"signals\":\(list(signals)),\"halts\":\(list(halts)),"
            + "\"limits\":{\(limits.joined(separator: ","))},"
            + "\"hand_limits\":[\(handLimits.map(\.json).joined(separator: ","))],"
            + "\"shortened\":\(JSONWriter.array(shortened)),\"unreadable\":\(JSONWriter.array(unreadable))}\n"
    }

    private func json<What: Fielded>(_ said: Said<What>) -> String {
        "{\"said_at\":\(said.at.nanoseconds),\"says\":\(Wire.json(said.what))}"
    }
}

extension HandLimit {
    fileprivate var line: String {
        "\(visible(text))\(until.map { " until \($0)" } ?? ""), set by \(visible(who)) at \(at)\(Message.because(why))\n"
    }

    fileprivate var json: String {
        "{\"limit\":\(JSONWriter.string(text)),\"said_at\":\(at.nanoseconds),"
            + "\"until\":\(until.map { "\($0.nanoseconds)" } ?? "null"),\"by\":\(JSONWriter.string(who)),"
            + "\"why\":\(JSONWriter.string(why))}"
    }
}
