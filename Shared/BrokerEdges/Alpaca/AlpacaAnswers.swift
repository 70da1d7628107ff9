import Configuration
import Domain

/// Alpaca's documents as ours. Whatever is missing or of another kind makes the whole document worth nothing: half of
/// what a broker says is not acted upon.
struct AlpacaDocument {
    struct Wrong: Error { var sentence: String }

    let value: JSONValue

    init(_ value: JSONValue) { self.value = value }

    init(_ bytes: [UInt8]) throws(Wrong) {
        do throws(JSONProblem) { value = try JSONValue(bytes) } catch {
            throw Wrong(sentence: "the answer is no JSON: \(error)")
        }
    }

    func find(_ key: String) -> AlpacaDocument? {
        guard let found = value[key], !found.isNull else { return nil }
        return AlpacaDocument(found)
    }

    func text(_ key: String) throws(Wrong) -> String {
        guard let text = find(key)?.value.text else { throw Wrong(sentence: "\(key) is missing") }
        return text
    }

    /// A decimal, whether it is written as a text or as a number.
    func decimal<Value: FixedPoint>(_ key: String, _ type: Value.Type = Value.self) throws(Wrong) -> Value {
        let digits: String
        switch find(key)?.value {
        case .string(let text): digits = text
        case .number(let number): digits = number
        default: throw Wrong(sentence: "\(key) is missing")
        }
        do throws(DecimalError) { return try Value(digits, rounding: .toNearestOrEven) } catch {
            throw Wrong(sentence: "\(key): \(error)")
        }
    }

    func moment(_ key: String) throws(Wrong) -> Timestamp {
        let text = try text(key)
        do throws(TimeTextError) { return try Timestamp(text) } catch {
            throw Wrong(sentence: "\(key): \(error)")
        }
    }

    func flag(_ key: String) -> Bool { value[key]?.flag ?? false }

    func symbol(_ key: String = "symbol") throws(Wrong) -> Symbol {
        let text = try text(key)
        guard let symbol = Symbol(text) else { throw Wrong(sentence: "\(text) is no symbol") }
        return symbol
    }

    func items() throws(Wrong) -> [AlpacaDocument] {
        guard case .array(let items) = value else { throw Wrong(sentence: "a list would be right") }
        return items.map(AlpacaDocument.init)
    }

    // MARK: What they are

    func side() throws(Wrong) -> Side {
        switch try text("side") {
        case "buy": .buy
        case "sell", "sell_short": .sell
        default: throw Wrong(sentence: "side is neither buy nor sell")
        }
    }

    func order() throws(Wrong) -> BrokerOrder {
        let status = try text("status")
        var order = BrokerOrder(
            orderId: try text("client_order_id"), venueOrderId: try text("id"), symbol: try symbol(),
            side: try side(), filled: try decimal("filled_qty"), status: AlpacaDocument.standing(status),
            at: try moment("updated_at"))
        if find("qty") != nil { order.quantity = try decimal("qty") }
        if order.status == .rejected { order.explanation = "the broker has rejected it" }
        return order
    }

    /// An order, and those that it is told with: what Alpaca has named itself is known by its order and its prices.
    func family() throws(Wrong) -> [BrokerOrder] {
        let first = try order()
        var told = [first]
        guard let legs = find("legs") else { return told }
        for document in try legs.items() {
            var leg = try document.order()
            leg.parent = first.orderId
            if document.find("limit_price") != nil { leg.limit = try document.decimal("limit_price") }
            if document.find("stop_price") != nil { leg.stop = try document.decimal("stop_price") }
            told.append(leg)
        }
        return told
    }

    private static func standing(_ status: String) -> BrokerOrderStatus {
        switch status {
        case "filled": .filled
        case "canceled": .cancelled
        case "expired": .expired
        case "rejected": .rejected
        case "replaced": .replaced
        // New words are for orders that have not ended: what has ended has had its words for years.
        default: .working
        }
    }

    func activity() throws(Wrong) -> BrokerActivity {
        let id = try text("id")
        let kind = try text("activity_type")
        guard kind == "FILL" else {
            var activity = BrokerActivity(id: id, kind: kind)
            activity.amount = try find("net_amount") == nil ? .zero : decimal("net_amount")
            if find("symbol") != nil { activity.symbol = try symbol() }
            activity.at = find("created_at") == nil ? .zero : try moment("created_at")
            return activity
        }
        // An execution has one id on the socket and another one here, unless it is told too.
        return BrokerActivity(
            id: find("execution_id")?.value.text ?? id, venueOrderId: try text("order_id"),
            symbol: try symbol(), side: try side(), quantity: try decimal("qty"),
            price: try decimal("price"), total: try decimal("cum_qty"), at: try moment("transaction_time"),
            kind: kind)
    }

    func position() throws(Wrong) -> Position {
        Position(
            symbol: try symbol(), quantity: try decimal("qty"), averagePrice: try decimal("avg_entry_price"))
    }

    func funds() throws(Wrong) -> Account {
        Account(
            cash: try decimal("cash"), equity: try decimal("equity"), buyingPower: try decimal("buying_power")
        )
    }

    func clock() throws(Wrong) -> BrokerClock {
        BrokerClock(
            at: try moment("timestamp"), isOpen: flag("is_open"), nextOpen: try moment("next_open"),
            nextClose: try moment("next_close"))
    }

    func asset() throws(Wrong) -> BrokerAsset {
        BrokerAsset(
            symbol: try symbol(), isTradable: flag("tradable"), isShortable: flag("shortable"),
            isFractionable: flag("fractionable"))
    }

    /// A trade update: the order as it then was, and what was traded.
    func update(_ now: Timestamp) throws(Wrong) -> BrokerNews? {
        guard value["stream"]?.text == "trade_updates", let data = find("data"),
            let order = data.find("order")
        else { return nil }
        let told = try order.order()
        var news = BrokerNews(kind: .update, at: now, orders: try order.family())
        let event = try data.text("event")
        guard event == "fill" || event == "partial_fill" else { return news }
        news.activities = [
            BrokerActivity(
                id: try data.text("execution_id"), venueOrderId: told.venueOrderId, symbol: told.symbol,
                side: told.side, quantity: try data.decimal("qty"), price: try data.decimal("price"),
                total: told.filled, at: try data.moment("timestamp"), kind: "FILL")
        ]
        return news
    }
}
