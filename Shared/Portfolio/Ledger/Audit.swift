import Domain

/// The slow look at everything: sums are added up again, lot by lot, for tests and for whoever doubts.
extension Ledger {
    /// What is wrong with the books, in a sentence; nothing where they are right.
    public func audit() -> String? {
        var worth: Int128 = 0
        var long: Int128 = 0
        var cost: Int128 = 0
        for index in 0..<symbolCount {
            let holding = holdings[index]
            let exact = (Int128(holding.price.units) * Int128(holding.quantity.units))
                .divided(by: Int128(Quantity.scale), rounding: .toNearestOrEven)
            if Int128(holding.worth.units) != exact {
                return "holding \(index) is marked at \(holding.worth)"
            }
            worth += exact
            if exact > 0 { long += exact }
            var quantity: Int128 = 0
            var lotCost: Int128 = 0
            var slot = holding.firstLot
            while slot >= 0 {
                quantity += Int128(lots[slot].quantity.units)
                lotCost += Int128(lots[slot].cost.units)
                if lots[slot].quantity.isNegative != holding.quantity.isNegative {
                    return "holding \(index) has a lot of the other side"
                }
                slot = lots[slot].next
            }
            if quantity != Int128(holding.quantity.units) {
                return "the lots of holding \(index) do not add up"
            }
            if lotCost != Int128(holding.cost.units) {
                return "the lots of holding \(index) cost something else"
            }
            cost += lotCost
            let strategiesHold = (0..<strategies).reduce(Int128(0)) {
                $0 + Int128(shares[index * strategies + $1].quantity.units)
            }
            if strategiesHold != quantity { return "the strategies hold something else of \(index)" }
        }
        if cost != Int128(books.cost.units) { return "the lots cost something else than the books say" }
        if books.balance != 0 { return "the accounts do not balance" }
        if Int128(cash.units) + worth != Int128(equity.units) {
            return "cash and holdings are not the equity"
        }
        if Int128(self.long.units) != long || Int128(net.units) != worth {
            return "the exposures do not add up"
        }
        return nil
    }

    /// The lots of a holding, from the oldest on.
    public func lots(of symbol: SymbolIndex) -> [Lot] {
        var found: [Lot] = []
        var slot = holdings[symbol.number].firstLot
        while slot >= 0 {
            found.append(lots[slot])
            slot = lots[slot].next
        }
        return found
    }
}
