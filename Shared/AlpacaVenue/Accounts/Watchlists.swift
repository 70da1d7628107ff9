import Configuration
import Domain

/// A list of instruments that an account keeps.
struct Watchlist {
    let id: String
    var name: String
    var symbols: [Int]
    let createdAt: Timestamp
    var updatedAt: Timestamp
}

extension Venue {
    func watchlists(_ request: AlpacaRequest, _ parts: [String], of account: Int) throws(Refusal)
        -> AlpacaAnswer
    {
        switch (request.method, parts.count) {
        case ("GET", 0):
            let lists = accounts[account].watchlists
            return AlpacaAnswer(200, .list(lists.map { document(of: $0, account, withAssets: false) }))
        case ("POST", 0):
            let body = try request.object()
            let id = identity.name(
                .watchlist, UInt64(account) << 32 | UInt64(accounts[account].watchlists.count))
            var list = Watchlist(id: id, name: "", symbols: [], createdAt: now, updatedAt: now)
            try change(&list, by: body)
            guard !list.name.isEmpty else { throw .invalid("watchlist name cannot be empty") }
            guard !accounts[account].watchlists.contains(where: { $0.name == list.name }) else {
                throw .invalid("watchlist name must be unique")
            }
            accounts[account].watchlists.append(list)
            return AlpacaAnswer(200, document(of: list, account))
        case (_, 0): throw .noEndpoint
        default: break
        }
        guard let place = accounts[account].watchlists.firstIndex(where: { $0.id == parts[0] }) else {
            throw .notFound("watchlist not found for \(parts[0])")
        }
        switch (request.method, parts.count) {
        case ("GET", 1): break
        case ("PUT", 1): try change(&accounts[account].watchlists[place], by: try request.object())
        case ("POST", 1):
            let body = try request.object()
            let symbol = try symbol(try OrderFields(body).text("symbol") ?? "")
            if !accounts[account].watchlists[place].symbols.contains(symbol) {
                accounts[account].watchlists[place].symbols.append(symbol)
            }
        case ("DELETE", 1):
            accounts[account].watchlists.remove(at: place)
            return AlpacaAnswer(204)
        case ("DELETE", 2):
            let symbol = try symbol(parts[1])
            accounts[account].watchlists[place].symbols.removeAll { $0 == symbol }
        default: throw .noEndpoint
        }
        return AlpacaAnswer(200, document(of: accounts[account].watchlists[place], account))
    }

    private func symbol(_ name: String) throws(Refusal) -> Int {
        guard let number = symbolNumber(name) else { throw .invalid("asset \"\(name)\" not found") }
        return number
    }

    private func change(_ list: inout Watchlist, by body: JSONValue) throws(Refusal) {
        if let name = try OrderFields(body).text("name") {
            guard name.utf8.count <= 64 else {
                throw .invalid("watchlist name must be at most 64 characters")
            }
            list.name = name
        }
        if case .array(let items)? = body["symbols"] {
            var symbols: [Int] = []
            for item in items {
                guard let name = item.text else { throw .badBody }
                let number = try symbol(name)
                if !symbols.contains(number) { symbols.append(number) }
            }
            list.symbols = symbols
        }
        list.updatedAt = now
    }

    private func document(of list: Watchlist, _ account: Int, withAssets: Bool = true) -> Document {
        let document: Document = [
            "id": .text(list.id), "account_id": .text(accounts[account].id), "name": .text(list.name),
            "created_at": .moment(list.createdAt), "updated_at": .moment(list.updatedAt),
        ]
        guard withAssets else { return document }
        return document.with([("assets", .list(list.symbols.map { assets[$0].document }))])
    }
}
