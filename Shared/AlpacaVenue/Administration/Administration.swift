import Configuration
import Domain
import Exchange

/// What whoever runs the venue may do to it: harm, halts, prices, and time.
extension Venue {
    /// Answers a request below `/admin`. `advance` lets the clock go on; whoever keeps it says how far it may.
    public func administer(_ request: AlpacaRequest, advance: (Timestamp) throws -> Void) -> AlpacaAnswer {
        do throws(Refusal) {
            return try administration(request, advance)
        } catch {
            return error.answer
        }
    }

    private func administration(
        _ request: AlpacaRequest, _ advance: (Timestamp) throws -> Void
    ) throws(Refusal) -> AlpacaAnswer {
        let parts = request.parts.dropFirst()
        switch (request.method, parts.joined(separator: "/")) {
        case ("GET", ""): return AlpacaAnswer(200, overview)
        case ("POST", "mischief"):
            let armed = try arm(try request.object())
            mischief.append(armed)
            return AlpacaAnswer(200, armed.document)
        case ("DELETE", "mischief"):
            mischief = []
            return AlpacaAnswer(204)
        case ("POST", "disconnect"):
            let body = try request.object()
            news.append(.disconnect(account: try accountNamed(body)))
            return AlpacaAnswer(200, [:])
        case ("POST", "halt"), ("POST", "resume"):
            let symbol = try symbolNamed(try request.object())
            assets[symbol].isHalted = parts.last == "halt"
            tellStatus(symbol)
            forgetQuote(symbol)
            if !assets[symbol].isHalted { release() }
            return AlpacaAnswer(
                200, ["symbol": .text(assets[symbol].name), "halted": .flag(assets[symbol].isHalted)])
        case ("POST", "price"): return AlpacaAnswer(200, try movePrices(try request.object()))
        case ("POST", "borrow"):
            let body = try request.object()
            let symbol = try symbolNamed(body)
            assets[symbol].isShortable = try OrderFields(body).flag("shortable") ?? true
            return AlpacaAnswer(200, assets[symbol].document)
        case ("POST", "clock"):
            let moment = try moment(try request.object())
            do {
                try advance(moment)
            } catch {
                throw Refusal(500, 50_010_000, "\(error)")
            }
            return AlpacaAnswer(200, clockDocument)
        default: throw .noEndpoint
        }
    }

    private var overview: Document {
        [
            "time": .moment(now), "symbols": .list(assets.map { .text($0.name) }),
            "accounts": .list(
                accounts.indices.map {
                    [
                        "key": .text(accounts[$0].key), "id": .text(accounts[$0].id),
                        "cash": .amount(cash($0)),
                        "equity": .amount(equity($0)), "orders": .integer(Int64(accounts[$0].orders.count)),
                        "working": .integer(Int64(accounts[$0].working.count)),
                    ]
                }),
            "orders": .integer(Int64(orders.count)), "mischief": .list(mischief.map(\.document)),
            "halted": .list(assets.filter(\.isHalted).map { .text($0.name) }),
        ]
    }

    private func arm(_ body: JSONValue) throws(Refusal) -> ArmedMischief {
        let fields = OrderFields(body)
        let kinds = ArmedMischief.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        guard let name = try fields.text("kind"), let kind = ArmedMischief.Kind(rawValue: name) else {
            throw .invalid("kind must be one of \(kinds)")
        }
        // What is misspelt would be harm to everybody.
        if case .object(let members) = body {
            let known = ["kind", "account", "count"] + kind.fields
            for member in members where !known.contains(member.key) {
                throw .invalid(
                    "\(kind.rawValue) has no \(member.key): it takes account, count, \(kind.fields.joined(separator: ", "))"
                )
            }
        }
        var armed = ArmedMischief(kind: kind, count: 1)
        if let count = body["count"] {
            guard let number = count.integer, (1...1_000_000).contains(number) else {
                throw .invalid("count must be between 1 and 1000000")
            }
            armed.count = number
        }
        armed.account = try accountNamed(body)
        if try fields.text("symbol") != nil { armed.symbol = try symbolNamed(body) }
        if let event = try fields.text("event") {
            guard ArmedMischief.events.contains(event) else {
                throw .invalid("event must be one of \(ArmedMischief.events.joined(separator: ", "))")
            }
            armed.event = event
        }
        armed.method = try fields.text("method")
        armed.path = try fields.text("path")
        armed.text = try fields.text("message")
        if let status = body["status"] {
            guard let number = status.integer, (400...599).contains(number) else {
                throw .invalid("status must be between 400 and 599")
            }
            armed.status = number
        }
        if let text = try fields.text("by") {
            guard let span = Venue.span(text) else { throw .invalid("by must be a time such as 500ms or 2s") }
            armed.span = span
        }
        return armed
    }

    private static func span(_ text: String) -> Int64? {
        guard let duration = DurationText.duration(of: text) else { return nil }
        let (seconds, rest) = duration.components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: Nanoseconds.second)
        guard !overflow, scaled < Int64.max / 4, seconds >= 0 else { return nil }
        return scaled + rest / 1_000_000_000
    }

    private func accountNamed(_ body: JSONValue) throws(Refusal) -> Int? {
        guard let key = try OrderFields(body).text("account") else { return nil }
        guard let account = accountsByKey[key] else {
            throw .notFound("there is no account with the key \(key)")
        }
        return account
    }

    private func symbolNamed(_ body: JSONValue) throws(Refusal) -> Int {
        let name = try OrderFields(body).text("symbol") ?? ""
        guard let symbol = symbolNumbers[name] else { throw .notFound("symbol not found: \(name)") }
        return symbol
    }

    private func movePrices(_ body: JSONValue) throws(Refusal) -> Document {
        guard case .object(let members) = body, !members.isEmpty else {
            throw .invalid("prices by their symbols are expected, such as {\"AAPL\": \"191.5\"}")
        }
        var moves: [(symbol: Int, price: Price)] = []
        for member in members {
            guard let symbol = symbolNumbers[member.key] else {
                throw .notFound("symbol not found: \(member.key)")
            }
            guard let price: Price = try OrderFields(body).decimal(member.key), price.isPositive else {
                throw .invalid("price of \(member.key) must be > 0")
            }
            moves.append((symbol, price))
        }
        for (symbol, price) in moves {
            guard let tick = feed.move(symbol, to: price, from: memory.last(symbol) ?? price, at: now) else {
                throw .unprocessable("prices can be moved only where they are fixed")
            }
            if !assets[symbol].isHalted { show(tick, symbol) }
        }
        return .object(moves.map { (assets[$0.symbol].name, .amount($0.price)) })
    }

    private func moment(_ body: JSONValue) throws(Refusal) -> Timestamp {
        let fields = OrderFields(body)
        if let text = try fields.text("advance") {
            guard let span = Venue.span(text), span >= 0 else {
                throw .invalid("advance must be a time such as 30s or 1m")
            }
            return now + span
        }
        guard let text = try fields.text("to"), let moment = AlpacaRequest.moment(text) else {
            throw .invalid("advance or to is required")
        }
        guard moment >= now else { throw .invalid("the clock stands at \(now) and goes forward only") }
        return moment
    }
}
