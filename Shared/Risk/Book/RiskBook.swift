import Domain

/// What the gate knows of an account, or of a strategy's part of it: its money, its positions, and the orders that
/// have been approved and are on their way. Sums are kept, so that a proposal costs no walk over every instrument.
public struct RiskBook: Sendable {
    public internal(set) var account = Account()
    public internal(set) var exposures: [Exposure]
    /// The instruments that are held or asked for, in no particular order but the same one every time.
    public internal(set) var active: [Int] = []
    /// Where each instrument stands in `active`; below zero where it does not.
    var places: [Int32]
    var approved: [String: Approval] = [:]
    /// How many of these are for an amount of money.
    var forMoney = 0
    public internal(set) var day: TradingDay
    /// What orders have been promised since the account's buying power was told.
    var promisedSinceTold: Money = .zero

    /// The sum of what positions may come to, without regard to sides; of that, what is short; and how many there are.
    public internal(set) var gross: Money = .zero
    public internal(set) var short: Money = .zero
    public internal(set) var positions = 0
    /// What orders on their way will take from the cash.
    public internal(set) var cashNeeded: Money = .zero

    /// An order that was approved, as far as it has not traded.
    struct Approval {
        var strategy = ""
        var instrument: Int
        var side: Side
        /// A market order: it will trade.
        var isCertain: Bool
        /// It trades in any case, for an amount of money, which is its worth.
        var isForMoney: Bool
        var quantity: Quantity
        var worth: Money
        /// The most shares that money may buy.
        var bound = Quantity.zero
        var spread = Spread()
    }

    /// What an order for an amount of money may bring: as many shares as that bought when it was approved, or as it buys
    /// now, for nobody knows at which price a broker counts them. The fewer are counted on; the rest, and the money that
    /// it takes beside them, only where it makes things worse.
    struct Spread {
        var certain: Quantity = .zero
        var maybe: Quantity = .zero
        var maybeWorth: Money = .zero
    }

    public init(instruments: Int) {
        exposures = Array(repeating: Exposure(), count: instruments)
        places = Array(repeating: -1, count: instruments)
        day = TradingDay()
    }

    /// What the account may still spend, by what it was told and what has been promised since.
    public var buyingPower: Money {
        account.buyingPower == .max ? .max : account.buyingPower - promisedSinceTold
    }
    public var freeCash: Money { account.cash - cashNeeded }

    // MARK: What is told

    public mutating func update(_ account: Account, at now: Timestamp) {
        self.account = account
        promisedSinceTold = .zero
        day.look(at: account.equity, at: now)
    }

    /// Looks at the equity between proposals, so that no high or low of the day is missed.
    public mutating func look(at equity: Money, at now: Timestamp) {
        account.equity = equity
        day.look(at: equity, at: now)
    }

    public mutating func update(_ position: Position, of instrument: Int) {
        hold(position.quantity, at: position.marketPrice, of: instrument)
    }

    public mutating func hold(_ quantity: Quantity, at price: Price, of instrument: Int) {
        let before = exposures[instrument].quantity
        let isRepriced = exposures[instrument].price != price
        change(instrument) {
            $0.quantity = quantity
            $0.price = price
        }
        if isRepriced, forMoney > 0 { countAnew(instrument) }
        // A round trip ends where nothing is held any more, or the other side.
        if before != .zero, quantity == .zero || quantity.isNegative != before.isNegative {
            day.endTrip(of: instrument)
        }
    }

    /// A position of the book's own has changed by a fill.
    mutating func trade(_ side: Side, _ quantity: Quantity, of instrument: Int) {
        let signed = side == .buy ? quantity : -quantity
        hold(exposures[instrument].quantity + signed, at: exposures[instrument].price, of: instrument)
    }

    public mutating func mark(_ instrument: Int, at price: Price) {
        guard exposures[instrument].price != price else { return }
        change(instrument) { $0.price = price }
        if forMoney > 0 { countAnew(instrument) }
    }

    /// What is on its way for an amount of money buys another number of shares at another price.
    private mutating func countAnew(_ instrument: Int) {
        for (id, order) in approved where order.isForMoney && order.instrument == instrument {
            countAnew(id, order)
        }
    }

    private mutating func countAnew(_ id: String, _ order: Approval) {
        var order = order
        take(order)
        let price = exposures[order.instrument].price
        let now = min(order.bound, (try? Quantity(for: order.worth, at: price)) ?? order.bound)
        let (certain, most) = (min(order.quantity, now), max(order.quantity, now))
        order.spread = Spread(
            certain: certain, maybe: most - certain,
            maybeWorth: max(.zero, min(order.worth, most * price) - certain * price))
        approved[id] = order
        bring(order.instrument, order.side, true, certain, .zero)
        bring(order.instrument, order.side, false, order.spread.maybe, order.spread.maybeWorth)
    }

    /// Counts an order for an amount of money no more.
    private mutating func take(_ order: Approval) {
        let spread = order.spread
        bring(order.instrument, order.side, true, -spread.certain, .zero)
        bring(order.instrument, order.side, false, -spread.maybe, -spread.maybeWorth)
    }

    /// A closed lot brought so much after fees.
    public mutating func close(_ profit: Money, of instrument: Int) { day.note(profit, of: instrument) }

    // MARK: What is approved

    /// Notes an approval until the order has ended.
    mutating func note(_ question: RiskQuestion, _ order: Order, worth: Money, quantity: Quantity) {
        let isCertain = question.isCertain
        let instrument = question.instrument
        let isForMoney = order.notional != nil && isCertain
        if isForMoney { forMoney += 1 }
        approved[order.id] = Approval(
            strategy: order.strategy, instrument: instrument, side: order.side, isCertain: isCertain,
            isForMoney: isForMoney,
            quantity: quantity, worth: isForMoney ? order.notional ?? worth : worth, bound: order.quantity,
            spread: Spread(certain: quantity))
        let reducible = exposures[instrument].reducible(by: order.side)
        let before = exposures[instrument].cashNeeded
        bring(instrument, order.side, isCertain, quantity, worth)
        promisedSinceTold += exposures[instrument].cashNeeded - before
        if order.side == .sell, quantity > reducible {
            // What is sold short needs buying power too.
            let part = (quantity - max(.zero, reducible)).units
            promisedSinceTold += Exposures.share(worth, part, of: quantity.units)
        }
        day.note(order, quantity, of: instrument, at: question.now)
    }

    /// A part of an order has traded: it is in the position now.
    public mutating func fill(_ orderId: String, _ quantity: Quantity, at price: Price) {
        guard var order = approved[orderId] else { return }
        guard !order.isForMoney else {
            order.quantity = max(.zero, order.quantity - quantity)
            order.bound = max(.zero, order.bound - quantity)
            order.worth = max(.zero, order.worth - quantity * price)
            return countAnew(orderId, order)
        }
        let part = min(quantity, order.quantity)
        let worth =
            part == order.quantity
            ? order.worth : Exposures.share(order.worth, part.units, of: order.quantity.units)
        bring(order.instrument, order.side, order.isCertain, -part, -worth)
        order.quantity -= part
        order.worth -= worth
        approved[orderId] = order
    }

    /// The same of an order that is a part of one that was approved, or closes what that was to close: it is taken from what its
    /// strategy has on its way there.
    mutating func fill(
        partFor strategy: String, _ side: Side, _ quantity: Quantity, at price: Price, of instrument: Int
    ) {
        var left = quantity
        let ids = approved.filter {
            $0.value.strategy == strategy && $0.value.side == side && $0.value.instrument == instrument
        }.map(\.key)
        for id in ids.sorted() where left.isPositive {
            guard let order = approved[id] else { continue }
            let part = min(left, order.isForMoney ? order.bound : order.quantity)
            fill(id, part, at: price)
            left -= part
        }
    }

    /// An order has ended: what it did is in the position now.
    public mutating func forget(_ orderId: String) {
        guard let order = approved.removeValue(forKey: orderId) else { return }
        guard !order.isForMoney else {
            forMoney -= 1
            return take(order)
        }
        bring(order.instrument, order.side, order.isCertain, -order.quantity, -order.worth)
    }

    private mutating func bring(
        _ instrument: Int, _ side: Side, _ isCertain: Bool, _ quantity: Quantity, _ worth: Money
    ) {
        change(instrument) {
            switch (isCertain, side) {
            case (true, .buy): $0.coming += quantity
            case (true, .sell): $0.coming -= quantity
            case (false, .buy):
                $0.maybeBought.quantity += quantity
                $0.maybeBought.worth += worth
            case (false, .sell):
                $0.maybeSold.quantity += quantity
                $0.maybeSold.worth += worth
            }
        }
    }

    /// Changes an exposure, and the sums with it.
    private mutating func change(_ instrument: Int, _ how: (inout Exposure) -> Void) {
        let before = exposures[instrument]
        how(&exposures[instrument])
        let after = exposures[instrument]
        gross += after.magnitude - before.magnitude
        short += after.short - before.short
        cashNeeded += after.cashNeeded - before.cashNeeded
        positions += (after.isEmpty ? 0 : 1) - (before.isEmpty ? 0 : 1)
        let place = Int(places[instrument])
        if after.isForgotten {
            guard place >= 0 else { return }
            let last = active.removeLast()
            if last != instrument {
                active[place] = last
                places[last] = Int32(place)
            }
            places[instrument] = -1
        } else if place < 0 {
            places[instrument] = Int32(active.count)
            active.append(instrument)
        }
    }
}

enum Exposures {
    /// A part of an amount, rounded once.
    static func share(_ amount: Money, _ part: Int64, of whole: Int64) -> Money {
        let product = Int128(amount.units) * Int128(part)
        return Money(units: Int64(product.divided(by: Int128(whole), rounding: .toNearestOrEven)))
    }
}
