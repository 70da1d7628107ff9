import Domain
import Glibc
import Providers
import Testing

@testable import Backtesting

@Suite struct MarketFilesTests {
    private let bars = """
        Date,Open,High,Low,Close,Volume,Dividends,Stock Splits
        2020-01-02,100,101,99,100,1000,0,0
        2020-01-03,100,101,99,100,1000,0.5,0
        2020-01-06,50,51,49,50,1000,0,2

        """

    private func load(_ change: (inout MarketFiles) throws -> Void, _ text: String? = nil) throws -> Market {
        let path = "/tmp/tradewind-market-\(getpid())-\(UInt64.random(in: 0 ... .max)).csv"
        defer { unlink(path) }
        try write(text ?? bars, to: path)
        var files = MarketFiles()
        files.bars = [(try Markets.name(0), path)]
        try change(&files)
        return try files.load()
    }

    private func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        fputs(text, file)
        fclose(file)
    }

    @Test("columns of dividends and splits beside bars are actions of their days")
    func columns() throws {
        let market = try load { _ in }
        #expect(market.actions.map(\.action.kind) == [.dividend, .split])
        #expect(market.actions.map(\.action.exAt) == [Scenes.exAt(1), Scenes.exAt(2)])
        #expect(market.actions[0].action.amount == (try Price("0.5")))
        #expect(market.actions[1].action.numerator == 2 && market.actions[1].action.denominator == 1)
        #expect(market.notes.isEmpty)
    }

    @Test("a split that the prices do not show is left out, and said to be")
    func adjusted() throws {
        let adjusted = bars.replacing("100,101,99,100", with: "50,51,49,50")
        let market = try load({ _ in }, adjusted)
        #expect(market.actions.map(\.action.kind) == [.dividend])
        #expect(market.notes.count == 1 && market.notes[0].contains("adjusted for it already"))
    }

    @Test(
        "ratios are read as people write them",
        arguments: [
            ("7", 7, 1), ("7:1", 7, 1), ("3/2", 3, 2), ("1.5", 3, 2), ("0.1", 1, 10), ("0.333333", 1, 3),
            ("1.002", 501, 500),
        ] as [(String, Int64, Int64)])
    func ratios(text: String, numerator: Int64, denominator: Int64) throws {
        let path = "/tmp/tradewind-actions-\(getpid())-\(UInt64.random(in: 0 ... .max)).csv"
        defer { unlink(path) }
        try write("symbol,ex_date,kind,ratio\nS0,2020-01-06,split,\(text)\n", to: path)
        let action = try #require(try ActionFile.read(path).first)
        #expect(action.numerator == numerator && action.denominator == denominator)
    }

    @Test("the same action in a file and beside the bars is one action")
    func twice() throws {
        let path = "/tmp/tradewind-actions-\(getpid())-\(UInt64.random(in: 0 ... .max)).csv"
        defer { unlink(path) }
        try write("symbol,ex_date,kind,ratio,amount\nS0,2020-01-03,dividend,,0.5\n", to: path)
        let market = try load { $0.actions = [(nil, path)] }
        #expect(market.actions.count == 2)
    }

    @Test("a benchmark grows with its splits and its dividends, from its first close on")
    func benchmark() throws {
        let market = try load { $0.benchmark = (try Markets.name(0), nil) }
        let line = try #require(market.benchmark)
        // 0.5 of 100 buys half a hundredth more; two shares at 50 are one at 100.
        #expect(zip(line.growth, [1, 1.005, 1.005]).allSatisfy { ($0 - $1).magnitude < 1e-12 })
        #expect(line.growth.count == 3)
        #expect(zip(line.equity(of: Money(1000), at: line.at), line.growth).allSatisfy { $0 == 1000 * $1 })
        #expect(line.equity(of: Money(1000), at: [.distantPast]) == [1000])
    }

    @Test(
        "of two lengths of bars the shorter is traded on, whichever is read first", arguments: [false, true])
    func lengths(isReversed: Bool) throws {
        let minutes = "/tmp/tradewind-minutes-\(getpid())-\(UInt64.random(in: 0 ... .max)).csv"
        defer { unlink(minutes) }
        try write(
            """
            time,open,high,low,close,volume
            2020-01-03T14:30:00Z,100,101,99,100,10
            2020-01-03T14:35:00Z,100,101,99,100,10

            """, to: minutes)
        let market = try load {
            let own = (symbol: Optional(try Markets.name(0)), path: minutes)
            $0.bars = isReversed ? [own] + $0.bars : $0.bars + [own]
        }
        #expect(market.bars.spans == [5 * Nanoseconds.minute] && market.bars.count == 2)
        #expect(market.longerBars.map(\.bar.span) == Array(repeating: Nanoseconds.day, count: 3))
    }

    @Test("quotes and trades of Alpaca's layout are merged by time")
    func ticks() throws {
        let quotes = "/tmp/tradewind-quotes-\(getpid())-\(UInt64.random(in: 0 ... .max)).csv"
        let trades = "/tmp/tradewind-trades-\(getpid())-\(UInt64.random(in: 0 ... .max)).csv"
        defer {
            unlink(quotes)
            unlink(trades)
        }
        try write(
            """
            t,ax,ap,as,bx,bp,bs,c,z
            2020-01-03T14:30:00.000000001Z,V,100.02,3,V,100.00,2,R,C
            2020-01-03T14:30:02Z,V,0,0,V,100.00,2,R,C
            2020-01-03T14:30:03Z,V,100.03,3,V,100.01,2,R,C

            """, to: quotes)
        try write("t,x,p,s,c,i,z\n2020-01-03T14:30:01Z,V,100.01,5,@,1,C\n", to: trades)
        let market = try load {
            $0.bars = []
            $0.quotes = [(try Markets.name(0), quotes)]
            $0.trades = [(try Markets.name(0), trades)]
        }
        #expect(market.ticks.count == 3 && market.ticks.quotes == 2 && market.ticks.trades == 1)
        #expect((0..<3).map { TickColumns(market.ticks).isQuote($0) } == [true, false, true])
        #expect(
            TickColumns(market.ticks).quote(0).ask == (try Price("100.02"))
                && TickColumns(market.ticks).quote(0).bidSize == Volume(2))
        #expect(
            TickColumns(market.ticks).trade(1).price == (try Price("100.01"))
                && TickColumns(market.ticks).trade(1).size == Volume(5))
    }

    @Test("what is wrong in a file is told with its line and column")
    func faults() throws {
        let path = "/tmp/tradewind-actions-\(getpid())-\(UInt64.random(in: 0 ... .max)).csv"
        defer { unlink(path) }
        try write("symbol,ex_date,kind,ratio\nS0,2020-01-06,splitt,2\n", to: path)
        let error = #expect(throws: SourceError.self) { try ActionFile.read(path) }
        #expect(
            error?.description.hasSuffix(
                "line 2, column kind: found \"splitt\"; split, dividend or delisting would be right") == true)
    }
}

extension String {
    fileprivate func replacing(_ old: String, with new: String) -> String {
        var result = ""
        var rest = self[...]
        while let range = rest.firstRange(of: old) {
            result += rest[..<range.lowerBound] + new
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
