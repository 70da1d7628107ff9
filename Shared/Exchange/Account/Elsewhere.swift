import Domain

extension Exchange {
    /// Books what the first account traded elsewhere: by hand at its broker, or as a record has it. No order is behind it
    /// here, and nothing is reported.
    mutating func book(
        _ side: Side, _ quantity: Quantity, of symbol: SymbolIndex, at price: Price, fee: Money,
        on moment: Timestamp
    ) {
        guard let worth = Money.worth(of: quantity, at: price) else { return }
        let isBuy = side == .buy
        accounts.trade(
            0, symbol.number, signed: isBuy ? quantity : -quantity, worth: isBuy ? worth : -worth, fee: fee)
        if accounts.isMarked { holdingChanged(0, symbol.number, at: price) }
        if !isBuy, accounts[0].shorts > 0 { awaitInterest(from: moment) }
    }
}
