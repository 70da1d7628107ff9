import Domain
import Strategies
import Synchronization
import Testing

@testable import Backtesting

/// Holds what will rise with the next bar, which it reads where it should not.
private struct Clairvoyant: Strategy {
    static let name = "clairvoyant"
    static let summary = "buy what will rise"
    static let parameters: [Parameter] = []
    /// What the test lets it see.
    static let oracle = Mutex<BarTable?>(nil)
    private var side = 0.0

    mutating func remember(_ walk: inout SnapshotWalk) {}

    init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) {}

    var warmUp: Int { 1 }

    mutating func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        let next = Clairvoyant.oracle.withLock { table -> Int64? in
            guard let table,
                let row = (0..<table.count).first(where: { table.closesAt[$0] > now.nanoseconds })
            else { return nil }
            return table.close[row]
        }
        let wanted = next ?? 0 > bar.close.units ? 1.0 : 0
        guard wanted != side else { return }
        side = wanted
        opinions.say(wanted, of: instrument, because: "it will rise")
    }
}

/// Decides by how many runs there have been.
private struct Elephant: Strategy {
    static let name = "elephant"
    static let summary = "never forget"
    static let parameters: [Parameter] = []
    static let runs = Mutex(0)
    private let run: Int
    private var bars = 0

    mutating func remember(_ walk: inout SnapshotWalk) {}

    init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) {
        run = Elephant.runs.withLock {
            $0 += 1
            return $0
        }
    }

    var warmUp: Int { 1 }

    mutating func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        bars += 1
        if bars == run { opinions.say(1, of: instrument, because: "its turn") }
    }
}

/// Above or below an exponential average, which remembers its beginning for long.
private struct Recursive: Strategy {
    static let name = "recursive"
    static let summary = "above or below an exponential average"
    static let parameters = [
        Parameter.integer("period", 1...1000, default: 50, "Bars."),
        Parameter.integer("warmup", 1...1000, default: 1, "What it declares, and waits for."),
    ]
    private let share: Double
    let warmUp: Int
    private var average = 0.0
    private var bars = 0
    private var side = 0.0

    mutating func remember(_ walk: inout SnapshotWalk) {}

    init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) {
        share = 2 / Double(arguments.integer("period") + 1)
        warmUp = arguments.integer("warmup")
    }

    mutating func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        let close = Double(bar.close)
        average = bars == 0 ? close : average + (close - average) * share
        bars += 1
        guard bars >= warmUp else { return }
        let wanted = close > average ? 1.0 : 0
        guard wanted != side else { return }
        side = wanted
        opinions.say(wanted, of: instrument, because: "the average")
    }
}

/// Speaks at its first bar, whatever it declares.
private struct Hasty: Strategy {
    static let name = "hasty"
    static let summary = "speak at once"
    static let parameters: [Parameter] = []
    private var hasSpoken = false

    mutating func remember(_ walk: inout SnapshotWalk) {}

    init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) {}

    var warmUp: Int { 10 }

    mutating func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        guard !hasSpoken else { return }
        hasSpoken = true
        opinions.say(1, of: instrument, because: "now")
    }
}

@Suite struct AuditTests {
    private func findings<S: Strategy>(
        _ strategy: S.Type, _ table: BarTable, _ given: [(name: String, text: String)] = [],
        prepare: (BarTable) -> Void = { _ in }
    ) throws -> [LookAhead.Finding] {
        let arguments = try Arguments(S.parameters, given: given, of: S.name)
        return try LookAhead.findings(on: table) { table in
            prepare(table)
            return try Backtest.run(S.self, arguments, on: table, BacktestSettings())
        }
    }

    private func warmUp<S: Strategy>(
        _ strategy: S.Type, _ table: BarTable, _ given: [(name: String, text: String)] = []
    ) throws -> WarmUp.Finding {
        try WarmUp.finding(of: S.self, try Arguments(S.parameters, given: given, of: S.name), on: table)
    }

    @Test(
        "a strategy that sees the next bar is found out, by the bar that is missing and by the one that is another"
    )
    func clairvoyant() throws {
        let found = try findings(Clairvoyant.self, try Markets.walk(seed: 1)) { table in
            Clairvoyant.oracle.withLock { $0 = table }
        }
        #expect(found.map(\.test) == ["the same data again", "the future cut off", "the future replaced"])
        #expect(found[0].failure == nil)
        #expect(found[1].failure != nil)
        #expect(try #require(found[2].failure).contains("S0"))
    }

    @Test("an honest strategy passes, and hundreds of its decisions were compared")
    func honest() throws {
        let table = try Markets.walk(seed: 2, symbols: 3, days: 1500)
        // Short averages cross often: those of 50 and 200 days decide eleven times in all these years.
        let found = try findings(SMACrossover.self, table, [("fast", "5"), ("slow", "20")])
        #expect(found.allSatisfy { $0.failure == nil })
        #expect(found[1].decisions > 200, "\(found)")
        #expect(found[2].decisions == found[1].decisions * 3)
    }

    @Test("what outlives a run is found by a second one")
    func elephant() throws {
        let found = try findings(Elephant.self, try Markets.walk(seed: 3))
        #expect(try #require(found[0].failure).contains("outlives"))
    }

    @Test("a strategy that never trades has nothing to compare, and that is seen")
    func silent() throws {
        let found = try findings(SMACrossover.self, try Markets.walk(seed: 4, days: 30))
        #expect(found.allSatisfy { $0.decisions == 0 })
    }

    @Test("a warm-up that is too short is found, with how long it would have to be; that much is enough")
    func recursive() throws {
        let table = try Markets.walk(seed: 5, days: 2000)
        let short = try warmUp(Recursive.self, table, [("period", "50"), ("warmup", "2")])
        let needed = try #require(short.needed)
        #expect(needed > 2 && needed < 600)
        #expect(try #require(short.failure).contains("needs \(needed)"))
        let enough = try warmUp(Recursive.self, table, [("period", "50"), ("warmup", "\(needed)")])
        #expect(enough.failure == nil && enough.opinions > 50 && enough.starts == 5)
    }

    @Test("an average of a window needs its window and no more")
    func window() throws {
        let found = try warmUp(SMACrossover.self, try Markets.walk(seed: 6, symbols: 2, days: 1500))
        #expect(found.failure == nil && found.opinions > 20)
    }

    @Test("who speaks before the warm-up is over is told")
    func hasty() throws {
        let found = try warmUp(Hasty.self, try Markets.walk(seed: 7))
        #expect(found.earliest == 1)
        #expect(try #require(found.failure).contains("before its warm-up of 10"))
    }

    @Test("another future has the same past, the same times, and other prices that could be")
    func shuffled() throws {
        let table = try Markets.walk(seed: 8, symbols: 2)
        let moment = try #require(table.moments(1, from: 0.5, to: 0.5).first)
        let other = Futures.shuffled(table, after: moment, seed: 1)
        #expect(other.count == table.count)
        var changed = 0
        for row in 0..<table.count {
            #expect(other.closesAt[row] == table.closesAt[row] && other.symbol[row] == table.symbol[row])
            #expect(other.low[row] > 0 && other.low[row] <= min(other.open[row], other.close[row]))
            #expect(other.high[row] >= max(other.open[row], other.close[row]))
            let isSame = other.close[row] == table.close[row]
            if table.closesAt[row] <= moment.nanoseconds { #expect(isSame) } else if !isSame { changed += 1 }
        }
        #expect(changed > 300)
        #expect(Futures.shuffled(table, after: moment, seed: 1).fingerprint == other.fingerprint)
        #expect(Futures.shuffled(table, after: moment, seed: 2).fingerprint != other.fingerprint)
    }
}
