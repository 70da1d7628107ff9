import Configuration
import Domain
import HTTP

/// Asks the venue itself, which is a program of its own with a ledger of its own, and holds what it answers against what the
/// mesh knows.
struct VenueAudit {
    struct Statement {
        let cash: Money
        let positions: [Symbol: Quantity]
        let orders: [JSONValue]
        let fills: [Fill]
    }

    private(set) var findings: [ChaosFinding] = []

    /// What the venue says when all is over.
    static func statement(_ venue: VenueProcess) throws -> Statement {
        func text(_ value: JSONValue, _ key: String) throws -> String {
            guard let text = value[key]?.text else { throw Failure("the venue's answer has no \(key)") }
            return text
        }
        var positions: [Symbol: Quantity] = [:]
        guard case .array(let held) = try venue.see("/v2/positions") else { throw Failure("no positions") }
        for each in held {
            positions[try Symbol(validating: text(each, "symbol"))] = try Quantity(text(each, "qty"))
        }
        return Statement(
            cash: try Money(text(try venue.see("/v2/account"), "cash")), positions: positions,
            orders: try orders(venue),
            fills: try activities(venue).map { each in
                Fill(
                    id: try text(each, "execution_id"), orderId: try text(each, "order_id"),
                    symbol: try Symbol(validating: text(each, "symbol")),
                    side: try text(each, "side") == "buy" ? .buy : .sell,
                    quantity: try Quantity(text(each, "qty")), price: try Price(text(each, "price")))
            })
    }

    private static func orders(_ venue: VenueProcess) throws -> [JSONValue] {
        let pageMax = 500
        var found: [JSONValue] = []
        while true {
            var query = [
                WebAddress.Item("status", "all"), .init("limit", "\(pageMax)"), .init("direction", "asc"),
            ]
            if let last = found.last?["submitted_at"]?.text { query.append(.init("after", last)) }
            guard case .array(let page) = try venue.see("/v2/orders", query), let last = page.last else {
                return found
            }
            if page.count < pageMax { return found + page }
            // A page begins after a moment, so all orders of one have to be on the same page.
            let whole = page.prefix { $0["submitted_at"]?.text != last["submitted_at"]?.text }
            guard !whole.isEmpty else {
                throw Failure("the venue has more orders of one moment than it shows on a page")
            }
            found += whole
        }
    }

    private static func activities(_ venue: VenueProcess) throws -> [JSONValue] {
        var found: [JSONValue] = []
        while true {
            var query = [WebAddress.Item("direction", "asc"), .init("page_size", "100")]
            if let token = found.last?["id"]?.text { query.append(.init("page_token", token)) }
            guard case .array(let page) = try venue.see("/v2/account/activities/FILL", query) else {
                return found
            }
            found += page
            if page.count < 100 { return found }
        }
    }

    init(_ statement: Statement, _ testimony: Testimony, cash: Money) {
        checkOrders(statement, testimony)
        checkFills(statement, testimony, cash: cash)
    }

    private mutating func note(_ sentence: String, _ message: Message? = nil) {
        findings.append(ChaosFinding("venue", sentence, at: message?.asCause.text ?? ""))
    }

    private mutating func checkOrders(_ statement: Statement, _ testimony: Testimony) {
        var atVenue: [String: JSONValue] = [:]
        for order in statement.orders {
            let id = order["client_order_id"]?.text ?? ""
            if atVenue.updateValue(order, forKey: id) != nil { note("order \(id) is at the venue twice") }
        }
        let refused = Set(
            testimony.sent(by: "broker").compactMap { message -> String? in
                guard case .brokerReport(let report) = message.body, report.kind == .rejected else {
                    return nil
                }
                return report.orderId
            })
        // Not wanted any more before it could leave, or what made way for it had traded what it was for.
        let unsent = Set(
            testimony.sent(by: "broker").compactMap { message -> String? in
                guard case .brokerReport(let report) = message.body, report.venueOrderId.isEmpty,
                    report.kind == .cancelled || report.kind == .expired
                else { return nil }
                return report.orderId
            })
        let inHand = checkHand(testimony)
        for message in testimony.sent(by: "execution") {
            guard case .venueRequest(let request) = message.body, request.verb == .submit else { continue }
            let order = atVenue.removeValue(forKey: request.order.id)
            let isElsewhere = [refused, unsent, inHand].contains { $0.contains(request.order.id) }
            if order == nil, !isElsewhere {
                note("order \(request.order.id) was lost: it was sent, and never came to the venue", message)
            }
            if let status = order?["status"]?.text, refused.contains(request.order.id), status != "rejected" {
                note("order \(request.order.id) was told as rejected, and is \(status) at the venue", message)
            }
        }
        for id in atVenue.keys.sorted() { note("the venue has order \(id), which nobody sent") }
    }

    /// What the broker's desk has kept and keeps no longer has left, or its end is told with the next step. Gives what was
    /// still kept at the last step, and what the venue refused after it: what became of those is not told on the mesh.
    private mutating func checkHand(_ testimony: Testimony) -> Set<String> {
        var kept: Set<String> = []
        var due: Set<String> = []
        var asked: [UInt64: String] = [:]
        var refused: Set<String> = []
        for copy in testimony.all(of: "broker") {
            switch (copy.isSent, copy.message.body) {
            case (false, .venueRequest(let request)) where request.verb == .submit:
                kept.insert(request.order.id)
            case (true, .brokerReport(let report)):
                kept.remove(report.orderId)
                due.remove(report.orderId)
            case (true, .brokerCall(let call)) where call.kind == .submit:
                asked[call.number] = call.order?.id ?? ""
                kept.remove(call.order?.id ?? "")
                due.remove(call.order?.id ?? "")
            case (false, .brokerNews(let news)) where news.kind == .refused:
                if let id = asked[news.call] { refused.insert(id) }
            case (true, .brokerCall(let call)) where call.kind == .standing && call.kept == 0: due = kept
            case (true, .step):
                for id in due.sorted() {
                    note(
                        "order \(id) was lost: broker keeps it no longer, and has neither sent it nor told its end",
                        copy.message)
                    kept.remove(id)
                }
                due = []
                refused = []
            default: break
            }
        }
        return kept.union(refused)
    }

    private mutating func checkFills(_ statement: Statement, _ testimony: Testimony, cash: Money) {
        let told = Set(
            testimony.sent(by: "broker").compactMap { message -> String? in
                guard case .brokerReport(let report) = message.body else { return nil }
                return report.fill?.id
            })
        var heard: Set<String> = []
        for message in testimony.taken(by: "broker") {
            guard case .brokerNews(let news) = message.body else { continue }
            for activity in news.activities where !activity.venueOrderId.isEmpty { heard.insert(activity.id) }
        }
        var books = PlainBooks(cash: cash)
        var known = PlainBooks(cash: cash)
        for fill in statement.fills {
            books.book(fill)
            if told.contains(fill.id) {
                known.book(fill)
            } else if !heard.contains(fill.id) {
                note(
                    "the venue has fill \(fill.id) of its order \(fill.orderId), and broker never heard of it"
                )
            }
        }
        for id in told.subtracting(statement.fills.map(\.id)).sorted() {
            note("broker told of fill \(id), which the venue does not have")
        }
        if books.cash != Int128(statement.cash.units) {
            note(
                "the venue has cash of \(statement.cash), and its fills come to \(PlainBooks.text(books.cash))"
            )
        }
        for symbol in ChaosMarket.names.compactMap({ Symbol($0) }) {
            let held = Int128((statement.positions[symbol] ?? .zero).units)
            if books.quantity(of: symbol) != held {
                note(
                    "the venue holds \(held)e-9 of \(symbol), and its fills come to \(books.quantity(of: symbol))e-9"
                )
            }
        }
        compare(known, testimony)
    }

    /// The venue's fills, as far as they were told before the last step, against the portfolio's last word.
    private mutating func compare(_ known: PlainBooks, _ testimony: Testimony) {
        var account: (cash: Money, message: Message)?
        var positions: [Symbol: (quantity: Quantity, message: Message)] = [:]
        for message in testimony.sent(by: "portfolio") {
            switch message.body {
            case .account(let said): account = (said.cash, message)
            case .position(let said): positions[said.symbol] = (said.quantity, message)
            default: break
            }
        }
        if let account, Int128(account.cash.units) != known.cash {
            note(
                "portfolio has cash of \(account.cash), and the venue's fills come to \(PlainBooks.text(known.cash))",
                account.message)
        }
        for (symbol, said) in positions.sorted(by: { $0.key.text < $1.key.text })
        where Int128(said.quantity.units) != known.quantity(of: symbol) {
            note(
                "portfolio holds \(said.quantity) of \(symbol), and the venue's fills come to "
                    + "\(known.quantity(of: symbol))e-9", said.message)
        }
    }
}
