import Domain
import Testing

@testable import Exchange

/// Orders placed at a time of New York, and daily or single bars: `what it says` of each.
@Suite("The exchange and the calendar")
struct CalendarRuleTests {
    struct Moment: CustomTestStringConvertible {
        var testDescription: String
        /// When the order is placed: a date and the time on the clock, `2024-07-03 12:51`.
        var placed: (CivilDate, hour: Int, minute: Int)
        var kind: OrderKind = .market
        var force: TimeInForce = .day
        var expected: [String]
    }

    static let halfDay = CivilDate(2024, 7, 3)
    static let eve = CivilDate(2024, 7, 2)
    static let moments = [
        Moment(
            testDescription: "an order for the open is taken until 09:28", placed: (halfDay, 9, 28),
            kind: .marketOnOpen, expected: ["1 trades 5 at 100"]),
        Moment(
            testDescription: "and no later", placed: (halfDay, 9, 29), kind: .marketOnOpen,
            expected: ["1 rejected 5: afterCutOff"]),
        Moment(
            testDescription: "after the open it is for the next session", placed: (halfDay, 9, 30),
            force: .onOpen,
            expected: ["1 trades 5 at 103"]),
        Moment(
            testDescription: "on a half day an order for the close is taken until 12:50",
            placed: (halfDay, 12, 50),
            kind: .marketOnClose, expected: ["1 trades 5 at 102"]),
        Moment(
            testDescription: "and no later", placed: (halfDay, 12, 51), kind: .marketOnClose,
            expected: ["1 rejected 5: afterCutOff"]),
        Moment(
            testDescription: "after the close it is for the next one", placed: (halfDay, 13, 0),
            force: .onClose,
            expected: ["1 trades 5 at 105"]),
        Moment(
            testDescription: "an order of the day that is placed in the session ends with it",
            placed: (halfDay, 12, 59), kind: .limit, expected: ["1 expired 5: timeInForce"]),
        Moment(
            testDescription:
                "one that is placed after the close stands for the next session, beyond the holiday",
            placed: (halfDay, 13, 0), kind: .limit, expected: ["1 trades 5 at 103.5"]),
        Moment(
            testDescription: "good till cancelled stands on", placed: (halfDay, 9, 30), kind: .limit,
            force: .goodTillCancelled, expected: ["1 trades 5 at 103.5"]),
        Moment(
            testDescription: "good till a date ends then", placed: (halfDay, 9, 30), kind: .limit,
            force: .goodTillDate, expected: ["1 expired 5: timeInForce"]),
    ]

    @Test("auctions, cut-offs, half days and the end of the day", arguments: moments)
    func moment(_ moment: Moment) throws {
        var rules = ExchangeRules()
        rules.margin.kind = .unlimited
        let placed = EasternTime.moment(
            on: moment.placed.0,
            at: Int64(moment.placed.hour) * Nanoseconds.hour + Int64(moment.placed.minute)
                * Nanoseconds.minute)
        var floor = Floor(rules: rules, at: placed)
        var ticket = Floor.ticket(.sell, 5, moment.kind, limit: 103.5, moment.force)
        ticket.tag = 1
        ticket.validUntil = CivilDate(2024, 7, 4).midnightUTC
        var isPlaced = false
        // Two daily bars: the half day, and the Friday after the holiday.
        for (date, bar) in [
            (CalendarRuleTests.halfDay, "100 103 99 102"), (CivilDate(2024, 7, 5), "103 106 102 105"),
        ] {
            let session = TradingCalendar.xnys.session(on: date)!
            var candle = try Floor.candle(bar, at: 0, on: session)
            candle.closesAt = session.close
            // What is placed within the first day's session comes after its open: the bar cannot be traded in, but
            // the auction of its close can.
            if !isPlaced, placed <= candle.closesAt {
                if placed >= candle.openedAt, moment.kind != .marketOnClose, placed < candle.closesAt {
                    floor.take(candle)
                    floor.exchange.submit(ticket, at: placed, &floor.reports)
                } else if placed == candle.closesAt {
                    floor.take(candle)
                    floor.exchange.submit(ticket, at: placed, &floor.reports)
                } else {
                    floor.exchange.submit(ticket, at: placed, &floor.reports)
                    if moment.kind == .marketOnClose { candle.openedAt = session.close - Nanoseconds.minute }
                    floor.take(candle)
                }
                isPlaced = true
            } else {
                floor.take(candle)
            }
            floor.exchange.advance(to: candle.closesAt, &floor.reports)
        }
        let said = floor.words()
        #expect(said == moment.expected)
    }

    @Test("interest on what is short counts the days to the next session")
    func interest() throws {
        var rules = ExchangeRules()
        rules.margin.kind = .unlimited
        rules.borrow.annualRate = 0.36
        rules.borrow.ratesBySymbol = [(SymbolIndex(1), 0.9)]
        let friday = TradingCalendar.xnys.session(on: CivilDate(2024, 3, 8))!
        var floor = Floor(rules: rules, at: friday.open - Nanoseconds.hour)
        floor.place(.sell, 10)
        var candle = try Floor.candle("100 100 100 100", at: 0, on: friday)
        candle.closesAt = friday.close
        floor.take(candle)
        floor.exchange.advance(to: friday.close, &floor.reports)
        let monday = Floor.session
        candle = try Floor.candle("200 200 200 200", at: 0, on: monday)
        candle.closesAt = monday.close
        floor.take(candle)
        floor.exchange.advance(to: monday.close, &floor.reports)
        let said = floor.words()
        // 1,000 for three days, 2,000 for one.
        #expect(said == ["1 trades 10 at 100", "borrow costs 3", "borrow costs 2"])
    }

    @Test("a split changes orders and their stops; a new name moves them; an end cancels them")
    func actions() throws {
        var rules = ExchangeRules()
        rules.margin.kind = .unlimited
        var floor = Floor(rules: rules)
        floor.take(try Floor.candle("100 100 100 100", at: 0))
        floor.place(.buy, 10, .limit, limit: 90, .goodTillCancelled)
        floor.place(.sell, 10, .stop, stop: 80, .goodTillCancelled)
        floor.place(.sell, 10, .trailingStop, trail: 30, .goodTillCancelled)
        floor.place(.sell, 7, .limit, limit: 200, .goodTillCancelled)
        let split = CorporateAction(kind: .split, numerator: 2, denominator: 1)
        try floor.exchange.apply(split, to: Floor.symbol, at: floor.now, &floor.reports)
        try floor.exchange.apply(
            CorporateAction(kind: .symbolChange), to: Floor.symbol, becoming: SymbolIndex(1), at: floor.now,
            &floor.reports)
        let bar = try Floor.candle("50 50 34 35", at: 1)
        floor.exchange.take(bar, of: SymbolIndex(1), &floor.reports)
        try floor.exchange.apply(
            CorporateAction(kind: .delisting, amount: Price(1)), to: SymbolIndex(1), at: bar.closesAt,
            &floor.reports)
        let said = floor.words()
        #expect(
            said == [
                "1 trades 20 at 45", "2 trades 20 at 40", "3 trades 20 at 35", "4 cancelled 14: delisted",
            ])
        #expect(floor.exchange.workingCount == 0)
        #expect(throws: CorporateActionError.self) {
            try floor.exchange.apply(
                CorporateAction(kind: .split), to: Floor.symbol, at: floor.now, &floor.reports)
        }
    }

    @Test("a split after which there were too many shares for a number is refused, and changes nothing")
    func splitBeyondShares() throws {
        var rules = ExchangeRules()
        rules.margin.kind = .unlimited
        var floor = Floor(rules: rules)
        floor.take(try Floor.candle("100 100 100 100", at: 0))
        floor.place(.buy, 1_000, .market)
        floor.take(try Floor.candle("100 100 100 100", at: 1))
        floor.place(.sell, 10, .limit, limit: 200, .goodTillCancelled)
        var split = CorporateAction(kind: .split, numerator: 1 << 40, denominator: 1)
        for kind in [ActionKind.split, .merger] {
            split.kind = kind
            let error = #expect(throws: CorporateActionError.self) {
                try floor.exchange.apply(
                    split, to: Floor.symbol, becoming: SymbolIndex(1), at: floor.now, &floor.reports)
            }
            #expect(error?.description.contains("cannot be applied to the 1000 shares that are held") == true)
        }
        #expect(floor.exchange.workingCount == 1 && floor.words() == ["1 trades 1000 at 100"])
        #expect(floor.exchange.holding(of: 0, in: Floor.symbol) == Quantity(1_000))
    }

    @Test(
        "an order whose price a split makes nothing, or too large, is cancelled and trades at no price",
        arguments: [
            // Two million for one leave nothing of a price of five hundred millionths.
            (1_000, 2_000_000, 1, 0.000_5),
            // One for ten million makes more of a price of a million millions than a price can be.
            (100_000_000, 1, 10_000_000, 1_000_000_000_000),
        ] as [(Int, Int64, Int64, Double)])
    func splitBeyondPrices(_ quantity: Int, _ new: Int64, _ old: Int64, _ far: Double) throws {
        var rules = ExchangeRules()
        rules.margin.kind = .unlimited
        var floor = Floor(rules: rules)
        floor.place(.sell, quantity, .limit, limit: far, .goodTillCancelled)
        floor.place(.sell, quantity, .stop, stop: far, .goodTillCancelled)
        floor.place(.buy, quantity, .stopLimit, limit: far, stop: 1_000, .goodTillCancelled)
        floor.place(.buy, quantity, .trailingStop, stop: 1_000, trail: far, .goodTillCancelled)
        // What is not heeded does not matter.
        floor.place(.buy, quantity, .marketOnClose, limit: far)
        let split = CorporateAction(kind: .split, numerator: new, denominator: old)
        try floor.exchange.apply(split, to: Floor.symbol, at: floor.now, &floor.reports)
        #expect(floor.exchange.workingCount == 1)
        let shares = try Quantity(quantity).scaled(new, over: old)
        #expect(floor.words() == (1...4).map { "\($0) cancelled \(shares): badPrice" })
    }
}
