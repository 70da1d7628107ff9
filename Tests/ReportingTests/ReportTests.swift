import Domain
import Exchange
import Strategies
import Testing

@testable import Backtesting
@testable import Reporting

@Suite struct ReportTests {
    private func subject(
        days: Int, symbols: Int = 1, fast: Int = 3, slow: Int = 8, name: String = "S",
        span: Int64 = Nanoseconds.day
    ) throws -> ReportSubject {
        var random = SplitMix64(seed: 9)
        var table = BarTable()
        var closes = Array(repeating: Int64(10_000), count: symbols)
        let sessions = Array(
            TradingCalendar.xnys.sessions(from: CivilDate(1990, 1, 2), to: CivilDate(2030, 12, 31)))
        for number in 0..<days {
            for symbol in 0..<symbols {
                let (open, end) =
                    span == Nanoseconds.day
                    ? (sessions[number].open, sessions[number].close)
                    : (sessions[0].open + Int64(number) * span, sessions[0].open + Int64(number + 1) * span)
                let from = closes[symbol]
                closes[symbol] = max(100, from + Int64(random.next() % 201) - 100)
                let (high, low) = (max(from, closes[symbol]), min(from, closes[symbol]))
                table.append(
                    Bar(
                        symbol: try #require(Symbol("\(name)\(symbol)")), span: span, openedAt: open,
                        open: Price(units: from * 10_000), high: Price(units: high * 10_000),
                        low: Price(units: low * 10_000), close: Price(units: closes[symbol] * 10_000),
                        volume: Volume(100_000)), closingAt: end)
            }
        }
        var settings = BacktestSettings()
        settings.allocation.rule = .equalWeight
        settings.keepsCourse = true
        let arguments = try Arguments(
            SMACrossover.parameters, given: [("fast", "\(fast)"), ("slow", "\(slow)")], of: SMACrossover.name)
        let record = try Backtest.run(SMACrossover.self, arguments, on: table, settings)
        return ReportSubject(
            strategy: SMACrossover.name, parameters: arguments.description, record: record, table: table,
            summary: try Summary(record), warnings: try SelfReview.warnings(record, on: table, settings),
            confidence: try Confidence(record), settings: [("cash", "100000")], fingerprints: [("data", "ab")]
        )
    }

    private func page(_ subject: ReportSubject) throws -> String {
        String(decoding: try Report.html(subject), as: UTF8.self)
    }

    @Test("the same run gives the same bytes")
    func same() throws {
        #expect(
            try Report.html(subject(days: 300, symbols: 3)) == Report.html(subject(days: 300, symbols: 3)))
    }

    @Test("the page needs no network, and closes what it opens")
    func whole() throws {
        let page = try page(subject(days: 400, symbols: 3))
        for outside in ["http:", "https:", "src=", "url(", "@import", "<link", "NaN", "inf"] {
            #expect(!page.contains(outside), "\(outside)")
        }
        for tag in [
            "html", "body", "main", "section", "figure", "table", "svg", "div", "script", "dl", "tbody",
        ] {
            #expect(page.components(of: "<\(tag)") == page.components(of: "</\(tag)>"), "\(tag)")
        }
        for part in [
            "Before you believe it", "Equity", "Drawdown", "The deepest drawdowns", "Exposure", "Returns",
            "Sharpe of the",
            "Volatility of the", "Returns of single days", "Trades on the price", "by symbol", "costs",
            "settings",
            "fingerprints", "all 3 symbols held",
        ] { #expect(page.contains(part), "\(part)") }
    }

    @Test("a run of any size has a page", arguments: [1, 2, 5, 19, 43, 130, 260])
    func sizes(days: Int) throws {
        let subject = try subject(days: days)
        let page = try page(subject)
        #expect(page.contains("</html>") && subject.record.days.count == days)
        #expect(page.contains("Nothing was traded") == subject.record.orders.isEmpty)
    }

    @Test("a run of minutes shows every instant")
    func minutes() throws {
        let page = try page(subject(days: 380, span: Nanoseconds.minute))
        #expect(page.contains("At the end of every instant"))
        #expect(page.contains("axes[\"instants\"]"))
    }

    @Test("thirty years, and many symbols of which a few are named, make no large page")
    func large() throws {
        let years = try page(subject(days: 30 * 252))
        #expect(years.utf8.count < 1_000_000)
        let many = try page(subject(days: 60, symbols: 200))
        #expect(many.contains("176 others") && many.utf8.count < 1_000_000)
    }

    @Test("a symbol may be called what it likes")
    func hostile() throws {
        let page = try page(subject(days: 60, name: "<b>&\"'"))
        #expect(!page.contains("<b>&") && page.contains("&lt;b&gt;&amp;&quot;&#39;0"))
    }

    @Test("the yard-stick is the symbols held in equal parts, or the benchmark that was given")
    func yardstick() throws {
        var subject = try subject(days: 100, symbols: 2)
        let table = subject.table
        let held = Yardstick(subject.record, table)
        var expected = 0.0
        for symbol in 0..<2 {
            expected += 50_000 / Double(table.open[symbol]) * Double(table.close[table.count - 2 + symbol])
        }
        #expect((try #require(held.equity.last) - expected).magnitude < 1e-6)
        subject.record.benchmark = BacktestRecord.Benchmark(
            name: "SPY", values: (0..<100).map { 100_000 + Double($0) * 500 })
        let given = Yardstick(subject.record, table)
        #expect(given.name == "SPY" && given.equity.first == 100_000 && given.equity.last == 149_500)
    }
}

extension String {
    fileprivate func components(of part: String) -> Int {
        var (count, rest) = (0, self[...])
        while let place = rest.firstRange(of: part) {
            count += 1
            rest = rest[place.upperBound...]
        }
        return count
    }
}
