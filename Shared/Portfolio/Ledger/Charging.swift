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

    /// Books what a company paid.
    mutating func creditDividend(_ amount: Money, on symbol: SymbolIndex, strategy: Int) {
        let index = symbol.number
        holdings[index].dividends += amount
        books.dividends -= amount
        shares[index * strategies + strategy].cash += amount
        pay(amount)
    }

    /// Books interest on cash: received, or paid where it is negative.
    public mutating func creditInterest(_ amount: Money) {
        books.interest -= amount
        pay(amount)
    }

    /// Books money that somebody put into an account that trades, or took out where it is negative. It is no profit and no
    /// loss, so what a fall is measured from moves with it.
    public mutating func transfer(_ amount: Money) {
        deposit(amount)
        highWater += amount
        lowestSince += amount.units
    }

    mutating func pay(_ amount: Money) {
        books.cash += amount
        equityUnits += amount.units
        checkBalance()
    }
}
