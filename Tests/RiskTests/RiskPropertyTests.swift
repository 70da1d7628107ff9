import Domain
import Testing

@testable import Risk

/// Random proposals, fills and prices against a gate, and beside it a plain account that adds everything up anew each
/// time.
@Suite struct RiskPropertyTests {
    /// What the test itself knows: positions, and orders on their way.
    private struct Plain {
        struct Working {
            var id: String
            var instrument: Int
            var side: Side
            var isMarket: Bool
            var left: Quantity
            /// What is left to spend, of one for an amount of money.
            var money: Money?
            /// The most shares of it.
            var bound = Quantity.zero
            /// What resting orders count at.
            var price: Price

            /// Money buys what it did, or what it does now.
            private func now(_ price: Price) -> Quantity {
                money.flatMap { try? Quantity(for: $0, at: price) }.map { min($0, bound) } ?? left
            }
            func certain(_ price: Price) -> Quantity { min(left, now(price)) }
            func most(_ price: Price) -> Quantity { max(left, now(price)) }
        }

        var held = Array(repeating: Quantity.zero, count: 6)
        var prices = Array(repeating: Price(100), count: 6)
        var orders: [Working] = []
        var cash = Money(1_000_000)

        var equity: Money { (0..<6).reduce(cash) { $0 + held[$1] * prices[$1] } }

        /// The most that may be long and short of an instrument: market orders trade, others may.
        func sides(_ instrument: Int) -> (long: Double, short: Double) {
            var settled = held[instrument]
            var (bought, sold) = (Quantity.zero, Quantity.zero)
            for order in orders where order.instrument == instrument {
                let certain = order.isMarket ? order.certain(prices[instrument]) : .zero
                let maybe = order.most(prices[instrument]) - certain
                settled += order.side == .buy ? certain : -certain
                if order.side == .buy { bought += maybe } else { sold += maybe }
            }
            let price = Double(prices[instrument])
            return (max(0, Double(settled + bought)) * price, max(0, Double(sold - settled)) * price)
        }

        /// What an order that buys takes from the cash to close what is owed: so much is never held back.
        func coverCost(_ order: Working) -> Double {
            guard order.side == .buy else { return 0 }
            var owed = -held[order.instrument]
            for other in orders where other.instrument == order.instrument {
                let price = prices[order.instrument]
                if other.side == .buy {
                    owed -= other.most(price)
                } else if other.isMarket {
                    owed += other.certain(price)
                }
            }
            return Double(min(order.left, max(.zero, owed))) * Double(order.price) / Double(equity)
        }

        /// Every measure that a preset limits, as a share of the equity.
        func measures(_ distance: Price) -> [RiskLimit: Double] {
            let equity = Double(equity)
            let all = (0..<6).map(sides)
            let sizes = all.map { max($0.long, $0.short) / equity }
            var measures: [RiskLimit: Double] = [:]
            measures[.positionSize] = sizes.max()
            measures[.grossExposure] = sizes.reduce(0, +)
            measures[.shortShare] = all.reduce(0) { $0 + $1.short } / equity
            measures[.positions] = Double(
                (0..<6).count { instrument in
                    let own = orders.filter { $0.instrument == instrument }
                    let price = prices[instrument]
                    let coming = own.filter(\.isMarket).reduce(held[instrument]) {
                        $1.side == .buy ? $0 + $1.certain(price) : $0 - $1.certain(price)
                    }
                    return coming != .zero
                        || own.contains {
                            $0.isMarket ? $0.most(price) != $0.certain(price) : $0.left.isPositive
                        }
                })
            measures[.sectorExposure] = max(sizes[0] + sizes[1] + sizes[2], sizes[3] + sizes[4] + sizes[5])
            var needed = 0.0
            for instrument in 0..<6 {
                var coming = Quantity.zero
                for order in orders where order.instrument == instrument {
                    let certain = order.certain(prices[instrument])
                    if order.isMarket {
                        coming += order.side == .buy ? certain : -certain
                        let spent = Double(certain) * Double(prices[instrument])
                        if order.side == .buy, let money = order.money {
                            let most = Double(order.most(prices[instrument])) * Double(prices[instrument])
                            needed += max(0, min(Double(money), most) - spent)
                        }
                    } else if order.side == .buy {
                        needed += Double(order.left) * Double(order.price)
                    }
                }
                // What is sold beyond what is held brings borrowed money, which is not there to be spent.
                coming = max(coming, min(.zero, -held[instrument]))
                needed += Double(coming) * Double(prices[instrument])
            }
            measures[.cashReserve] = -(Double(cash) - needed) / equity
            measures[.lossPerTrade] =
                (0..<6).map { sizes[$0] * Double(distance) / Double(prices[$0]) }.max()
            return measures
        }
    }

    private static let distance = Price(5)

    /// The limits as the measures above count them: what is to stay in cash counts below zero.
    private func limits(_ settings: RiskSettings) -> [RiskLimit: Double] {
        let values = settings.values(account: "test")
        var limits: [RiskLimit: Double] = [:]
        for limit in [
            RiskLimit.positionSize, .grossExposure, .positions, .sectorExposure, .lossPerTrade,
        ] { limits[limit] = values[limit] }
        limits[.shortShare] = values[.shortShare].map { $0 * (values[.grossExposure] ?? 1) }
        limits[.cashReserve] = values[.cashReserve].map { -$0 }
        return limits
    }

    static let settings: [String: [String]] = [
        "basic": [], "dynamic": [], "advanced": [],
        "dynamic, wide": ["loss_per_trade=off", "sector_exposure=0.7", "position_size=0.5"],
        "dynamic, few": ["positions=3", "loss_per_trade=0.01"],
        "advanced, short": ["short_share=0.1", "gross_exposure=2", "position_size=0.6"],
    ]

    @Test(
        "after every approval each exposure is within its limit, or no larger than it was",
        arguments: settings.keys.sorted(), 1...5)
    func withinLimits(name: String, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let symbols = try (0..<6).map { try #require(Symbol("S\($0)")) }
        let preset = try #require(RiskPreset(rawValue: String(name.prefix { $0 != "," })))
        var settings = RiskSettings(preset)
        settings.limits =
            try
            ((RiskPropertyTests.settings[name] ?? []) + [
                "trades_a_day=off", "orders_a_minute=off", "drawdown_halt=off", "drawdown_liquidate=off",
                "daily_drawdown=off", "losses_in_a_row=off", "drawdown_reduce=off", "price_collar=off",
            ]).map { try ScopedLimit($0) }
        settings.sectors = symbols.enumerated().map { ($1, $0 < 3 ? "a" : "b") }
        let limits = limits(settings)
        var gate = RiskGate(
            settings, account: "test", symbols: symbols, lot: Quantity(units: 1), hours: .continuous)
        var plain = Plain()
        var (approvals, trims) = (0, 0)
        for step in 1...3_000 {
            let now = Timestamp(seconds: 1_700_000_000 + Int64(step) * 2)
            for instrument in 0..<6 {
                if random.next() % 4 == 0 {
                    plain.prices[instrument] = Price(units: 60_000_000 + Int64(random.next() % 80_000_000))
                }
                let price = plain.prices[instrument]
                gate.onBar(
                    high: price, low: price, close: price, volume: Volume(1_000_000_000),
                    span: Nanoseconds.minute,
                    closingAt: now, of: instrument)
                gate.mark(instrument, at: price)
            }
            tradeSome(&plain, &gate, &random)
            gate.onAccount(Account(cash: plain.cash, equity: plain.equity, buyingPower: .max), at: now)
            let proposal = propose(plain, &random)
            let instrument = Int(random.next() % 6)
            let before = plain.measures(RiskPropertyTests.distance)
            let verdict = gate.onProposal(
                proposal, of: instrument, price: plain.prices[instrument],
                stopDistance: RiskPropertyTests.distance,
                cause: Cause(topic: Topic("trading/proposal"), epoch: 1, number: UInt64(step)), at: now)
            var covers = 0.0
            if verdict.approved {
                approvals += 1
                if verdict.order != proposal.order, verdict.checks.contains(where: { !$0.passed }) {
                    trims += 1
                }
                let order = working(verdict.order, instrument, plain.prices[instrument])
                covers = plain.coverCost(order)
                plain.orders.append(order)
            }
            let after = plain.measures(RiskPropertyTests.distance)
            // What is on its way is rounded to a millionth, order by order.
            let crumbs = 1e-9 + 1e-4 / Double(plain.equity)
            for (limit, most) in limits {
                let measure = (after[limit] ?? 0) - (limit == .cashReserve ? covers : 0)
                #expect(
                    measure <= most + crumbs || measure <= (before[limit] ?? 0) + crumbs,
                    "seed \(seed), step \(step): \(limit) is \(measure), was \(before[limit] ?? 0), may be \(most)"
                )
            }
            let sum = (0..<6).map(plain.sides).reduce(0) { $0 + max($1.long, $1.short) }
            #expect((Double(gate.book.gross) - sum).magnitude < 1e-3, "seed \(seed), step \(step)")
        }
        #expect(approvals > 300 && trims > 30, "\(approvals) approvals, \(trims) of them trimmed")
    }

    private func propose(_ plain: Plain, _ random: inout SplitMix64) -> OrderProposal {
        var order = Order(side: random.next() % 2 == 0 ? .buy : .sell)
        order.quantity = Quantity(units: Int64(random.next() % 9_000_000_000_000) + 1)
        switch random.next() % 4 {
        case 0:
            order.kind = .limit
            order.limit = Price(units: 50_000_000 + Int64(random.next() % 100_000_000))
        case 1: order.notional = Money(units: Int64(random.next() % 400_000_000_000) + 1)
        default: break
        }
        return OrderProposal(order: order)
    }

    private func working(_ order: Order, _ instrument: Int, _ price: Price) -> Plain.Working {
        var left = order.quantity
        if let notional = order.notional {
            left = min(
                left, Quantity(units: Int64(Int128(notional.units) * 1_000_000_000 / Int128(price.units))))
        }
        let named = order.limit ?? price
        return Plain.Working(
            id: order.id, instrument: instrument, side: order.side, isMarket: order.kind == .market,
            left: left, money: order.notional, bound: order.quantity,
            price: order.side == .buy ? named : max(named, price))
    }

    /// Some orders trade, wholly or in part, and some end.
    private func tradeSome(_ plain: inout Plain, _ gate: inout RiskGate, _ random: inout SplitMix64) {
        for place in plain.orders.indices.reversed() {
            let order = plain.orders[place]
            let chance = random.next() % 4
            if chance < 2 {
                let part =
                    chance == 0
                    ? order.left : Quantity(units: Int64(random.next() % UInt64(order.left.units)) + 1)
                let signed = order.side == .buy ? part : -part
                plain.held[order.instrument] += signed
                plain.cash -= signed * plain.prices[order.instrument]
                plain.orders[place].left -= part
                plain.orders[place].bound -= part
                plain.orders[place].money = order.money.map {
                    max(.zero, $0 - part * plain.prices[order.instrument])
                }
                gate.onFill(
                    order.id, strategy: "", order.side, part, at: plain.prices[order.instrument],
                    of: order.instrument)
                gate.onPosition(
                    Position(
                        quantity: plain.held[order.instrument], marketPrice: plain.prices[order.instrument]),
                    of: order.instrument)
            }
            if chance == 2 || plain.orders[place].left == .zero {
                gate.onOrderEnd(order.id)
                plain.orders.remove(at: place)
            }
        }
    }
}
