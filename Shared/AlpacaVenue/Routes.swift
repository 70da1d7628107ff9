import Configuration
import Domain

/// Which request means what: trading (version 2) and market data, on one address.
extension Venue {
    /// The account of a key and its secret, or nothing.
    public func account(_ key: String, _ secret: String?) -> Int? {
        guard let account = accountsByKey[key], let secret, accounts[account].secret == secret else {
            return nil
        }
        return account
    }

    /// Answers a request at the venue's time.
    public func answer(_ request: AlpacaRequest) -> AlpacaAnswer {
        guard let key = request.key, let account = account(key, request.secret) else {
            return Refusal.unauthorised.answer
        }
        if let harm = armed(.error, request, account) {
            return Refusal(
                harm.status, harm.status == 429 ? nil : harm.status * 100_000,
                harm.text ?? (harm.status == 429 ? "too many requests." : "internal server error occurred")
            ).answer
        }
        var answer: AlpacaAnswer
        do throws(Refusal) {
            answer = try routed(request, account)
        } catch {
            answer = error.answer
        }
        if armed(.lostAnswer, request, account) != nil { answer.isLost = true }
        if let harm = armed(.slowAnswer, request, account) { answer.delay = harm.span }
        return answer
    }

    private func routed(_ request: AlpacaRequest, _ account: Int) throws(Refusal) -> AlpacaAnswer {
        let parts = request.parts
        guard let version = parts.first else { throw .noEndpoint }
        let rest = Array(parts.dropFirst())
        switch version {
        case "v2" where rest.first == "stocks":
            return AlpacaAnswer(200, try stocks(request, Array(rest.dropFirst())))
        case "v2": return try trading(request, rest, account)
        case "v1" where rest == ["corporate-actions"]:
            return AlpacaAnswer(200, ["corporate_actions": [:], "next_page_token": nil])
        case "v1beta1" where rest == ["news"]: return AlpacaAnswer(200, ["news": [], "next_page_token": nil])
        default: throw .noEndpoint
        }
    }

    private func trading(_ request: AlpacaRequest, _ parts: [String], _ account: Int) throws(Refusal)
        -> AlpacaAnswer
    {
        guard let first = parts.first else { throw .noEndpoint }
        let rest = Array(parts.dropFirst())
        switch first {
        case "orders", "orders:by_client_order_id": return try orders(request, first, rest, account)
        case "positions": return try positions(request, rest, account)
        case "account": return try own(request, rest, account)
        case "watchlists": return try watchlists(request, rest, of: account)
        default: break
        }
        guard request.method == "GET" else { throw .noEndpoint }
        switch (first, rest.count) {
        case ("assets", 0): return AlpacaAnswer(200, try assetList(request))
        case ("assets", _): return AlpacaAnswer(200, try asset(rest.joined(separator: "/")))
        case ("clock", 0): return AlpacaAnswer(200, clockDocument)
        case ("calendar", 0): return AlpacaAnswer(200, try calendar(request))
        case ("options", 1) where rest[0] == "contracts":
            return AlpacaAnswer(200, ["option_contracts": [], "next_page_token": nil])
        case ("corporate_actions", 1) where rest[0] == "announcements": return AlpacaAnswer(200, [])
        default: throw .noEndpoint
        }
    }

    private func orders(
        _ request: AlpacaRequest, _ first: String, _ rest: [String], _ account: Int
    ) throws(Refusal) -> AlpacaAnswer {
        if first != "orders" {
            guard request.method == "GET", rest.isEmpty else { throw .noEndpoint }
            return AlpacaAnswer(200, try byClientId(request, of: account))
        }
        switch (request.method, rest.count) {
        case ("POST", 0): return AlpacaAnswer(200, try place(request.body, for: account))
        case ("GET", 0): return AlpacaAnswer(200, try list(request, of: account))
        case ("DELETE", 0): return AlpacaAnswer(207, cancelAll(of: account))
        case ("GET", 1):
            return AlpacaAnswer(200, document(of: try order(rest[0], of: account), nested: true))
        case ("PATCH", 1):
            return AlpacaAnswer(200, try replace(try order(rest[0], of: account), by: request.body))
        case ("DELETE", 1):
            try cancel(try order(rest[0], of: account))
            return AlpacaAnswer(204)
        default: throw .noEndpoint
        }
    }

    private func positions(_ request: AlpacaRequest, _ rest: [String], _ account: Int) throws(Refusal)
        -> AlpacaAnswer
    {
        switch (request.method, rest.count) {
        case ("GET", 0): return AlpacaAnswer(200, positions(account))
        case ("DELETE", 0): return AlpacaAnswer(207, closeAll(of: account, request))
        case ("GET", 1): return AlpacaAnswer(200, positionDocument(account, try heldSymbol(rest[0], account)))
        case ("DELETE", 1):
            return AlpacaAnswer(200, try close(try heldSymbol(rest[0], account), of: account, request))
        default: throw .noEndpoint
        }
    }

    private func own(_ request: AlpacaRequest, _ rest: [String], _ account: Int) throws(Refusal)
        -> AlpacaAnswer
    {
        switch (request.method, rest.first ?? "", rest.count) {
        case ("GET", "", 0): return AlpacaAnswer(200, accountDocument(account))
        case ("GET", "configurations", 1): return AlpacaAnswer(200, settingsDocument(account))
        case ("PATCH", "configurations", 1):
            return AlpacaAnswer(200, try changeSettings(account, try request.object()))
        case ("GET", "activities", 1...2):
            return AlpacaAnswer(
                200, try activities(request, of: account, type: rest.count > 1 ? rest[1] : nil))
        case ("GET", "portfolio", 2) where rest[1] == "history":
            return AlpacaAnswer(200, try portfolioHistory(request, of: account))
        default: throw .noEndpoint
        }
    }

    private func stocks(_ request: AlpacaRequest, _ parts: [String]) throws(Refusal) -> Document {
        guard request.method == "GET", let first = parts.first else { throw .noEndpoint }
        let kind = HistoryKind(rawValue: first)
        switch parts.count {
        case 1 where first == "snapshots": return try snapshots(request)
        case 1:
            if let kind { return try history(kind, request, of: nil) }
        case 2 where first == "meta": break
        case 2 where parts[1] == "latest":
            if let kind { return try latest(kind, request) }
        case 2 where parts[1] == "snapshot": return try snapshot(of: first)
        case 2:
            if let kind = HistoryKind(rawValue: parts[1]) { return try history(kind, request, of: first) }
        case 3 where parts[2] == "latest":
            if let kind = HistoryKind(rawValue: parts[1]) { return try latest(kind, of: first) }
        default: break
        }
        if parts == ["meta", "exchanges"] { return ["V": "Simulated exchange"] }
        if parts.count == 3, first == "meta", parts[1] == "conditions" {
            return parts[2] == "quote" ? ["R": "Regular"] : ["@": "Regular Sale"]
        }
        throw .noEndpoint
    }
}
