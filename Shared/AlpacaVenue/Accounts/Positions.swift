import Configuration
import Domain

/// Positions: told, and closed.
extension Venue {
    func positionDocument(_ account: Int, _ symbol: Int) -> Document {
        let held = position(account, symbol)
        let holding = accounts[account].holdings[symbol]
        let worth = marketValue(account, symbol)
        let last = memory.last(symbol) ?? .zero
        let before = memory.previousClose(symbol) ?? last
        let average = (try? Price(of: holding.cost, per: held)) ?? .zero
        let free = freeQuantity(account, symbol)
        return [
            "asset_id": .text(assets[symbol].id), "symbol": .text(assets[symbol].name),
            "exchange": "NASDAQ", "asset_class": "us_equity", "asset_marginable": true,
            "qty": .amount(held), "qty_available": .amount(held.isNegative ? -free : free),
            "avg_entry_price": .amount(average), "side": .text(held.isNegative ? "short" : "long"),
            "market_value": .amount(worth), "cost_basis": .amount(holding.cost),
            "unrealized_pl": .amount(worth - holding.cost),
            "unrealized_plpc": .text(Venue.ratio(worth - holding.cost, holding.cost.magnitude)),
            "unrealized_intraday_pl": .amount(worth - holding.dayCost),
            "unrealized_intraday_plpc": .text(
                Venue.ratio(worth - holding.dayCost, holding.dayCost.magnitude)),
            "current_price": .amount(last), "lastday_price": .amount(before),
            "change_today": .text(Venue.ratio(last - before, before)),
        ]
    }

    /// A part of a whole as a decimal, to nine digits; nothing of nothing is 0.
    static func ratio<Amount: FixedPoint>(_ part: Amount, _ whole: Amount) -> String {
        guard whole.units != 0 else { return "0" }
        let scaled = Int128(part.units) * Int128(Quantity.scale) / Int128(whole.units)
        return Int64(exactly: scaled).map { Quantity(units: $0).description } ?? "0"
    }

    func positions(_ account: Int) -> Document {
        .list(assets.indices.filter { position(account, $0) != .zero }.map { positionDocument(account, $0) })
    }

    /// The symbol of a position that an account has.
    func heldSymbol(_ name: String, _ account: Int) throws(Refusal) -> Int {
        guard let symbol = symbolNumber(name) else { throw .notFound("symbol not found: \(name)") }
        guard position(account, symbol) != .zero else { throw .notFound("position does not exist") }
        return symbol
    }

    /// Closes a position, or a part of it, at the market.
    func close(_ symbol: Int, of account: Int, _ request: AlpacaRequest) throws(Refusal) -> Document {
        let held = position(account, symbol)
        var quantity = held.magnitude
        if let text = request.value("qty") {
            guard request.value("percentage") == nil else {
                throw .invalid("only one of qty or percentage is accepted")
            }
            guard let asked = try? Quantity(text), asked.isPositive else { throw .invalid("qty must be > 0") }
            quantity = asked
        } else if let text = request.value("percentage") {
            guard let share = try? Quantity(text), share.isPositive, share <= Quantity(100),
                let part = try? quantity.scaled(
                    share.units, over: 100 * Quantity.scale, rounding: .towardZero)
            else { throw .invalid("percentage must be between 0 and 100") }
            quantity = part
        }
        let free = freeQuantity(account, symbol)
        guard quantity.isPositive, quantity <= free else { throw insufficient(quantity, free, held, symbol) }
        let plan = Plan(side: held.isNegative ? .buy : .sell, type: .market, quantity: quantity)
        let number = add(plan, .day, symbol, account, clientId: nil)
        if holdsBack(orders[number]) {
            orders[number].become(.accepted, at: now)
            waiting.append(number)
            say("accepted", of: number)
            return document(of: number, nested: false)
        }
        let before = document(of: number, nested: false)
        try send(number)
        return before
    }

    func closeAll(of account: Int, _ request: AlpacaRequest) -> Document {
        if request.flag("cancel_orders") { _ = cancelAll(of: account) }
        var answers: [Document] = []
        for symbol in assets.indices where position(account, symbol) != .zero {
            var status = 200
            var body: Document
            do throws(Refusal) {
                body = try close(symbol, of: account, AlpacaRequest("DELETE", ""))
            } catch {
                status = error.status
                body = error.document
            }
            answers.append([
                "symbol": .text(assets[symbol].name), "status": .integer(Int64(status)), "body": body,
            ])
        }
        return .list(answers)
    }
}
