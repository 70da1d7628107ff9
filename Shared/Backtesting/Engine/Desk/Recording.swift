import Domain
import Exchange
import Portfolio

/// What is kept of a run while it goes on.
struct Recording {
    var record: BacktestRecord
    var course: Course
    /// The number of a day that has begun, from which on later ones are looked for.
    var day = 0
    /// Proposals that risk rejected, and orders that the exchange did.
    var rejected = 0

    /// A run of some years with a few orders a year has room for them from its beginning: a list that begins with one
    /// and doubles is copied five times on the way there.
    static let ordersExpected = 32

    init(symbols: [Symbol], days: Int, _ settings: borrowing BacktestSettings) {
        record = BacktestRecord(symbols: symbols, cash: settings.cash)
        record.days.reserveCapacity(days)
        record.reasons.reserveCapacity(Recording.ordersExpected)
        record.proposedAt.reserveCapacity(Recording.ordersExpected)
        record.fills.reserveCapacity(Recording.ordersExpected)
        record.trades.reserveCapacity(Recording.ordersExpected)
        course = Course(cash: settings.cash, keepsMoments: settings.keepsCourse)
    }

    /// Notes what stood against the order at that place.
    mutating func note(_ verdict: Verdict, of place: Int) {
        let failed = verdict.checks.filter { !$0.passed }
        guard !failed.isEmpty else { return }
        if verdict.approved { record.trimmed += 1 }
        let verb = verdict.approved ? "trimmed" : "rejected"
        // What is worked over time may have sent nothing yet.
        if place < record.reasons.count {
            record.reasons[place] += "; \(verb): " + failed.map(\.explanation).joined(separator: ", ")
        }
        for check in failed { count(check.name) }
    }

    /// One more intervention of that name.
    mutating func count(_ intervention: String) {
        if let known = record.interventions.firstIndex(where: { $0.check == intervention }) {
            record.interventions[known].count += 1
        } else {
            record.interventions.append((intervention, 1))
        }
    }
}

extension TradingDesk {
    /// A new instant begins: where it is of another day, the account is kept as it stood at the end of the last one.
    @inline(__always) mutating func open(instant at: Int64) {
        if at >= recording.course.dayEnd {
            recording.course.endDay(before: at, Standing(ledger), &recording.record.days)
        }
    }

    /// The instant is over.
    @inline(__always) mutating func close(instant at: Int64) {
        recording.course.close(
            instant: at, equity: ledger.equity, isHolding: ledger.long != ledger.short)
    }

    consuming func finish(_ market: borrowing Market, warmUp: Int) -> BacktestRecord {
        recording.course.endDay(before: .max, Standing(ledger), &recording.record.days)
        // Taken out: to copy it is to count a reference for each of its lists.
        var record = BacktestRecord(symbols: [], cash: .zero)
        swap(&record, &recording.record)
        record.bars = market.bars.count
        record.ticks = market.ticks.count
        record.notes = market.notes + deciding.notes
        record.benchmark = market.benchmark.map { benchmark in
            BacktestRecord.Benchmark(
                name: benchmark.symbol.text,
                values: benchmark.equity(of: record.cash, at: record.days.map(\.at)))
        }
        record.warmUp = warmUp
        record.instants = recording.course.instants
        record.instantsHeld = recording.course.instantsHeld
        record.maxDrawdown = recording.course.maxDrawdown
        if record.instants == recording.course.moments.count { record.course = recording.course.moments }
        record.finalEquity = ledger.equity
        record.finalCash = ledger.cash
        record.orders = executing.execution.orders
        record.rejected = recording.rejected
        record.fees = ledger.books.fees
        for instrument in symbols.indices {
            let holding = ledger[SymbolIndex(instrument)]
            if holding.quantity != .zero { record.positions.append((instrument, holding)) }
        }
        for strategy in deciding.parts.indices {
            for instrument in symbols.indices {
                let share = ledger.attribution(of: strategy, in: SymbolIndex(instrument))
                guard share.traded.isPositive else { continue }
                record.shares.append(
                    BacktestRecord.Share(
                        strategy: strategy, instrument: instrument,
                        profit: ledger.profit(of: strategy, in: SymbolIndex(instrument)), fees: share.fees,
                        traded: share.traded))
            }
        }
        return record
    }
}
