import Domain

/// Where the ledger keeps its lots, each symbol's in a chain from the oldest to the youngest. Places are used again.
struct LotShelf: ~Copyable {
    var places = Shelf<Lot>()
    var free = Shelf<Int32>()

    subscript(slot: Int32) -> Lot {
        _read { yield places[Int(slot)] }
        _modify { yield &places[Int(slot)] }
    }

    /// Closes lots with a deal, opens one with what is left of it, and returns what was realised.
    mutating func take(
        _ deal: Deal, _ signed: Quantity, _ amount: Money, _ order: LedgerRules.LotOrder,
        _ holding: inout Holding, _ closed: inout [ClosedLot]
    ) -> Money {
        var left = signed
        var amountLeft = amount
        var feeLeft = deal.fee
        var realised = Money.zero
        while left != .zero, holding.firstLot >= 0,
            self[holding.firstLot].quantity.isNegative != left.isNegative
        {
            let slot = chosen(order, holding)
            let lot = self[slot]
            let part = min(lot.quantity.magnitude, left.magnitude)
            let signedPart = left.isNegative ? -part : part
            let cost = share(lot.cost, part, of: lot.quantity.magnitude)
            let entryFee = share(lot.fee, part, of: lot.quantity.magnitude)
            let proceeds = share(amountLeft, part, of: left.magnitude)
            let exitFee = share(feeLeft, part, of: left.magnitude)
            let profit = -(cost + proceeds)
            closed.append(
                ClosedLot(
                    symbol: deal.symbol, strategy: lot.strategy, closedBy: deal.strategy,
                    quantity: -signedPart, openedAt: lot.openedAt, closedAt: deal.at, openPrice: lot.price,
                    closePrice: deal.price, profit: profit, fees: entryFee + exitFee))
            realised += profit
            left -= signedPart
            amountLeft -= proceeds
            feeLeft -= exitFee
            if part == lot.quantity.magnitude {
                remove(slot, &holding)
            } else {
                self[slot].quantity += signedPart
                self[slot].cost -= cost
                self[slot].fee -= entryFee
            }
        }
        if left != .zero {
            add(
                Lot(
                    quantity: left, cost: amountLeft, fee: feeLeft, price: deal.price,
                    strategy: deal.strategy,
                    openedAt: deal.at), &holding)
        }
        return realised
    }

    /// The part of an amount that falls to a part of a quantity, rounded once; all of it falls to all.
    private func share(_ amount: Money, _ part: Quantity, of whole: Quantity) -> Money {
        if part == whole { return amount }
        let product = Int128(amount.units) * Int128(part.units)
        return Money(units: Int64(product.divided(by: Int128(whole.units), rounding: .toNearestOrEven)))
    }

    private func chosen(_ order: LedgerRules.LotOrder, _ holding: Holding) -> Int32 {
        switch order {
        case .firstInFirstOut: return holding.firstLot
        case .lastInFirstOut: return holding.lastLot
        case .highestCost:
            var best = holding.firstLot
            var slot = self[best].next
            while slot >= 0 {
                let isShort = self[slot].quantity.isNegative
                if isShort ? self[slot].price < self[best].price : self[slot].price > self[best].price {
                    best = slot
                }
                slot = self[slot].next
            }
            return best
        }
    }

    private mutating func add(_ lot: Lot, _ holding: inout Holding) {
        var lot = lot
        lot.previous = holding.lastLot
        let slot: Int32
        if free.count > 0 {
            slot = free.removeLast()
            self[slot] = lot
        } else {
            places.append(lot)
            slot = Int32(places.count - 1)
        }
        if holding.lastLot >= 0 { self[holding.lastLot].next = slot } else { holding.firstLot = slot }
        holding.lastLot = slot
    }

    private mutating func remove(_ slot: Int32, _ holding: inout Holding) {
        let lot = self[slot]
        if lot.previous >= 0 { self[lot.previous].next = lot.next } else { holding.firstLot = lot.next }
        if lot.next >= 0 { self[lot.next].previous = lot.previous } else { holding.lastLot = lot.previous }
        free.append(slot)
    }

    /// Scales the lots of a split; the youngest takes what rounding leaves, so that they add up to the holding.
    mutating func split(_ holding: Holding, _ numerator: Int64, _ denominator: Int64, to whole: Quantity) {
        var sum = Quantity.zero
        var slot = holding.firstLot
        while slot >= 0 {
            let scaled = Int128(self[slot].quantity.units) * Int128(numerator)
            let price = Int128(self[slot].price.units) * Int128(denominator)
            self[slot].quantity = Quantity(
                units: Int64(scaled.divided(by: Int128(denominator), rounding: .toNearestOrEven)))
            self[slot].price = Price(
                units: Int64(clamping: price.divided(by: Int128(numerator), rounding: .toNearestOrEven)))
            sum += self[slot].quantity
            slot = self[slot].next
        }
        if holding.lastLot >= 0 { self[holding.lastLot].quantity += whole - sum }
    }

    /// Takes cash that came with a merger off the cost of the lots, by their quantity.
    mutating func lower(_ holding: Holding, by cash: Money) {
        var left = cash
        var quantityLeft = holding.quantity
        var slot = holding.firstLot
        while slot >= 0 {
            let part = share(left, self[slot].quantity.magnitude, of: quantityLeft.magnitude)
            self[slot].cost -= part
            left -= part
            quantityLeft -= self[slot].quantity
            slot = self[slot].next
        }
    }
}
