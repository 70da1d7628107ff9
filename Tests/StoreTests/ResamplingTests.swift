import Domain
import Store
import Testing

@Suite struct ResamplingTests {
    /// A whole session of minutes, and the half day before Independence Day.
    private func session(_ date: CivilDate) throws -> BarSeries {
        let session = try #require(TradingCalendar.xnys.session(on: date))
        return BarSeries(
            (0..<session.minutes).map { minute in
                Bar(
                    symbol: StoreFolder.symbol, span: Nanoseconds.minute,
                    openedAt: session.start(ofMinute: minute),
                    open: Price(100 + minute), high: Price(105 + minute), low: Price(95 + minute),
                    close: Price(101 + minute), volume: Volume(1), trades: 2)
            })
    }

    @Test(
        "longer bars are counted from the open and end with the session",
        arguments: [("5m", 78, 5), ("15m", 26, 15), ("30m", 13, 30), ("1h", 7, 30), ("1d", 1, 390)])
    func fullDay(_ text: String, _ bars: Int, _ minutesLast: Int) throws {
        let day = try session(CivilDate(2024, 3, 12))
        let longer = try day.resampled(from: .minute, to: try Interval(text))
        #expect(longer.count == bars)
        #expect(longer.openedAt.first == day.openedAt.first)
        #expect(longer.open.first == day.open.first && longer.close.last == day.close.last)
        #expect(
            longer.volume.last == Volume(minutesLast).units && longer.trades.last == Int64(2 * minutesLast))
        #expect(longer.high.last == day.high.last)
        #expect(longer.low.last == day.low[390 - minutesLast])
        #expect(longer.volume.reduce(0, +) == Volume(390).units)
    }

    @Test("a half day is a day")
    func halfDay() throws {
        let day = try session(CivilDate(2024, 7, 3))
        #expect(day.count == 210)
        #expect(try day.resampled(from: .minute, to: .day).count == 1)
        #expect(try day.resampled(from: .minute, to: .hour).count == 4)
    }

    @Test("a bar whose time is not over is not made")
    func unfinished() throws {
        let day = try session(CivilDate(2024, 3, 12))
        var part = BarSeries()
        for row in 0..<12 { part.append(day.bar(row, of: StoreFolder.minutes)) }
        #expect(try part.resampled(from: .minute, to: try Interval("5m")).count == 2)
        #expect(try part.resampled(from: .minute, to: .day).isEmpty)
    }

    @Test("lengths that do not fit are refused")
    func refused() throws {
        let day = try session(CivilDate(2024, 3, 12))
        #expect(throws: StoreError.self) {
            try day.resampled(from: try Interval("2m"), to: try Interval("5m"))
        }
        #expect(throws: StoreError.self) { try day.resampled(from: .hour, to: .minute) }
    }

    @Test("a bar of trades ends with the trade that is enough")
    func trades() throws {
        func bars(_ measure: TradeBars.Measure, _ prices: [Int]) throws -> [TradeBar] {
            var maker = try TradeBars(measure)
            var made: [TradeBar] = []
            for (place, price) in prices.enumerated() {
                let trade = Trade(
                    symbol: StoreFolder.symbol, at: Timestamp(seconds: Int64(place)), price: Price(price),
                    size: Volume(10))
                made += try maker.take(trade)
            }
            return made
        }
        let ticks = try bars(.trades(3), [10, 12, 11, 9, 8, 7, 6])
        #expect(ticks.map(\.close) == [Price(11), Price(7)])
        #expect(ticks.map(\.high) == [Price(12), Price(9)] && ticks[1].openedAt == Timestamp(seconds: 3))
        #expect(try bars(.volume(Volume(20)), [1, 2, 3, 4, 5]).map(\.close) == [Price(2), Price(4)])
        #expect(try bars(.worth(Money(300)), [10, 20, 30, 1, 1]).map(\.trades) == [2, 1])
        let bricks = try bars(.renko(Price(2)), [10, 11, 15, 14, 11, 10, 18])
        // 15 is one above the brick from 12 to 14; 11 is one below it, and 10 two; 18 is three bricks above 12.
        #expect(bricks.map(\.close) == [12, 14, 10, 14, 16, 18].map { Price($0) })
        #expect(throws: StoreError.self) { try TradeBars(.trades(0)) }
    }

    @Test("splits and dividends change what was before them, once they are known")
    func adjusted() throws {
        let days = (0..<4).map { Timestamp(seconds: Int64($0) * 86_400) }
        let prices = [100, 100, 50, 50]
        var bars = BarSeries()
        for (day, price) in zip(days, prices) {
            bars.append(
                Bar(
                    symbol: StoreFolder.symbol, span: Nanoseconds.day, openedAt: day, open: Price(price),
                    high: Price(price), low: Price(price), close: Price(price), volume: Volume(10)))
        }
        let split = CorporateAction(
            symbol: StoreFolder.symbol, kind: .split, exAt: days[2] - 1, knownAt: days[1], numerator: 2,
            denominator: 1)
        let dividend = CorporateAction(
            symbol: StoreFolder.symbol, kind: .dividend, exAt: days[3] - 1, knownAt: days[3], amount: Price(5)
        )
        #expect(bars.adjusted(for: .raw, [split]).close == [100, 100, 50, 50])
        let forSplits = bars.adjusted(for: .split, [dividend, split])
        #expect(forSplits.close == [50, 50, 50, 50] && forSplits.volume == [20, 20, 10, 10])
        #expect(bars.adjusted(for: .all, [split, dividend]).close == [45, 45, 45, 50])
        #expect(bars.adjusted(for: .all, [split, dividend], asKnownAt: days[2]).close == [50, 50, 50, 50])
    }
}
