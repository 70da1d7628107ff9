import Domain

/// Which orders a client is told of.
extension Venue {
    func list(_ request: AlpacaRequest, of account: Int) throws(Refusal) -> Document {
        let status = request.value("status") ?? "open"
        guard ["open", "closed", "all"].contains(status) else { throw .invalid("invalid status: \(status)") }
        let direction = request.value("direction") ?? "desc"
        guard ["asc", "desc"].contains(direction) else { throw .invalid("invalid direction: \(direction)") }
        let limit = try request.count("limit", default: 50, in: 1...500)
        let after = try request.moment("after")
        let until = try request.moment("until")
        let names = Set(request.list("symbols").map { $0.uppercased() })
        let nested = request.flag("nested")
        let side = request.value("side")
        let before = request.value("before_order_id").flatMap { ordersById[$0] }
        let behind = request.value("after_order_id").flatMap { ordersById[$0] }

        var found: [Int] = []
        let numbers = status == "open" ? accounts[account].working : accounts[account].orders
        let isDescending = direction == "desc"
        let ordered = isDescending ? Array(numbers.reversed()) : numbers
        for number in ordered {
            let order = orders[number]
            if status != "all", order.status.isOver != (status == "closed") { continue }
            if let after, order.createdAt <= after { continue }
            if let until, order.createdAt >= until { continue }
            if !names.isEmpty, !names.contains(assets[order.symbol].name) { continue }
            if let side, order.side.rawValue != side { continue }
            if let before, number >= before { continue }
            if let behind, number <= behind { continue }
            found.append(number)
        }
        if nested {
            let all = Set(found)
            // A leg stands inside its parent, where that is told of.
            found.removeAll { orders[$0].parent.map { all.contains($0) } ?? false }
        }
        return .list(found.prefix(limit).map { document(of: $0, nested: nested) })
    }

    func byClientId(_ request: AlpacaRequest, of account: Int) throws(Refusal) -> Document {
        let text = request.value("client_order_id") ?? ""
        guard let number = clientIds[ClientId(account: account, text: text)] else {
            throw .notFound("order not found for \(text)")
        }
        return document(of: number, nested: request.flag("nested"))
    }
}
