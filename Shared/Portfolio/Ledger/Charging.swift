import Domain

/// Money that moves without a deal: interest on borrowed shares and on cash.
extension Ledger {
    /// Books what borrowed shares cost, which the account pays.
    public mutating func chargeBorrow(_ amount: Money, on symbol: SymbolIndex, strategy: Int = 0) {
        let index = symbol.number
        holdings[index].borrow += amount
        books.borrow += amount
        shares[index * strategies + strategy].cash -= amount
        pay(-amount)
    }

    /// Books interest on cash: received, or paid where it is negative.
    public mutating func creditInterest(_ amount: Money) {
        books.interest -= amount
        pay(amount)
    }

    mutating func pay(_ amount: Money) {
        books.cash += amount
        equityUnits += amount.units
        checkBalance()
    }
}
