import Domain

/// The account's books in whole numbers: cash, holdings by lots, what was earned and what it cost.
///
/// `cash + Σ quantity × price = equity` holds to the millionth after every message: each holding's worth is rounded
/// once, and sums move by differences of those. Everything is plain numbers behind indices, so marking a symbol at a
/// bar costs a few nanoseconds and booking a deal allocates nothing.
public struct Ledger: ~Copyable {
    public let rules: LedgerRules
    public let strategies: Int

    public internal(set) var books = Books()
    /// Cash and the worth of all holdings.
    @usableFromInline var equityUnits: Int64 = 0
    /// The worth of the longs, and of the shorts below zero.
    @usableFromInline var longUnits: Int64 = 0
    @usableFromInline var shortUnits: Int64 = 0
    /// The highest equity at the end of an instant.
    public internal(set) var highWater: Money
    /// The lowest since, and the deepest fall below earlier marks.
    var lowestSince: Int64
    var deepestBefore: Double = 0

    @usableFromInline var holdings: Shelf<Holding>
    /// By symbol, whether there is anything of it: close together, for they are looked at in every bar.
    @usableFromInline var isHeld: Shelf<Bool>
    var lots = LotShelf()
    var shares: Shelf<Attribution>

    public init(rules: LedgerRules = LedgerRules(), symbols: Int, strategies: Int = 1, cash: Money = .zero) {
        self.rules = rules
        self.strategies = max(strategies, 1)
        holdings = Shelf(repeating: Holding(), count: symbols)
        isHeld = Shelf(repeating: false, count: symbols)
        shares = Shelf(repeating: Attribution(), count: symbols * max(strategies, 1))
        highWater = cash
        lowestSince = cash.units
        deposit(cash)
    }

    public var cash: Money { books.cash }
    public var equity: Money { Money(units: equityUnits) }
    public var long: Money { Money(units: longUnits) }
    /// The worth of the shorts, below zero.
    public var short: Money { Money(units: shortUnits) }
    public var gross: Money { Money(units: longUnits - shortUnits) }
    public var net: Money { Money(units: longUnits + shortUnits) }
    /// By how much the holdings are worth more than they cost.
    public var unrealised: Money { net - books.cost }
    /// By which share equity lies below its high-water mark.
    public var drawdown: Double {
        highWater.isPositive ? max(0, Double(highWater - equity) / Double(highWater)) : 0
    }

    public subscript(symbol: SymbolIndex) -> Holding { holdings[symbol.number] }
    @inlinable public func holds(_ symbol: SymbolIndex) -> Bool { isHeld[symbol.number] }
    /// A share or more is held, or owed: at any price above zero it is worth something.
    public func holdsWhole(_ symbol: SymbolIndex) -> Bool { holdings[symbol.number].whole != 0 }
    public var symbolCount: Int { holdings.count }

    /// Adds a symbol, and returns its number: the next one.
    public mutating func addSymbol() -> SymbolIndex {
        holdings.append(Holding())
        isHeld.append(false)
        for _ in 0..<strategies { shares.append(Attribution()) }
        return SymbolIndex(holdings.count - 1)
    }

    /// Takes a symbol's latest price.
    @inlinable
    public mutating func mark(_ symbol: SymbolIndex, at price: Price) {
        let index = symbol.number
        holdings[index].price = price
        let whole = holdings[index].whole
        let part = holdings[index].part
        guard whole | part != 0 else { return }
        if let worth = Money.worth(ofWhole: whole, part: part, at: price) {
            restate(index, worth: worth)
        } else {
            revalue(index)
        }
    }

    /// Brings the worth of a holding up to its price.
    @usableFromInline
    mutating func revalue(_ index: Int) {
        restate(index, worth: holdings[index].worth(at: holdings[index].price))
    }

    @inlinable
    mutating func restate(_ index: Int, worth: Money) {
        let change = worth.units - holdings[index].worth.units
        holdings[index].worth = worth
        equityUnits += change
        if holdings[index].quantity.units < 0 { shortUnits += change } else { longUnits += change }
    }

    /// Ends an instant, after all of its bars and deals: the high-water mark and the drawdown take equity as it is now,
    /// not as it was while some symbols had their new price and others had not.
    public mutating func endInstant() {
        if equityUnits > highWater.units {
            deepestBefore = deepestDrawdown
            highWater = equity
            lowestSince = equityUnits
        } else {
            lowestSince = min(lowestSince, equityUnits)
        }
    }

    /// The deepest fall below a high-water mark, at the end of an instant, as a share of the mark.
    public var deepestDrawdown: Double {
        guard highWater.isPositive else { return deepestBefore }
        return max(deepestBefore, Double(highWater.units - lowestSince) / Double(highWater.units))
    }

    /// Puts money in, or takes it out where it is negative.
    public mutating func deposit(_ amount: Money) {
        books.cash += amount
        books.capital -= amount
        equityUnits += amount.units
        checkBalance()
    }

    /// Books a deal, and appends what it closed. A part of a larger one is worth what is left of that one's worth.
    public mutating func book(_ deal: Deal, worth given: Money? = nil, _ closed: inout [ClosedLot]) {
        let index = deal.symbol.number
        guard let worth = given ?? Money.worth(of: deal.quantity, at: deal.price) else {
            preconditionFailure("a deal is worth more than money can hold")
        }
        let isBuy = deal.side == .buy
        let signed = isBuy ? deal.quantity : -deal.quantity
        let amount = isBuy ? worth : -worth
        let realised = lots.take(deal, signed, amount, rules.lots, &holdings[index], &closed)

        holdings[index].quantity += signed
        holdings[index].price = deal.price
        holdings[index].cost += amount + realised
        holdings[index].realised += realised
        holdings[index].fees += deal.fee
        books.cash -= amount + deal.fee
        books.cost += amount + realised
        books.realised -= realised
        books.fees += deal.fee
        equityUnits -= (amount + deal.fee).units
        restate(index)

        let place = index * strategies + deal.strategy
        shares[place].quantity += signed
        shares[place].cash -= amount + deal.fee
        shares[place].fees += deal.fee
        shares[place].traded += worth
        checkBalance()
    }

    /// Brings worth and exposures up to a holding whose quantity has changed.
    mutating func restate(_ index: Int) {
        let old = holdings[index].worth.units
        equityUnits -= old
        if old < 0 { shortUnits -= old } else { longUnits -= old }
        holdings[index].worth = .zero
        holdings[index].whole = holdings[index].quantity.units / Quantity.scale
        holdings[index].part = holdings[index].quantity.units % Quantity.scale
        isHeld[index] = holdings[index].quantity != .zero
        revalue(index)
    }

    /// What holds after every message, by sums that are kept; `audit` adds them up again.
    func checkBalance() {
        precondition(books.balance == 0, "the ledger's accounts do not balance")
        precondition(
            equityUnits == books.cash.units + longUnits + shortUnits, "cash and holdings are not the equity")
    }
}
