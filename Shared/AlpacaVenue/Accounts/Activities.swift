import Domain
import Exchange

/// What happened to accounts: fills, and interest.
extension Venue {
    func noteFill(_ number: Int, _ report: Report) {
        let order = orders[number]
        let name = identity.name(.activity, report.execution)
        let id = "\(Venue.stamp(report.at))::\(name)"
        let total = order.quantity ?? order.filled
        let document: Document = [
            "id": .text(id), "account_id": .text(accounts[order.account].id), "activity_type": "FILL",
            "transaction_time": .moment(report.at),
            "type": .text(order.status == .filled ? "fill" : "partial_fill"),
            "price": .amount(report.price), "qty": .amount(report.quantity),
            "side": .text(order.side.rawValue), "symbol": .text(assets[order.symbol].name),
            "leaves_qty": .amount(order.status == .filled ? .zero : max(total - order.filled, .zero)),
            "order_id": .text(order.id), "cum_qty": .amount(order.filled),
            "order_status": .text(order.status.rawValue),
            "execution_id": .text(
                identity.name(.execution, report.execution)),
        ]
        accounts[order.account].activities.append(
            VenueAccount.Activity(id: id, type: "FILL", at: report.at, document: document))
        accounts[order.account].fills.append(
            Fill(
                symbol: assets[order.symbol].name, isBuy: order.side == .buy, quantity: report.quantity,
                price: report.price))
    }

    func noteCharge(_ account: Int, _ report: Report) {
        let count = UInt64(accounts[account].activities.count)
        let id = "\(Venue.stamp(report.at))::\(identity.name(.activity, count | 1 << 63))"
        let document: Document = [
            "id": .text(id), "account_id": .text(accounts[account].id), "activity_type": "INT",
            "date": .text(VenueHours.day(of: report.at).description), "net_amount": .amount(-report.fee),
            "symbol": .text(assets[report.symbol.number].name), "description": .text(report.reason.text),
            "qty": .amount(report.quantity), "status": "executed", "created_at": .moment(report.at),
        ]
        accounts[account].activities.append(
            VenueAccount.Activity(id: id, type: "INT", at: report.at, document: document))
    }

    /// `20260302093000123`: the date and the time in New York, to the thousandth of a second.
    private static func stamp(_ moment: Timestamp) -> String {
        let text = (moment + EasternTime.offset(at: moment)).description
        let digits = text.filter { $0.isNumber }
        return String((digits + "000").prefix(17))
    }

    func activities(_ request: AlpacaRequest, of account: Int, type: String?) throws(Refusal) -> Document {
        var types = Set(request.list("activity_types").map { $0.uppercased() })
        if let type { types = [type.uppercased()] }
        if let category = request.value("category") {
            guard types.isEmpty else { throw .invalid("only one of activity_types or category is accepted") }
            switch category {
            case "trade_activity": types = ["FILL"]
            case "non_trade_activity": types = ["INT"]
            default: throw .invalid("invalid category: \(category)")
            }
        }
        let direction = request.value("direction") ?? "desc"
        guard direction == "asc" || direction == "desc" else {
            throw .invalid("invalid direction: \(direction)")
        }
        let size = try request.count("page_size", default: 100, in: 1...100)
        let date = try request.date("date")
        let until = try request.moment("until")
        let after = try request.moment("after")

        let all = accounts[account].activities
        var order = Array(direction == "desc" ? Array(all.indices.reversed()) : Array(all.indices))
        if let token = request.value("page_token") {
            guard let place = order.firstIndex(where: { all[$0].id == token }) else {
                throw .invalid("invalid page_token: \(token)")
            }
            order.removeFirst(place + 1)
        }
        var found: [Document] = []
        for index in order {
            let activity = all[index]
            if !types.isEmpty, !types.contains(activity.type) { continue }
            if let date, VenueHours.day(of: activity.at) != date { continue }
            if let until, activity.at >= until { continue }
            if let after, activity.at <= after { continue }
            found.append(activity.document)
            if found.count == size { break }
        }
        return .list(found)
    }
}
