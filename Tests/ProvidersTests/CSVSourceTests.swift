import Domain
import Testing

@testable import Providers

private let minute: Int64 = 60_000_000_000
private let daily = 1440 * minute
private let tuesday = 1_325_601_000  // 2012-01-03T14:30:00Z

/// A bar in few words: dollars in units, shares in thousandths.
private func bar(
    _ symbol: String, _ seconds: Int, _ prices: [Int64], _ volume: Int64, span: Int64 = daily,
    trades: UInt64 = 0
) -> Bar {
    Bar(
        symbol: Symbol(symbol) ?? Symbol(), span: span,
        openedAt: Timestamp(nanoseconds: Int64(seconds) * 1_000_000_000),
        open: Price(units: prices[0]), high: Price(units: prices[1]), low: Price(units: prices[2]),
        close: Price(units: prices[3]), volume: Volume(units: volume), trades: trades)
}

private func drained(_ source: some BarSource) throws -> [Instant] {
    var source = source
    var instants: [Instant] = []
    while let instant = try source.next() { instants.append(instant) }
    return instants
}

struct Layout: CustomTestStringConvertible {
    var testDescription: String
    var text: String
    var bars: [Bar]
}

private let prices: [Int64] = [10_500_000, 11_000_000, 9_999_999, 10_000_000]
private let layouts = [
    Layout(
        testDescription: "our own",
        text: "symbol,time,open,high,low,close,volume\nKO,2012-01-03,10.5,11,9.999999,10,1500\n",
        bars: [bar("KO", tuesday, prices, 1_500_000)]),
    Layout(
        testDescription: "a mark before UTF-8, CRLF, blank lines, quotes, blanks, no line end",
        text:
            "\u{feff}\r\n\"symbol\", \"time\" ,open,high,low,close,volume\r\n\r\n KO ,\"2012-01-03\",10.50, 11.0 ,"
            + "\"9.999999\",+10,1500.000\r\n\n\"KO\",2012-01-04,10.5,11,9.999999,10,\"1500\"",
        bars: [bar("KO", tuesday, prices, 1_500_000), bar("KO", tuesday + 86_400, prices, 1_500_000)]),
    Layout(
        testDescription: "Yahoo",
        text: "Date,Open,High,Low,Close,Adj Close,Volume\n2012-01-03,10.5,11,9.999999,10,null,1500\n",
        bars: [bar("X", tuesday, prices, 1_500_000)]),
    Layout(
        testDescription: "Yahoo within the day",
        text:
            "Datetime,Open,High,Low,Close,Adj Close,Volume\n2012-01-03 09:30:00-05:00,10.5,11,9.999999,10,7,1500\n",
        bars: [bar("X", tuesday, prices, 1_500_000, span: minute)]),
    Layout(
        testDescription: "Stooq in bulk, days",
        text: "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n"
            + "KO.US,D,20120103,000000,10.5,11,9.999999,10,1.5e+03,0\n",
        bars: [bar("KO.US", tuesday, prices, 1_500_000)]),
    Layout(
        testDescription: "Stooq in bulk, minutes",
        text: "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n"
            + "KO.US,1,20120103,143000,10.5,11,9.999999,10,1500,0\n",
        bars: [bar("KO.US", tuesday, prices, 1_500_000, span: minute)]),
    Layout(
        testDescription: "Stooq",
        text: "Date,Open,High,Low,Close,Volume\n2012-01-03,10.5,11,9.999999,10,1500\n",
        bars: [bar("X", tuesday, prices, 1_500_000)]),
    Layout(
        testDescription: "Alpaca",
        text: "t,o,h,l,c,v,n,vw\n2012-01-03T14:30:00.000000001Z,10.5,11,9.999999,10,1500,42,10.2\n",
        bars: [
            {
                var bar = bar("X", tuesday, prices, 1_500_000, span: minute, trades: 42)
                bar.openedAt.nanoseconds += 1
                return bar
            }()
        ]),
    Layout(
        testDescription: "counts since 1970, in any unit",
        text: "timestamp,open,high,low,close,volume,trade_count\n1325601000,10.5,11,9.999999,10,1500,42\n"
            + "1325601060000,10.5,11,9.999999,10,1500,42\n1325601120000000,10.5,11,9.999999,10,1500,42\n"
            + "1325601180000000000,10.5,11,9.999999,10,1500,42\n",
        bars: (0..<4).map { bar("X", tuesday + 60 * $0, prices, 1_500_000, span: minute, trades: 42) }),
]

/// A row after the header `symbol,time,open,high,low,close,volume,n` and one good row, and what is said of it.
private let badRows: [(row: String, said: String)] = [
    (
        "KO,2012-01-04,abc,11,9,10,5,1",
        #"column open: found "abc"; a decimal number such as 101.25 would be right"#
    ),
    (
        "KO,2012-01-04,1,,9,10,5,1",
        "column high: found nothing; a decimal number such as 101.25 would be right"
    ),
    (
        "KO,2012-01-04,1,2,nan,10,5,1",
        #"column low: found "nan"; a decimal number such as 101.25 would be right"#
    ),
    (
        "KO,2012-01-04,1,2,1,1.2.3,5,1",
        #"column close: found "1.2.3"; a decimal number such as 101.25 would be right"#
    ),
    (
        "KO,2012-01-04,1,2,1,1,9223372036854775.808,1",
        #"column volume: found "9223372036854775.808"; a number that fits into 64 bits would be right"#
    ),
    ("KO,2012-01-04,1,2,1,1,5,-1", #"column n: found "-1"; a count of trades, 0 or more, would be right"#),
    (
        "KO,2012-02-30,1,2,1,1,5,1",
        #"column time: found "2012-02-30"; a date such as 2024-01-31, or a time such as 2024-01-31T14:30:00Z, would be right"#
    ),
    (
        "KO,2012-01-04T25:00,1,2,1,1,5,1",
        #"column time: found "2012-01-04T25:00"; a date such as 2024-01-31, or a time such as 2024-01-31T14:30:00Z, would be right"#
    ),
    (
        "KO,2012-01-16,1,2,1,1,5,1",
        #"column time: found "2012-01-16"; a date with a session (XNYS does not trade on that one, Martin Luther King Jr. Day) would be right"#
    ),
    (
        "KO,2012-01-07,1,2,1,1,5,1",
        #"column time: found "2012-01-07"; a date with a session (XNYS does not trade on that one, a Saturday) would be right"#
    ),
    (
        "KO,2036-01-02,1,2,1,1,5,1",
        #"column time: found "2036-01-02"; a date from 1990-01-01 to 2035-12-31, which the calendar of XNYS covers, would be right"#
    ),
    (
        "KO,2012-01-04,1,2,1,1",
        "column volume: found nothing; a row of 8 fields, as many as the header has, would be right"
    ),
    (
        "KO,2012-01-04,1,2,1,1,5,1,extra",
        #"column 9: found "extra"; a row of 8 fields, as many as the header has, would be right"#
    ),
    (
        ",2012-01-04,1,2,1,1,5,1",
        "column symbol: found nothing; a symbol of 1 to 24 characters would be right"
    ),
    (
        "K\u{1}\u{e9},2012-01-04,1,2,1,1,5,1",
        #"column symbol: found "K\x01\xc3\xa9"; a symbol of printable ASCII such as BRK.B would be right"#
    ),
    (
        #""KO,2012-01-04,1,2,1,1,5,1"#,
        #"column symbol: found "KO,2012-01-04,1,2,1,1,5,1"; a field with a quote at each end, or none, would be right"#
    ),
    (
        "KO,2011-12-30,1,2,1,1,5,1",
        "column time: the bar closes at 2011-12-30T21:00:00Z, before the bar above it, which closes at "
            + "2012-01-03T21:00:00Z; rows in order of time, oldest first, would be right"
    ),
]

@Suite("Bars from files")
struct CSVSourceTests {
    let scratch = Scratch()

    private func source(_ texts: [String], symbol: String? = nil) throws -> CSVSource {
        let files = texts.enumerated().map {
            (symbol: symbol.flatMap { Symbol($0) }, path: scratch.file("\($0.offset).csv", $0.element))
        }
        return try CSVSource(files: files, span: minute)
    }

    @Test("each layout is known by its header", arguments: layouts)
    func known(layout: Layout) throws {
        let symbol = layout.bars[0].symbol.text == "X" ? "X" : nil
        let instants = try drained(source([layout.text], symbol: symbol))
        #expect(instants.flatMap(\.bars) == layout.bars)
        #expect(instants.map(\.at) == layout.bars.map(\.closesAt))
    }

    @Test(
        "a bad row is told with file, line, column, what was found and what would be right",
        arguments: badRows)
    func badRow(row: String, said: String) throws {
        let source = try source([
            "symbol,time,open,high,low,close,volume,n\nKO,2012-01-03,1,2,1,1,5,1\n\n\(row)\nKO,2012-01-05,1,2,1,1,5,1\n"
        ])
        #expect(try source.next()?.bars.count == 1, "the good row before it is given")
        for _ in 0..<2 {
            let error = try #require(throws: SourceError.self) { try source.next() }
            #expect(error.description == "\(scratch.folder)/0.csv, line 4, \(said)")
        }
    }

    @Test(
        "a file that cannot be used is refused when it is opened",
        arguments: [
            (
                "",
                "0.csv: the file is empty; a header such as symbol,time,open,high,low,close,volume would be right, and then a row for each bar"
            ),
            (
                "time,open,low,close,volume\n",
                "0.csv, line 1: the header has no column for the high; a header such as symbol,time,open,high,low,close,volume would be right"
            ),
            (
                "time,open,o,high,low,close,volume\n",
                "0.csv, line 1: column o means the same as another column; one of them must go"
            ),
            (
                "\ntime,open,high,low,close,volume\n",
                "0.csv, line 2: the header has no column for the symbol, and no symbol was named with the file; name it, or add a column symbol"
            ),
            (
                String(repeating: "x", count: 70_000),
                "0.csv, line 1: the line is longer than 65536 bytes; is this a text file with one bar a line?"
            ),
        ])
    func unusable(text: String, said: String) throws {
        let error = try #require(throws: SourceError.self) { try source([text]) }
        #expect(error.description == "\(scratch.folder)/\(said)")
        let absent = try #require(throws: SourceError.self) {
            try CSVSource(files: [(nil, "/none.csv")], span: minute)
        }
        #expect(absent.description == "/none.csv: the file cannot be opened: No such file or directory")
    }

    @Test(
        "files are merged by time, and an instant's bars are sorted by symbol; skipping goes on after an instant"
    )
    func merge() throws {
        let header = "symbol,time,open,high,low,close,volume\n"
        func rows(_ names: [String], _ minutes: [Int]) -> String {
            header
                + minutes.flatMap { at in
                    names.map { "\($0),\(tuesday + 60 * at),10.5,11,9.999999,10,1500\n" }
                }.joined()
        }
        let texts = [
            rows(["MSFT", "B"], [0, 2, 3]), rows(["AAPL"], [1, 2, 5]), rows([], []), rows(["Z", "C"], [2]),
        ]
        let instants = try drained(source(texts))
        #expect(
            instants.map { $0.bars.map(\.symbol.text).joined(separator: " ") } == [
                "B MSFT", "AAPL", "AAPL B C MSFT Z", "B MSFT", "AAPL",
            ])
        #expect(
            instants.map { Int($0.at.nanoseconds / 1_000_000_000) - tuesday } == [60, 120, 180, 240, 360])
        for (index, instant) in instants.enumerated() {
            let source = try source(texts)
            source.skip(through: instant.at)
            #expect(try drained(source) == Array(instants[(index + 1)...]))
        }
        let twice = try source([rows(["A", "B"], [0, 1]), rows(["B"], [1])])
        _ = try twice.next()
        let error = try #require(throws: SourceError.self) { try twice.next() }
        #expect(
            error.description.contains(
                "1.csv, line 2: a second bar of B that opens at 2012-01-03T14:31:00Z; one bar"))
    }

    @Test("a file far larger than the buffer, with lines across its edges, is read whole")
    func long() throws {
        let rows = (0..<40_000).map {
            "\(tuesday + 60 * $0),1.\($0),2,\($0 % 7 == 0 ? "1.000000" : "1"),1,\($0)"
        }
        let source = try source(
            ["time,open,high,low,close,volume\n" + rows.joined(separator: "\n")], symbol: "KO")
        let bars = try drained(source).flatMap(\.bars)
        #expect(bars.count == 40_000)
        #expect(bars.enumerated().allSatisfy { $0.element.volume.units == Int64($0.offset) * 1000 })
    }

    @Test("about how many rows a file has is known before they are read, where its length tells")
    func expected() throws {
        let header = "symbol,time,open,high,low,close,volume\n"
        let rows = (0..<40_000).map { "KO,\(tuesday + 60 * $0),1.25,2,1,1,\(100 + $0 % 900)\n" }.joined()
        let scratch = Scratch()
        let path = scratch.file("rows.csv", header + rows)
        let long = try BarRows(path: path, symbol: nil, span: Nanoseconds.minute).rowsExpected
        #expect(abs(long - 40_000) < 400)
        let empty = scratch.file("empty.csv", header)
        #expect(try BarRows(path: empty, symbol: nil, span: Nanoseconds.minute).rowsExpected == 0)
    }

    @Test("a daily bar opens and closes with its session, in summer, in winter and on a half day")
    func sessions() throws {
        let dates = [
            ("2024-07-02", "2024-07-02T13:30:00Z", "2024-07-02T20:00:00Z"),
            ("2024-07-03", "2024-07-03T13:30:00Z", "2024-07-03T17:00:00Z"),
            ("2024-11-29", "2024-11-29T14:30:00Z", "2024-11-29T18:00:00Z"),
            ("2024-12-02", "2024-12-02T14:30:00Z", "2024-12-02T21:00:00Z"),
        ]
        let rows = dates.map { "\($0.0),1,2,1,1,5\n" }.joined()
        let instants = try drained(source(["time,open,high,low,close,volume\n" + rows], symbol: "KO"))
        let bars = instants.flatMap(\.bars)
        #expect(bars.map(\.openedAt.description) == dates.map(\.1))
        #expect(bars.map(\.closesAt.description) == dates.map(\.2))
        #expect(instants.map(\.at.description) == dates.map(\.2))
        #expect(bars.allSatisfy { $0.span == daily })
    }

    @Test("the bundled sample can be replayed")
    func sample() throws {
        let folder = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/config/sample/"
        let files = ["AAPL", "IBM", "KO", "MSFT"].map { (symbol: Symbol?.none, path: "\(folder)\($0).csv") }
        let instants = try drained(CSVSource(files: files, span: daily))
        #expect(instants.count == 754)
        #expect(instants.allSatisfy { $0.bars.map(\.symbol.text) == ["AAPL", "IBM", "KO", "MSFT"] })
    }

    @Test("whatever the bytes are, the answer is bars or a sentence", arguments: [1, 2, 3, 4] as [UInt64])
    func fuzz(seed: UInt64) throws {
        var chance = SplitMix64(seed: seed)
        let alphabet = Array("0123456789.,-+:TZeE\"\n\r \u{feff}null<>".utf8)
        let seeds = layouts.map { Array($0.text.utf8) }
        for round in 0..<500 {
            var bytes = seeds[Int(chance.next() % UInt64(seeds.count))]
            if round % 10 == 0 { bytes = (0..<200).map { _ in UInt8(truncatingIfNeeded: chance.next()) } }
            for _ in 0..<chance.next() % 8 {
                let at = Int(chance.next() % UInt64(bytes.count))
                switch chance.next() % 4 {
                case 0: bytes[at] = UInt8(truncatingIfNeeded: chance.next())
                case 1: bytes.insert(alphabet[Int(chance.next() % UInt64(alphabet.count))], at: at)
                case 2: bytes[at] = alphabet[Int(chance.next() % UInt64(alphabet.count))]
                default: bytes.removeSubrange(at..<min(bytes.count, at + 1 + Int(chance.next() % 8)))
                }
                if bytes.isEmpty { bytes = [0] }
            }
            let path = scratch.file("fuzz.csv", bytes)
            do throws(SourceError) {
                let source = try CSVSource(files: [(Symbol("X"), path), (nil, path)], span: minute)
                var before = Timestamp(nanoseconds: .min)
                while let instant = try source.next() {
                    #expect(before < instant.at && !instant.bars.isEmpty)
                    before = instant.at
                }
            } catch {
                #expect(error.description.hasPrefix(path), "seed \(seed), round \(round)")
            }
        }
    }
}
