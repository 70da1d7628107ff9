import Domain
import Exchange

/// What accounts hold and may spend, and how fills change it.
extension Venue {
    func position(_ account: Int, _ symbol: Int) -> Quantity {
        exchange.holding(of: Int32(account), in: SymbolIndex(symbol))
    }

    func cash(_ account: Int) -> Money { exchange.funds(of: Int32(account)).cash }

    func marketValue(_ account: Int, _ symbol: Int) -> Money {
        let held = position(account, symbol)
        guard held != .zero, let last = memory.last(symbol) else { return .zero }
        return last * held
    }

    func equity(_ account: Int) -> Money {
        assets.indices.reduce(cash(account)) { $0 + marketValue(account, $1) }
    }

    /// The worth of what is held long and, below zero, short.
    func worths(_ account: Int) -> (long: Money, short: Money) {
        var worths = (long: Money.zero, short: Money.zero)
        for symbol in assets.indices {
            let worth = marketValue(account, symbol)
            if worth.isPositive { worths.long += worth } else { worths.short += worth }
        }
        return worths
    }

    /// What orders that wait in the venue will need.
    private func waitingWorth(_ account: Int) -> Money {
        var sum = Money.zero
        for first in waiting where orders[first].account == account && orders[first].side == .buy {
            let order = orders[first]
            guard let price = order.limit ?? order.stop ?? memory.last(order.symbol) else { continue }
            sum += order.notional ?? Money.worth(of: order.open, at: price) ?? .zero
        }
        return sum
    }

    func buyingPower(_ account: Int) -> Money { buyingPower(account, times: accounts[account].multiplier) }

    func buyingPower(_ account: Int, times multiplier: Int) -> Money {
        let spoken = exchange.reserved(by: Int32(account)) + waitingWorth(account)
        if multiplier == 1 { return max(cash(account) - spoken, .zero) }
        let worths = worths(account)
        let gross = worths.long - worths.short
        return max(equity(account) * multiplier - gross - spoken, .zero)
    }

    /// Books a fill: cost of the position, the day's cost, and an activity.
    func book(_ number: Int, _ report: Report, _ worth: Money) {
        let order = orders[number]
        let after = position(order.account, order.symbol)
        let change = order.side == .buy ? report.quantity : -report.quantity
        let before = after - change
        var holding = accounts[order.account].holdings[order.symbol]
        let signed = order.side == .buy ? worth : -worth
        if before == .zero || before.isNegative == change.isNegative {
            holding.cost += signed
            holding.dayCost += signed
        } else if after == .zero {
            holding = VenueAccount.Holding()
        } else if after.isNegative == before.isNegative {
            holding.cost = Venue.share(holding.cost, after, of: before)
            holding.dayCost = Venue.share(holding.dayCost, after, of: before)
        } else {
            let rest = report.price * after
            holding = VenueAccount.Holding(cost: rest, dayCost: rest)
        }
        accounts[order.account].holdings[order.symbol] = holding
        noteFill(number, report)
    }

    private static func share(_ money: Money, _ part: Quantity, of whole: Quantity) -> Money {
        (try? money.scaled(part.units, over: whole.units)) ?? money
    }

    /// At the end of a day every position begins anew at its last price.
    func beginDay() {
        for account in accounts.indices {
            accounts[account].lastEquity = equity(account)
            for symbol in assets.indices {
                accounts[account].holdings[symbol].dayCost = marketValue(account, symbol)
            }
        }
    }

    /// Interest on what is borrowed.
    func charge(_ report: Report) {
        let account = Int(report.account)
        noteCharge(account, report)
    }

    /// Remembers the equity of an account, for its history.
    func sample(_ account: Int) {
        accounts[account].sampledAt = now
        accounts[account].samples.append(VenueAccount.Sample(at: now, equity: equity(account)))
        let over = accounts[account].samples.count - VenueAccount.samplesMax
        if over > 512 { accounts[account].samples.removeFirst(over) }
    }
}

extension Venue {
    /// One fill, as whoever keeps books beside the venue needs it.
    public struct Fill: Sendable {
        public var symbol: String
        public var isBuy: Bool
        public var quantity: Quantity
        public var price: Price
    }

    /// Every fill of an account, oldest first; none where no account has that key.
    public func fills(of key: String) -> [Fill] { accountsByKey[key].map { accounts[$0].fills } ?? [] }

    public func cash(of key: String) -> Money? { accountsByKey[key].map { cash($0) } }

    public func position(of key: String, in symbol: String) -> Quantity? {
        guard let account = accountsByKey[key], let number = symbolNumbers[symbol] else { return nil }
        return position(account, number)
    }
}
