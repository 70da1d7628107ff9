import Domain

/// Whether decisions depend on what came after them, found out from the outside: the future is cut off, and replaced by
/// another one, at several moments, and every decision before must stay as it was.
public struct LookAhead {
    /// What a test found.
    public struct Finding: Sendable, Equatable {
        public var test: String
        /// At how many moments it was made.
        public var moments: Int
        /// How many decisions were compared in all.
        public var decisions: Int
        /// The first that was not the same; nothing where all were.
        public var failure: String?
    }

    /// At how many moments the future is taken away, and how many other futures there are.
    private static let moments = 7
    private static let futures = 3

    private let table: BarTable
    private let run: (BarTable) throws -> BacktestRecord

    /// `run` is a backtest on the table that it is given, and on nothing else.
    public static func findings(
        on table: BarTable, _ run: (BarTable) throws -> BacktestRecord, progress: (Int) -> Void = { _ in }
    ) throws -> [Finding] {
        try withoutActuallyEscaping(run) { run in
            try LookAhead(table: table, run: run).findings(progress)
        }
    }

    /// How many runs it takes, for a progress bar.
    public static func runs(on table: BarTable) -> Int {
        let moments = table.moments(moments).count
        return 2 + moments + moments * futures
    }

    private func findings(_ progress: (Int) -> Void) throws -> [Finding] {
        var done = 0
        func decisions(_ table: BarTable) throws -> Decisions {
            let decisions = Decisions(try run(table))
            done += 1
            progress(done)
            return decisions
        }
        let whole = try decisions(table)
        let end = Timestamp(nanoseconds: .max)
        let again = Decisions.difference(whole, try decisions(table), until: end)
        var repeated = Finding(test: "the same data again", moments: 1, decisions: whole.items.count)
        repeated.failure = again.map { _ in
            "a second run on the same data decides otherwise: something outlives a run"
        }

        let moments = table.moments(LookAhead.moments)
        var cut = Finding(test: "the future cut off", moments: moments.count, decisions: 0)
        var shuffled = Finding(
            test: "the future replaced", moments: moments.count * LookAhead.futures, decisions: 0)
        for moment in moments {
            let known = whole.until(moment).count
            cut.decisions += known
            let part = try decisions(Futures.cut(table, after: moment))
            cut.failure = cut.failure ?? Decisions.difference(whole, part, until: moment)
            for seed in 1...UInt64(LookAhead.futures) {
                shuffled.decisions += known
                let other = try decisions(Futures.shuffled(table, after: moment, seed: seed))
                shuffled.failure = shuffled.failure ?? Decisions.difference(whole, other, until: moment)
            }
        }
        return [repeated, cut, shuffled]
    }
}
