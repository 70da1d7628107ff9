import Domain

/// How several strategies share one account: what each has, and what of a common position is whose.
extension Ledger {
    /// What a strategy has that began with a part of the money: what it paid and took, and what its holdings are worth. A
    /// strategy that is alone has the account.
    public func money(of strategy: Int, beganWith part: Money) -> (cash: Money, equity: Money) {
        if strategies == 1 { return (cash, equity) }
        var cash = part
        var equity = part
        for instrument in 0..<symbolCount {
            let symbol = SymbolIndex(instrument)
            cash += attribution(of: strategy, in: symbol).cash
            equity += profit(of: strategy, in: symbol)
        }
        return (cash, equity)
    }

    /// What a strategy holds of a symbol.
    public func quantity(of strategy: Int, in symbol: SymbolIndex) -> Quantity {
        strategies == 1 ? self[symbol].quantity : attribution(of: strategy, in: symbol).quantity
    }

    /// Divides a fill that closes what the account holds among those who hold it, in their order; what is left of it is
    /// the first one's, and so are the fees. Together the parts are worth what it is, to the millionth.
    public func parts(
        of fill: Fill, in symbol: SymbolIndex
    ) -> [(strategy: Int, fill: Fill, worth: Money?)] {
        var rest = fill
        var worth = Money.worth(of: fill.quantity, at: fill.price)
        var parts: [(strategy: Int, fill: Fill, worth: Money?)] = []
        for strategy in 0..<strategies where rest.quantity != .zero {
            let held = attribution(of: strategy, in: symbol).quantity
            guard fill.side == .sell ? held.isPositive : held.isNegative else { continue }
            var part = rest
            part.quantity = min(held.magnitude, rest.quantity)
            let own =
                part.quantity == rest.quantity ? worth : Money.worth(of: part.quantity, at: fill.price)
            parts.append((strategy, part, own))
            rest.quantity -= part.quantity
            rest.fee = .zero
            if let all = worth, let own { worth = all - own }
        }
        if rest.quantity != .zero { parts.append((0, rest, worth)) }
        return parts
    }

    /// Interest on what is borrowed: each strategy that is short pays its share, the last one what rounding leaves.
    public mutating func chargeBorrow(shared amount: Money, on symbol: SymbolIndex) {
        for part in divided(amount, of: symbol, among: { $0.isNegative }) {
            chargeBorrow(part.amount, on: symbol, strategy: part.strategy)
        }
    }

    /// What a company paid to the account, or took from it: each strategy that holds its shares has its part.
    public mutating func creditDividend(shared amount: Money, on symbol: SymbolIndex) {
        let isShort = self[symbol].quantity.isNegative
        for part in divided(amount, of: symbol, among: { isShort ? $0.isNegative : $0.isPositive }) {
            creditDividend(part.amount, on: symbol, strategy: part.strategy)
        }
    }

    /// Divides an amount by what each of some strategies holds: the last one has what rounding leaves, and the first of all
    /// where none of them holds anything.
    private func divided(
        _ amount: Money, of symbol: SymbolIndex, among isMeant: (Quantity) -> Bool
    ) -> [(strategy: Int, amount: Money)] {
        let holders = (0..<strategies).filter { isMeant(attribution(of: $0, in: symbol).quantity) }
        let sum = holders.reduce(Quantity.zero) { $0 + attribution(of: $1, in: symbol).quantity }
        var left = amount
        var parts: [(strategy: Int, amount: Money)] = []
        for strategy in holders.dropLast() {
            let quantity = attribution(of: strategy, in: symbol).quantity
            guard let share = try? amount.scaled(quantity.units, over: sum.units) else {
                preconditionFailure("a part of \(amount) is no more than the whole")
            }
            parts.append((strategy, share))
            left -= share
        }
        return parts + [(holders.last ?? 0, left)]
    }

    /// The orders that close a position at market: each strategy's part of it by one of its own. `speaker` tells who
    /// wanted the position.
    public func closings(
        of symbol: SymbolIndex, named name: Symbol, because reason: String, speaker: (Int) -> String
    ) -> [(strategy: Int, proposal: OrderProposal)] {
        (0..<strategies).compactMap { strategy in
            let quantity = attribution(of: strategy, in: symbol).quantity
            guard quantity != .zero else { return nil }
            let order = Order(
                strategy: speaker(strategy), symbol: name, side: quantity.isPositive ? .sell : .buy,
                quantity: quantity.magnitude, timeInForce: .goodTillCancelled)
            return (strategy, OrderProposal(order: order, reason: reason))
        }
    }
}
