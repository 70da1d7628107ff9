/// What splits, dividends and other actions do to positions and open orders on their ex-date.
///
/// Rounding: a quantity becomes the nearest billionth of a share, a price the nearest millionth, half to even.
/// Products are exact before they are rounded, so a split changes the cost of a position by no more than half a
/// millionth for each share and half a billionth of a share's price. What a broker does with fractions (cash in
/// lieu) arrives as its own report.
extension Position {
    /// Changes the position, and returns the cash that the account receives, or pays where it is negative.
    /// After an error the position is as it was before.
    public mutating func apply(_ action: CorporateAction) throws(CorporateActionError) -> Money {
        guard action.symbol == symbol else {
            throw CorporateActionError(action, "cannot be applied to a position in \(symbol)")
        }
        do {
            return try change(by: action)
        } catch let error as CorporateActionError {
            throw error
        } catch {
            throw CorporateActionError(action, "cannot be applied: \(error)")
        }
    }

    private mutating func change(by action: CorporateAction) throws -> Money {
        switch action.kind {
        case .split:
            try action.checkRatio()
            var position = self
            position.quantity = try quantity.scaled(action.numerator, over: action.denominator)
            position.averagePrice = try averagePrice.scaled(action.denominator, over: action.numerator)
            position.marketPrice = try marketPrice.scaled(action.denominator, over: action.numerator)
            self = position
            return .zero
        case .dividend:
            // Longs are credited, and shorts, whose quantity is negative, are debited.
            guard !action.amount.isNegative else {
                throw CorporateActionError(action, "has the amount \(action.amount), which is below 0")
            }
            return try Money(of: quantity, at: action.amount)
        case .symbolChange:
            try action.checkNewSymbol()
            symbol = action.newSymbol
            return .zero
        case .merger where action.numerator != 0:
            // Shares of the new company take over the cost, less the cash that came with them.
            try action.checkRatio()
            try action.checkNewSymbol()
            var position = self
            let cash = try Money(of: quantity, at: action.amount)
            let cost = try Money(of: quantity, at: averagePrice).subtracting(cash)
            position.symbol = action.newSymbol
            position.quantity = try quantity.scaled(action.numerator, over: action.denominator)
            position.averagePrice =
                position.quantity == .zero ? .zero : try Price(of: cost, per: position.quantity)
            position.marketPrice = try marketPrice.subtracting(action.amount)
                .scaled(action.denominator, over: action.numerator)
            self = position
            return cash
        case .merger, .delisting:
            // The shares are gone, for `amount` each, which may be nothing.
            let cash = try Money(of: quantity, at: action.amount)
            let gain = try cash.subtracting(try Money(of: quantity, at: averagePrice))
            realised = try realised.adding(gain)
            unrealised = .zero
            quantity = .zero
            averagePrice = .zero
            marketPrice = action.amount
            return cash
        }
    }
}

extension Order {
    /// Changes an open order on the ex-date of a split, or a change of symbol; other actions leave orders alone.
    /// After an error the order is as it was before.
    public mutating func apply(_ action: CorporateAction) throws(CorporateActionError) {
        guard action.symbol == symbol else {
            throw CorporateActionError(action, "cannot be applied to an order in \(symbol)")
        }
        switch action.kind {
        case .split:
            try action.checkRatio()
            var order = self
            do {
                order.quantity = try quantity.scaled(action.numerator, over: action.denominator)
                order.limit = try limit?.scaled(action.denominator, over: action.numerator)
                order.stop = try stop?.scaled(action.denominator, over: action.numerator)
                order.trail = try trail?.scaled(action.denominator, over: action.numerator)
            } catch {
                throw CorporateActionError(action, "cannot be applied: \(error)")
            }
            self = order
        case .symbolChange:
            try action.checkNewSymbol()
            symbol = action.newSymbol
        case .dividend, .merger, .delisting: break
        }
    }
}

extension TrackedOrder {
    /// Changes an order and what of it has been traded; one that has ended stays as it was.
    public mutating func apply(_ action: CorporateAction) throws(CorporateActionError) {
        guard !state.hasEnded else { return }
        var order = order
        var fills = fills
        try order.apply(action)
        if action.kind == .split {
            do {
                try fills.split(action.numerator, for: action.denominator)
            } catch {
                throw CorporateActionError(action, "cannot be applied: \(error)")
            }
        }
        self = TrackedOrder(restoring: order, state: state, fills: fills, venueOrderId: venueOrderId)
    }
}

extension CorporateAction {
    /// A ratio has two figures above zero.
    public func checkRatio() throws(CorporateActionError) {
        guard numerator > 0, denominator > 0 else {
            throw CorporateActionError(
                self, "has the ratio \(numerator) for \(denominator), where both would have to be above 0")
        }
    }

    /// Whether prices before and after a split are nearer to its ratio than to no change. A ratio so near to 1 that
    /// nobody could tell is taken at its word.
    public func shows(from before: Price, to after: Price) -> Bool {
        let ratio = Double(numerator) / Double(denominator)
        guard ratio > 1.2 || ratio < 1 / 1.2 else { return true }
        let change = Double(after) / Double(before)
        // Both distances as factors: the one of the change itself, and the one that is left beside the ratio.
        func factor(_ number: Double) -> Double { max(number, 1 / number) }
        return factor(change * ratio) < factor(change)
    }

    fileprivate func checkNewSymbol() throws(CorporateActionError) {
        guard newSymbol != Symbol() else { throw CorporateActionError(self, "names no new symbol") }
    }
}
