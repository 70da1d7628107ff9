import Domain
import Exchange
import Strategies

/// Takes a market instant by instant to a voice, to the exchange and to the desk behind it.
struct Drive<V: Voice>: ~Copyable {
    var voice: V
    var opinions: Opinions
    var desk: TradingDesk
    /// The market's, whose owner keeps it until the run is over: to copy a market is to count two dozen references, and
    /// other threads' runs count the same ones.
    let columns: BarColumns
    private let spans: Column<Int64>
    let instrumentCount: Int
    /// The last moment of which something is known.
    private let end: Timestamp?
    var passing: Passing
    /// When something other than a bar happens next, in nanoseconds: until then a bar is all there is to look at.
    var pending = Int64.min
    /// When an allocator has something to decide next.
    var due = Int64.min
    /// Prices were split, or take their time: what strategies see is not what happens.
    var showsOtherwise: Bool

    /// There is one instrument, and each of its bars is an instant.
    let isAlone: Bool
    /// How many quiet times there were, and by instrument, in which of them it was caught up with last.
    var quietTimes = 0
    var caughtUp: [Int]

    /// How many bars pass between two looks at the progress.
    private let stride = 1 << 18

    init(
        _ voice: consuming V, _ opinions: consuming Opinions, _ market: borrowing Market,
        _ settings: borrowing BacktestSettings, parts: [Money]
    ) {
        self.voice = voice
        self.opinions = opinions
        desk = TradingDesk(market, settings, parts: parts)
        spans = Column(market.bars.spans)
        columns = BarColumns(market.bars, spans: spans)
        instrumentCount = market.symbols.count
        end = market.range?.upperBound
        passing = Passing(
            market, delays: !(desk.exchange.rules.latency.feed is NoLatency),
            showsLonger: V.self == Choir.self)
        showsOtherwise = passing.delays
        isAlone = instrumentCount == 1 && market.bars.instantCount == market.bars.count
        caughtUp = Array(repeating: 0, count: instrumentCount)
    }

    consuming func finish(_ market: Market, warmUp: Int) -> BacktestRecord {
        desk.finish(market, warmUp: warmUp)
    }

    mutating func run(_ progress: ((Int) -> Void)?) throws {
        refresh()
        var row = 0
        var nextReport = stride
        while row < columns.count {
            let at = columns.closesAt[row]
            if pending < at { try pass(until: at) }
            row =
                isQuiet(at: at)
                ? try takeQuiet(from: row, to: min(nextReport, columns.count))
                : try take(instant: at, from: row)
            if row >= nextReport {
                nextReport = row + stride
                progress?(row)
            }
        }
        if let end { try pass(until: end.nanoseconds + 1) }
        try settleLast()
    }

    /// Takes the bars that end at a moment, and returns where the next ones are.
    @inline(__always)
    private mutating func take(instant at: Int64, from row: Int) throws -> Int {
        let now = Timestamp(nanoseconds: at)
        desk.open(instant: at)
        if desk.hearing.isLate { desk.beginHearing() }
        var end = row
        repeat {
            desk.exchange.take(columns.candle(end), of: columns.symbolIndex(end), &desk.reports)
            end += 1
        } while end < columns.count && columns.closesAt[end] == at
        desk.noteBuyingPower(at: now)
        if !desk.reports.isEmpty { try settle(at: now) }
        if desk.hearing.isLate { desk.endHearing() }

        for place in row..<end {
            let instrument = Int(columns.symbol[place])
            if showsOtherwise {
                show(columns.bar(place), of: instrument, at: now)
            } else {
                voice.onBar(columns.bar(place), of: instrument, at: now, &opinions)
            }
            desk.ledger.mark(SymbolIndex(instrument), at: Price(units: columns.close[place]))
            if desk.watchesBars { desk.watch(columns.bar(place), of: instrument, at: now) }
        }
        try conclude(instant: at)
        return end
    }

    /// After the bars of an instant have been seen: who watches responds, and what was said is decided upon.
    @inline(__always) mutating func conclude(instant at: Int64) throws {
        let now = Timestamp(nanoseconds: at)
        if desk.watchesBars { try respond(at: now) }
        if pending <= at || !opinions.isEmpty { try decide(at: now) }
        if desk.watchesBars, !desk.reports.isEmpty { try settle(at: now) }
        desk.forgetClosings()
        if desk.exchange.isDue(at: now) { try advance(to: now) }
        desk.close(instant: at)
    }

    // MARK: What happens seldom

    /// The stages that watch bars do what they want to. Where stops rest beside what is decided, nobody who trades by instants
    /// knows while he decides what the exchange has answered to them.
    @inline(never) private mutating func respond(at now: Timestamp) throws {
        try desk.respond(at: now)
        if desk.hearing.goesByInstants { refresh() } else { try settle(at: now) }
    }

    /// What was said by this moment, and what is said by whoever wakes at it, becomes orders.
    @inline(never) mutating func decide(at now: Timestamp) throws {
        showLongerBars(until: now)
        hear()
        while desk.timers.next <= now.nanoseconds {
            switch desk.timers.take().owner {
            case .risk: try desk.wakeRisk(at: now)
            case .execution: try desk.wakeExecution(at: now)
            case .strategy(let number):
                opinions.speaker = number
                voice.onTimer(at: now, &opinions)
                hear()
            }
        }
        try desk.decide(at: now)
        try settle(at: now)
        desk.forgetClosings()
    }

    private mutating func hear() {
        if !opinions.isEmpty { desk.hear(&opinions) }
    }

    /// Lets time pass for orders that wait for no market.
    @inline(never) mutating func advance(to now: Timestamp) throws {
        desk.exchange.advance(to: now, &desk.reports)
        try settle(at: now)
    }

    /// Books what the exchange has reported.
    @inline(never) mutating func settle(at now: Timestamp) throws {
        try desk.settle(at: now) { fill, instrument, strategy in
            opinions.speaker = strategy
            voice.onFill(fill, of: instrument, at: now, &opinions)
        }
        refresh()
    }

    /// Books what is still on its way when nothing happens any more.
    private mutating func settleLast() throws {
        if desk.hearing.isLate, let end {
            try desk.settleLast(at: end) { fill, instrument, strategy in
                opinions.speaker = strategy
                voice.onFill(fill, of: instrument, at: end, &opinions)
            }
        }
        try settle(at: .distantFuture)
    }

    /// Looks anew for what happens next beside the bars.
    mutating func refresh() {
        due = desk.deciding.nextDue
        pending = min(due, desk.timers.next, desk.acting.next, desk.booking.next, passing.next)
    }
}
