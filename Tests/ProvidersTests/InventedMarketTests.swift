import Domain
import Testing

@testable import Providers

/// 28 years of days.
private func days(_ names: [String], seed: UInt64 = 1, count: Int = 7000, _ parts: MarketParts) throws
    -> [Instant]
{
    var source = try SyntheticSource(
        seed: seed, symbols: names.compactMap { Symbol($0) }, bars: count, span: Nanoseconds.day,
        start: CivilDate(1990, 1, 2).midnightUTC, parts)
    var instants: [Instant] = []
    while let instant = try source.next() { instants.append(instant) }
    return instants
}

private func parts(_ names: String...) -> MarketParts {
    MarketParts(market: "plain") { names.contains($0) ? "with" : "market" }
}

/// The changes of a symbol's closes, as shares; the symbols are in the order of their names.
private func changes(_ instants: [Instant], _ at: Int = 0) -> [Double] {
    zip(instants, instants.dropFirst()).map { Double($1.bars[at].close) / Double($0.bars[at].close) - 1 }
}

private func correlation(_ left: [Double], _ right: [Double]) -> Double {
    let count = Double(left.count)
    let (leftMean, rightMean) = (left.reduce(0, +) / count, right.reduce(0, +) / count)
    var (both, ofLeft, ofRight) = (0.0, 0.0, 0.0)
    for (a, b) in zip(left, right) {
        both += (a - leftMean) * (b - rightMean)
        ofLeft += (a - leftMean) * (a - leftMean)
        ofRight += (b - rightMean) * (b - rightMean)
    }
    return both / (ofLeft * ofRight).squareRoot()
}

@Suite("An invented market with its parts")
struct InventedMarketTests {
    @Test("a market without parts is the plain one, and a real one has them all")
    func names() throws {
        #expect(parts() == .plain)
        #expect(
            parts("volatility", "jumps", "sectors", "regimes", "splits", "dividends") == .real
                && MarketParts.names.count == 6)
        let without = MarketParts(market: "real") { $0 == "jumps" ? "without" : "market" }
        #expect(!without.jumps && without.sectors && without != .real)
    }

    @Test(
        "the same seed makes the same real market, another one another, and a symbol is the same in any company"
    )
    func seeds() throws {
        let market = try days(["KO", "PEP", "XOM"], count: 2500, .real)
        #expect(try days(["KO", "PEP", "XOM"], count: 2500, .real) == market)
        let other = try days(["KO", "PEP", "XOM"], seed: 2, count: 2500, .real)
        #expect(zip(other, market).allSatisfy { $0.bars != $1.bars })
        let alone = try days(["PEP"], count: 2500, .real)
        #expect(alone.map(\.bars[0]) == market.map(\.bars[1]))
        #expect(alone.map(\.actions) == market.map { $0.actions.filter { $0.symbol.text == "PEP" } })
    }

    @Test(
        "a seed makes the same real market everywhere and for ever",
        arguments: [(1, 15_239_504_302_265_699_651), (2, 13_868_045_358_471_396_940)] as [(UInt64, UInt64)])
    // The digests were taken, in Python, of the files that `tradewind data invent` writes.
    func golden(seed: UInt64, expected: UInt64) throws {
        var source = try SyntheticSource(
            seed: seed, symbols: ["AAA", "BBB", "CCC"].compactMap { Symbol($0) }, bars: 13 * 390,
            start: CivilDate(2024, 1, 5).midnightUTC, .real)
        var digest: UInt64 = 0xcbf2_9ce4_8422_2325
        while let instant = try source.next() {
            for bar in instant.bars {
                let numbers = [
                    Int64(bitPattern: bar.symbol.words.0), bar.openedAt.nanoseconds, bar.open.units,
                    bar.high.units,
                    bar.low.units, bar.close.units, bar.volume.units, Int64(bar.trades),
                ]
                for number in numbers {
                    digest = (digest ^ UInt64(bitPattern: number)) &* 0x100_0000_01b3
                }
            }
        }
        #expect(digest == expected)
    }

    @Test("days far apart have volatility in common where it comes in waves, and nowhere else")
    func waves() throws {
        func memory(_ parts: MarketParts) throws -> Double {
            let squares = changes(try days(["A"], parts)).map { $0 * $0 }
            let lags = 1...15
            return lags.map { correlation(Array(squares.dropLast($0)), Array(squares.dropFirst($0))) }
                .reduce(0, +) / Double(lags.count)
        }
        #expect(try memory(.plain) < 0.02)
        #expect(try memory(parts("volatility")) > 0.08)
    }

    @Test("volatility rises where prices fall")
    func leverage() throws {
        func answer(_ parts: MarketParts) throws -> Double {
            let moves = changes(try days(["A"], parts))
            return correlation(Array(moves.dropLast()), moves.dropFirst().map { $0 * $0 })
        }
        #expect(try answer(parts("volatility")) < -0.03)
        #expect(try abs(answer(.plain)) < 0.03)
    }

    @Test("jumps make the tails heavy")
    func tails() throws {
        func kurtosis(_ parts: MarketParts) throws -> Double {
            let moves = changes(try days(["A"], parts))
            let mean = moves.reduce(0, +) / Double(moves.count)
            let second = moves.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(moves.count)
            let fourth = moves.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) * ($1 - mean) }
            return fourth / Double(moves.count) / (second * second)
        }
        #expect(try kurtosis(.plain) < 3.3)
        #expect(try kurtosis(parts("jumps")) > 4)
    }

    @Test("shares of a sector move together, those of others less, and without sectors none do")
    func sectors() throws {
        let names = "A B C D E F G H I J K L M N O P".split(separator: " ").map(String.init)
        let sectors = names.map { MarketClimate.sector(of: Symbol($0)!) }
        func means(_ parts: MarketParts) throws -> (within: Double, between: Double) {
            let market = try days(names, count: 2000, parts)
            let moves = names.indices.map { changes(market, $0) }
            var (within, between): ([Double], [Double]) = ([], [])
            for left in names.indices {
                for right in 0..<left {
                    let found = correlation(moves[left], moves[right])
                    if sectors[left] == sectors[right] { within.append(found) } else { between.append(found) }
                }
            }
            return (
                within.reduce(0, +) / Double(within.count), between.reduce(0, +) / Double(between.count)
            )
        }
        #expect(Set(sectors).count > 4)
        let (within, between) = try means(parts("sectors"))
        #expect(abs(within - 0.6) < 0.05)
        #expect(abs(between - 0.35) < 0.05)
        let none = try means(.plain)
        #expect(abs(none.within) < 0.02)
        #expect(abs(none.between) < 0.02)
    }

    @Test("a regime is one for all: days of one symbol are restless when another's are, and panic falls")
    func regimes() throws {
        let market = try days(["A", "B"], parts("regimes"))
        let plain = try days(["A", "B"], .plain)
        func together(_ market: [Instant]) -> Double {
            correlation(changes(market, 0).map(abs), changes(market, 1).map(abs))
        }
        #expect(together(market) > 0.05)
        #expect(abs(together(plain)) < 0.03)
        var (regime, chance) = (Regime.calm, SplitMix64(seed: 3))
        var days = [Int](repeating: 0, count: 4)
        for _ in 0..<100_000 {
            regime = regime.next(chance.uniform())
            days[regime.rawValue] += 1
        }
        #expect(days[Regime.calm.rawValue] > days[Regime.falling.rawValue])
        #expect(days[Regime.panic.rawValue] > 1000)
        #expect(days[Regime.panic.rawValue] < days[Regime.falling.rawValue])
        // A market in the long run goes up, slowly.
        let drift = Regime.allCases.reduce(0) { $0 + $1.drift * Double(days[$1.rawValue]) } / 100_000
        #expect(drift > -0.0001 && drift < 0.0006)
    }

    @Test(
        "prices fall by splits and dividends at their open, and go on as before when these are taken into account"
    )
    func actions() throws {
        let market = try days(["A", "B", "C", "D", "E", "F"], .real)
        var closes: [Symbol: Double] = [:]
        var (splits, dividends) = (0, 0)
        for instant in market {
            for action in instant.actions {
                let before = try #require(closes[action.symbol])
                let date = EasternTime.local(at: action.exAt).date
                #expect(EasternTime.local(at: instant.bars[0].openedAt).date == date)
                #expect(action.exAt < instant.bars[0].openedAt && action.knownAt == action.exAt)
                if action.kind == .split {
                    splits += 1
                    closes[action.symbol] = before * Double(action.denominator) / Double(action.numerator)
                } else {
                    dividends += 1
                    #expect(action.amount.isPositive && Double(action.amount) < 0.01 * before)
                    closes[action.symbol] = before - Double(action.amount)
                }
            }
            for bar in instant.bars {
                if let before = closes[bar.symbol] {
                    #expect(Double(bar.close) / before > 0.79 && Double(bar.close) / before < 1.26)
                }
                closes[bar.symbol] = Double(bar.close)
            }
        }
        #expect(splits > 2)
        #expect(dividends > 200)
        #expect(try days(["A", "B", "C", "D", "E", "F"], .plain).allSatisfy(\.actions.isEmpty))
    }

    @Test("a bar of a day opens with its session and is known at its close")
    func dailyBars() throws {
        var source = try SyntheticSource(
            seed: 1, symbols: [Symbol("A")!], bars: 3, span: Nanoseconds.day,
            start: CivilDate(2024, 11, 27).midnightUTC, .real)
        var found: [Instant] = []
        while let instant = try source.next() { found.append(instant) }
        let sessions = TradingCalendar.xnys.sessions(
            from: CivilDate(2024, 11, 27), to: CivilDate(2024, 12, 2))
        #expect(found.map(\.bars[0].openedAt) == sessions.map(\.open))
        #expect(found.map(\.at) == sessions.map(\.close))
        #expect(found.allSatisfy { $0.bars[0].closesAt == $0.at })
    }

    @Test("a replay says what companies do before the first bar of the day, and goes on from anywhere")
    func replay() throws {
        let market = try days(["A", "B", "C"], count: 3000, .real)
        let expected = market.flatMap(\.actions)
        #expect(expected.count > 50)
        let source = try SyntheticSource(
            seed: 1, symbols: ["A", "B", "C"].compactMap { Symbol($0) }, bars: 3000, span: Nanoseconds.day,
            start: CivilDate(1990, 1, 2).midnightUTC, .real)
        var replay = ReplayInstants(source)
        var (found, last): ([CorporateAction], Timestamp) = ([], .distantPast)
        while let instant = try replay.next() {
            #expect(instant.at > last && (instant.actions.isEmpty || instant.bars.isEmpty))
            last = instant.at
            found += instant.actions
        }
        #expect(found == expected && replay.notes.isEmpty)
        let middle = try #require(market.indices.first { $0 > 1000 && !market[$0].actions.isEmpty })
        for at in [middle - 1, middle] {
            var skipped = source
            skipped.skip(through: market[at].at)
            #expect(try skipped.next() == market[at + 1])
        }
    }
}
