import Domain
import Exchange
import Portfolio
import Risk
import Stops
import Strategies
import Testing

@testable import Backtesting

/// Stops, targets and halts in whole runs on bars that are made for them.
@Suite struct GuardedRunTests {
    /// Daily bars as open, high, low, close, in dollars.
    private func table(_ bars: [(Int, Int, Int, Int)], symbols: Int = 1) throws -> BarTable {
        var table = BarTable()
        let sessions = TradingCalendar.xnys.sessions(from: CivilDate(2024, 1, 2), to: CivilDate(2024, 12, 31))
        for (bar, session) in zip(bars, sessions) {
            for symbol in 0..<symbols {
                table.append(
                    Bar(
                        symbol: try Markets.name(symbol), span: Nanoseconds.day, openedAt: session.open,
                        open: Price(bar.0), high: Price(bar.1), low: Price(bar.2), close: Price(bar.3),
                        volume: Volume(1_000_000)), closingAt: session.close)
            }
        }
        return table
    }

    private func run(
        _ bars: [(Int, Int, Int, Int)], _ rules: [String], _ targets: String? = nil, symbols: Int = 1,
        _ change: (inout BacktestSettings) throws -> Void = { _ in }
    ) throws -> BacktestRecord {
        var settings = BacktestSettings()
        settings.stops = try StopPlan(rules: rules, targets: targets)
        settings.allocation.lot = Quantity(1)
        settings.rules.lot = Quantity(1)
        try change(&settings)
        return try Backtest.run(
            BuyAndHold.self, try Arguments(BuyAndHold.parameters, given: [], of: BuyAndHold.name),
            on: try table(bars, symbols: symbols), settings)
    }

    /// Bought at the second bar's open of 100, with 1,000 shares.
    private let entry = [(100, 100, 100, 100), (100, 102, 99, 101)]

    private func exits(_ record: BacktestRecord) -> [Price] {
        record.fills.filter { $0.side == .sell }.map(\.price)
    }

    @Test("a stop rests at the exchange: it fills at its price, and at the open after a gap")
    func fixed() throws {
        let touched = try run(entry + [(101, 101, 94, 97), (97, 97, 97, 97)], ["fixed:5%"])
        #expect(exits(touched) == [Price(95)])
        #expect(touched.trades.map(\.quantity) == [Quantity(1_000)])
        #expect(touched.positions.isEmpty)
        let gapped = try run(entry + [(90, 96, 90, 96), (97, 97, 97, 97)], ["fixed:5%"])
        #expect(exits(gapped) == [Price(90)])
        let untouched = try run(entry + [(101, 101, 96, 97), (97, 97, 97, 97)], ["fixed:5%"])
        #expect(exits(untouched).isEmpty)
    }

    @Test("what was stopped is not bought again while its signal stays the same")
    func stopped() throws {
        let record = try run(
            entry + [(101, 101, 94, 97)] + Array(repeating: (97, 99, 97, 98), count: 10), ["fixed:5%"]
        ) {
            $0.allocation.rule = .equalWeight
            $0.allocation.rebalance = .daily
        }
        #expect(record.fills.map(\.side) == [.buy, .sell])
        #expect(record.finalEquity == Money(95_000))
    }

    @Test("a trailing stop follows the best price, within the bars too")
    func trailing() throws {
        // Up to 120, then back by 10 %: 108.
        let record = try run(
            entry + [(101, 120, 101, 118), (118, 119, 105, 106), (106, 106, 106, 106)], ["trailing:10%"])
        #expect(exits(record) == [Price(108)])
    }

    @Test("a stop by the range of the entry")
    func range() throws {
        var bars = Array(repeating: (100, 101, 99, 100), count: 16)
        bars += [(100, 101, 93, 95), (95, 95, 95, 95)]
        let record = try run(bars, ["atr:3"]) { $0.allocation.rule = .riskSized }
        // Risk-sized entries wait for a distance: two a bar after 14, so three of them are 6.
        #expect(exits(record) == [Price(94)])
        let bought = try #require(record.fills.first)
        #expect(bought.quantity == Quantity(66), "0.4 % of 100,000 over 6 dollars")
    }

    @Test("at break-even the stop moves to the entry")
    func breakEven() throws {
        let record = try run(
            entry + [(101, 105, 101, 104), (104, 104, 98, 99), (99, 99, 99, 99)],
            ["fixed:10%", "breakeven:4%"])
        #expect(exits(record) == [Price(100)])
    }

    @Test("after its bars a position is sold at the next open")
    func time() throws {
        let record = try run(
            entry + [(101, 103, 101, 102), (103, 105, 103, 104), (106, 107, 106, 107)], ["time:2"])
        #expect(exits(record) == [Price(103)])
        #expect(record.reasons.last == "stop: held for as many bars as it may be")
    }

    @Test("targets close their parts, and the stop the rest")
    func targets() throws {
        let record = try run(
            entry + [(101, 106, 101, 104), (104, 111, 104, 109), (109, 109, 90, 92), (92, 92, 92, 92)],
            ["fixed:5%"], "5%:50%,10%:25%")
        #expect(exits(record) == [Price(105), Price(110), Price(95)])
        #expect(record.fills.map(\.quantity) == [1_000, 500, 250, 250].map { Quantity($0) })
        #expect(record.positions.isEmpty)
    }

    @Test("a target and a stop in one bar never sell more than there is, on margin too", arguments: 1...20)
    func never(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var bars = entry
        var price = 100
        for _ in 0..<60 {
            let (open, close) = (price + Int(random.next() % 9) - 4, price + Int(random.next() % 9) - 4)
            bars.append(
                (
                    open, max(open, close) + Int(random.next() % 8),
                    min(open, close) - Int(random.next() % 8), close
                ))
            price = max(close, 60)
        }
        let record = try run(bars, ["trailing:5%", "fixed:6%"], "3%:40%,6%:60%", symbols: 2) {
            $0.rules.margin.kind = .unlimited
            $0.rules.participation = seed % 2 == 0 ? 0.0003 : nil
        }
        var held = [Quantity.zero, .zero]
        for fill in record.fills {
            let instrument = try #require(record.symbols.firstIndex(of: fill.symbol))
            held[instrument] += fill.side == .buy ? fill.quantity : -fill.quantity
            #expect(!held[instrument].isNegative, "seed \(seed), \(fill.at)")
        }
        #expect(record.fills.contains { $0.side == .sell })
        #expect(!record.orders.contains { $0.status == .rejectedByBroker }, "seed \(seed)")
    }

    @Test("under the fill at the close a position is guarded from the next bar on")
    func close() throws {
        let record = try run(
            [(100, 100, 100, 100), (100, 100, 94, 97), (97, 97, 97, 97)], ["fixed:5%"]
        ) { $0.rules.fill = .close }
        #expect(exits(record) == [Price(95)])
    }

    @Test("a strategy's own exit takes the stop out of the way")
    func exit() throws {
        var settings = BacktestSettings()
        settings.stops = try StopPlan(rules: ["fixed:2%"], targets: "5%:50%")
        settings.rules.margin.kind = .unlimited
        let arguments = try Arguments(
            SMACrossover.parameters, given: [("fast", "3"), ("slow", "8"), ("short", "true")],
            of: SMACrossover.name)
        let record = try Backtest.run(
            SMACrossover.self, arguments, on: try Markets.walk(seed: 4, symbols: 3), settings)
        let reasons = Set(zip(record.orders, record.reasons).filter { $0.0.status == .filled }.map(\.1))
        #expect(reasons.contains("stop") && reasons.contains("target 1") && reasons.count > 3, "\(reasons)")
        #expect(!record.orders.contains { $0.status == .rejectedByBroker })
        // Nothing rests beside a position that is not there: long is never sold into a short by a guard.
        var held: [Symbol: Quantity] = [:]
        let orders = Dictionary(uniqueKeysWithValues: zip(record.orders.map(\.order.id), record.reasons))
        for fill in record.fills {
            let before = held[fill.symbol, default: .zero]
            let after = before + (fill.side == .buy ? fill.quantity : -fill.quantity)
            held[fill.symbol] = after
            if let reason = orders[fill.orderId], reason == "stop" || reason.hasPrefix("target") {
                #expect(
                    after.magnitude < before.magnitude
                        && (after == .zero || after.isNegative == before.isNegative))
            }
        }
    }

    // MARK: Halts

    private func falling(_ lift: String) throws -> BacktestRecord {
        // 100,000 all in at 100; down by 21 % from the high, and then up without end.
        var bars = entry + [(100, 100, 84, 84), (80, 80, 79, 79), (80, 80, 80, 80)]
        bars += (0..<10).map { (80 + $0, 81 + $0, 80 + $0, 81 + $0) }
        return try run(bars, []) {
            $0.risk = RiskSettings(.none)
            $0.risk.limits = try ["drawdown_halt=10%", "drawdown_liquidate=20%"].map { try ScopedLimit($0) }
            $0.risk.lift = try HaltLift(lift)
        }
    }

    @Test("a drawdown halts the rest of the run, and a deeper one closes every position at the next open")
    func drawdown() throws {
        let record = try falling("never")
        #expect(record.halts.map(\.halt.kind) == ["drawdown", "drawdown"])
        #expect(record.halts.map(\.halt.flatten) == [false, true])
        #expect(exits(record) == [Price(80)])
        #expect(record.fills.count == 2 && record.finalEquity == Money(80_000))
    }

    @Test("a halt can be lifted by a setting, and says by whom")
    func lifted() throws {
        let record = try falling("3d")
        let lifts = record.halts.filter { !$0.halt.active }
        #expect(lifts.count >= 1 && lifts.allSatisfy { $0.halt.by == "the setting risk.halt_lift" })
        let began = try #require(record.halts.first { $0.halt.flatten })
        #expect(lifts.allSatisfy { $0.at - began.at >= 2 * Nanoseconds.day })
    }

    @Test("rejections in a row halt: what the broker refuses is not asked for again and again")
    func rejections() throws {
        let table = try Markets.walk(seed: 6, symbols: 4)
        var settings = BacktestSettings()
        settings.risk.limits = [ScopedLimit(.haltRejections, 3)]
        // A cash account refuses every short sale.
        let arguments = try Arguments(
            SMACrossover.parameters, given: [("fast", "3"), ("slow", "8"), ("short", "true")],
            of: SMACrossover.name)
        let record = try Backtest.run(SMACrossover.self, arguments, on: table, settings)
        let halt = try #require(record.halts.first)
        #expect(record.halts.count == 1 && halt.halt.kind == "rejections")
        #expect(
            !zip(record.orders, record.proposedAt).contains { $0.status == .rejectedByBroker && $1 > halt.at }
        )
        #expect(record.interventions.contains { $0.check == "halt" && $0.count > 5 })
        #expect(
            !zip(record.fills, record.fills).contains {
                $0.0.side == .buy && $0.0.at > halt.at + 4 * Nanoseconds.day
            })
    }

    @Test("every proposal that was trimmed or rejected is counted by check, and explained")
    func interventions() throws {
        var settings = BacktestSettings()
        settings.risk = .advanced
        settings.allocation.rule = .equalWeight
        let arguments = try Arguments(
            SMACrossover.parameters, given: [("fast", "3"), ("slow", "8")], of: SMACrossover.name)
        let record = try Backtest.run(
            SMACrossover.self, arguments, on: try Markets.walk(seed: 7, symbols: 4), settings)
        let explained = record.reasons.count { $0.contains("; trimmed: ") || $0.contains("; rejected: ") }
        let rejected = record.orders.count { $0.status == .rejected }
        #expect(explained == record.trimmed + rejected && rejected > 0 && record.trimmed > 0)
        #expect(record.interventions.reduce(0) { $0 + $1.count } >= explained)
    }
}
