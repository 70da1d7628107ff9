import Domain

/// What corporate actions do to holdings, lots and each strategy's share of them, on the ex-date.
extension Ledger {
    /// Applies an action before the first price of its ex-date. What it closes is appended. After an error the ledger
    /// is as it was before.
    public mutating func apply(
        _ action: CorporateAction, to symbol: SymbolIndex, becoming new: SymbolIndex? = nil,
        _ closed: inout [ClosedLot]
    ) throws(CorporateActionError) {
        let index = symbol.number
        switch action.kind {
        case .split:
            try action.checkRatio()
            try split(index, action)
            if rules.fractions == .cashInLieu { payFraction(index, action, &closed) }
        case .dividend:
            guard !action.amount.isNegative else {
                throw CorporateActionError(action, "has the amount \(action.amount), which is below 0")
            }
            try payDividend(index, action)
        case .symbolChange:
            guard let new else { throw CorporateActionError(action, "names no new symbol") }
            try move(index, to: new.number, action)
        case .merger where action.numerator != 0:
            try action.checkRatio()
            guard let new else { throw CorporateActionError(action, "names no new symbol") }
            try merge(index, into: new.number, action)
        case .merger, .delisting:
            try end(index, action, &closed)
        }
        checkBalance()
    }

    private mutating func split(_ index: Int, _ action: CorporateAction) throws(CorporateActionError) {
        let (numerator, denominator) = (action.numerator, action.denominator)
        let quantity: Quantity
        let price: Price
        do {
            quantity = try holdings[index].quantity.scaled(numerator, over: denominator)
            price = try holdings[index].price.scaled(denominator, over: numerator)
        } catch {
            throw CorporateActionError(action, "cannot be applied: \(error)")
        }
        guard Money.worth(of: quantity, at: price) != nil else {
            throw CorporateActionError(action, "makes a holding worth more than money can hold")
        }
        lots.split(holdings[index], numerator, denominator, to: quantity)
        holdings[index].quantity = quantity
        holdings[index].price = price
        restate(index)
        scaleShares(index, numerator, denominator, to: quantity)
    }

    /// Each strategy's share of a holding is scaled; the first that has one takes what rounding leaves.
    private mutating func scaleShares(
        _ index: Int, _ numerator: Int64, _ denominator: Int64, to quantity: Quantity
    ) {
        var sum = Quantity.zero
        var first: Int?
        for place in (index * strategies)..<((index + 1) * strategies) where shares[place].quantity != .zero {
            let scaled = Int128(shares[place].quantity.units) * Int128(numerator)
            shares[place].quantity = Quantity(
                units: Int64(scaled.divided(by: Int128(denominator), rounding: .toNearestOrEven)))
            sum += shares[place].quantity
            if first == nil { first = place }
        }
        if let first { shares[first].quantity += quantity - sum }
    }

    /// Part of a share that a split leaves is paid out at the price after it.
    private mutating func payFraction(_ index: Int, _ action: CorporateAction, _ closed: inout [ClosedLot]) {
        let part = Quantity(units: holdings[index].quantity.units % Quantity.scale)
        guard part != .zero else { return }
        let place = (index * strategies)..<((index + 1) * strategies)
        let holder = place.first {
            shares[$0].quantity != .zero && shares[$0].quantity.isNegative == part.isNegative
        }
        book(
            Deal(
                symbol: SymbolIndex(index), strategy: (holder ?? place.lowerBound) - place.lowerBound,
                side: part.isNegative ? .buy : .sell, quantity: part.magnitude, price: holdings[index].price,
                at: action.exAt), &closed)
    }

    /// Longs are credited, shorts debited; each strategy has its share.
    private mutating func payDividend(_ index: Int, _ action: CorporateAction) throws(CorporateActionError) {
        guard let cash = Money.worth(of: holdings[index].quantity, at: action.amount) else {
            throw CorporateActionError(action, "pays more than money can hold")
        }
        holdings[index].dividends += cash
        books.dividends -= cash
        shareOut(index, cash, action.amount)
        pay(cash)
    }

    private mutating func shareOut(_ index: Int, _ cash: Money, _ amount: Price) {
        var left = cash
        var first: Int?
        for place in (index * strategies)..<((index + 1) * strategies) where shares[place].quantity != .zero {
            let part = Money.worth(of: shares[place].quantity, at: amount) ?? .zero
            shares[place].cash += part
            left -= part
            if first == nil { first = place }
        }
        if let first { shares[first].cash += left }
    }

    /// A holding goes on under another name, with its lots.
    private mutating func move(_ index: Int, to new: Int, _ action: CorporateAction)
        throws(CorporateActionError)
    {
        guard new != index, holdings[new].quantity == .zero else {
            throw CorporateActionError(
                action, "cannot be applied: there is a holding in the new symbol already")
        }
        let price = holdings[index].price
        holdings[new].quantity = holdings[index].quantity
        holdings[new].cost = holdings[index].cost
        holdings[new].firstLot = holdings[index].firstLot
        holdings[new].lastLot = holdings[index].lastLot
        holdings[new].price = price
        holdings[index].quantity = .zero
        holdings[index].cost = .zero
        holdings[index].firstLot = -1
        holdings[index].lastLot = -1
        restate(index)
        restate(new)
        for strategy in 0..<strategies {
            let (from, to) = (index * strategies + strategy, new * strategies + strategy)
            shares[to].quantity = shares[from].quantity
            // What is held goes on at its price: the profit so far stays with the old name.
            let worth = Money.worth(of: shares[from].quantity, at: price) ?? .zero
            shares[from].cash += worth
            shares[to].cash -= worth
            shares[from].quantity = .zero
        }
    }

    /// Shares of the new company take over the cost, less the cash that came with them.
    private mutating func merge(_ index: Int, into new: Int, _ action: CorporateAction)
        throws(CorporateActionError)
    {
        guard let cash = Money.worth(of: holdings[index].quantity, at: action.amount) else {
            throw CorporateActionError(action, "pays more than money can hold")
        }
        guard new != index, holdings[new].quantity == .zero else {
            throw CorporateActionError(
                action, "cannot be applied: there is a holding in the new symbol already")
        }
        let before = holdings[index].price
        // The price of a share without the cash that comes with it, so that the mark goes on as it was.
        holdings[index].price = max(before - action.amount, Price(units: 0))
        do {
            try split(index, action)
        } catch {
            holdings[index].price = before
            throw error
        }
        lots.lower(holdings[index], by: cash)
        holdings[index].cost -= cash
        books.cost -= cash
        shareOutBefore(index, cash, action)
        pay(cash)
        try move(index, to: new, action)
    }

    /// The cash of a merger by the shares that each strategy has after it.
    private mutating func shareOutBefore(_ index: Int, _ cash: Money, _ action: CorporateAction) {
        let whole = holdings[index].quantity
        var left = cash
        var first: Int?
        for place in (index * strategies)..<((index + 1) * strategies) where shares[place].quantity != .zero {
            var part = Money.zero
            if whole != .zero {
                let product = Int128(cash.units) * Int128(shares[place].quantity.units)
                part = Money(
                    units: Int64(product.divided(by: Int128(whole.units), rounding: .toNearestOrEven)))
            }
            shares[place].cash += part
            left -= part
            if first == nil { first = place }
        }
        if let first { shares[first].cash += left }
    }

    /// The shares are gone, for `amount` each, which may be nothing.
    private mutating func end(
        _ index: Int, _ action: CorporateAction, _ closed: inout [ClosedLot]
    ) throws(CorporateActionError) {
        guard !action.amount.isNegative, Money.worth(of: holdings[index].quantity, at: action.amount) != nil
        else {
            throw CorporateActionError(action, "pays what money cannot hold")
        }
        for strategy in 0..<strategies {
            let quantity = shares[index * strategies + strategy].quantity
            guard quantity != .zero else { continue }
            book(
                Deal(
                    symbol: SymbolIndex(index), strategy: strategy, side: quantity.isNegative ? .buy : .sell,
                    quantity: quantity.magnitude, price: action.amount, at: action.exAt), &closed)
        }
    }
}
