import Domain
import Strategies

/// Whether a strategy that begins later says the same, once the warm-up is over that it declares; and if not, how much it
/// would need. An average that remembers for ever (an EMA) forgets its beginning only by and by.
public enum WarmUp {
    public struct Finding: Sendable, Equatable {
        /// The bars of an instrument that the strategy says it needs.
        public var declared: Int
        /// After how many it says the same as with a longer past; nothing where it never does.
        public var needed: Int?
        /// At how many moments it was made to begin, and how many opinions were compared.
        public var starts = 0
        public var opinions = 0
        /// Something was said before the warm-up was over: after how many bars.
        public var earliest: Int?

        /// Why it does not hold; nothing where it does.
        public var failure: String? {
            if let earliest, earliest < declared {
                return
                    "it says something after \(earliest) bars of an instrument, before its warm-up of \(declared) is over"
            }
            guard let needed else {
                return
                    "begun later, it does not come to say the same: its opinions hang on where the data begin"
            }
            return needed <= declared
                ? nil
                : "it declares a warm-up of \(declared) bars, and needs \(needed) to say the same whenever it begins"
        }
    }

    /// A difference in strength below this changes no order that matters.
    private static let tolerance = 1e-3
    private static let starts = 5

    public static func finding<S: Strategy>(
        of strategy: S.Type, _ arguments: Arguments, on table: BarTable, progress: (Int) -> Void = { _ in }
    ) throws(ParameterError) -> Finding {
        try finding(of: Coded<S>(), arguments, on: table, progress: progress)
    }

    public static func finding(
        of blueprint: some Blueprint, _ arguments: Arguments, on table: BarTable,
        progress: (Int) -> Void = { _ in }
    ) throws(ParameterError) -> Finding {
        let whole = try Monologue(blueprint, arguments, table)
        var finding = Finding(declared: whole.warmUp, needed: 0)
        finding.earliest = whole.earliest
        var done = 1
        progress(done)
        for moment in table.moments(starts, from: 0.1, to: 0.5) {
            let late = Futures.rest(table, after: moment)
            // A symbol whose bars are all over cannot be compared, and others keep their places by name.
            guard late.symbols.count > 0 else { continue }
            let part = try Monologue(blueprint, arguments, late)
            finding.starts += 1
            compare(whole, part, &finding)
            done += 1
            progress(done)
        }
        return finding
    }

    private static func compare(_ whole: Monologue, _ part: Monologue, _ finding: inout Finding) {
        let theirs = part.bySymbol
        for symbol in whole.firstBar.keys {
            let mine = whole.bySymbol[symbol] ?? []
            guard let first = part.firstBar[symbol] else { continue }
            let (last, count) = lastDifference(mine, theirs[symbol] ?? [], since: first)
            finding.opinions += count
            guard let last else { continue }
            let bars = part.bars(of: symbol, until: last)
            let all = part.bars(of: symbol, until: Timestamp(nanoseconds: .max))
            // Where the difference lasts to the end there is nothing left that agrees.
            if bars.count * 4 > all.count * 3 {
                finding.needed = nil
            } else if let needed = finding.needed {
                finding.needed = max(needed, bars.count)
            }
        }
    }

    /// When one of two last came to think otherwise than the other. What is thought of nothing is what a strategy thinks
    /// that holds nothing, so who begins later need not hear of the end of what it never began.
    private static func lastDifference(
        _ mine: [Monologue.Said], _ theirs: [Monologue.Said], since first: Timestamp
    ) -> (last: Timestamp?, count: Int) {
        var (left, right) = (mine[...], theirs[...])
        var (mineNow, theirsNow) = (0.0, 0.0)
        var last: Timestamp?
        var count = 0
        while let moment = [left.first?.at, right.first?.at].compactMap({ $0 }).min() {
            while let said = left.first, said.at == moment {
                mineNow = said.strength
                left.removeFirst()
            }
            while let said = right.first, said.at == moment {
                theirsNow = said.strength
                right.removeFirst()
            }
            guard moment >= first else { continue }
            count += 1
            if abs(mineNow - theirsNow) > tolerance { last = moment }
        }
        return (last, count)
    }
}

/// What a strategy says on its own, without an account: its opinions of each symbol.
struct Monologue {
    struct Said {
        var at: Timestamp
        var strength: Double
    }

    private(set) var bySymbol: [Symbol: [Said]] = [:]
    private(set) var firstBar: [Symbol: Timestamp] = [:]
    /// After how many bars of an instrument something was said of it at the earliest.
    private(set) var earliest: Int?
    let warmUp: Int
    private var barsOf: [Symbol: [Timestamp]] = [:]

    init(_ blueprint: some Blueprint, _ arguments: Arguments, _ table: BarTable) throws(ParameterError) {
        var strategy = try blueprint.make(arguments, symbols: table.symbols)
        warmUp = strategy.warmUp
        var opinions = Opinions(of: blueprint.name, symbols: table.symbols)
        var timers = Timers()
        var seen = Array(repeating: [Timestamp](), count: table.symbols.count)
        var row = 0
        while row < table.count {
            let now = Timestamp(nanoseconds: table.closesAt[row])
            while timers.next < now.nanoseconds {
                let moment = Timestamp(nanoseconds: timers.next)
                _ = timers.take()
                strategy.onTimer(at: moment, &opinions)
                hear(&opinions, &timers, at: moment, table.symbols, seen)
            }
            while row < table.count, table.closesAt[row] == now.nanoseconds {
                let instrument = Int(table.symbol[row])
                seen[instrument].append(now)
                strategy.onBar(table.bar(row), of: instrument, at: now, &opinions)
                row += 1
            }
            hear(&opinions, &timers, at: now, table.symbols, seen)
            while timers.next == now.nanoseconds {
                _ = timers.take()
                strategy.onTimer(at: now, &opinions)
                hear(&opinions, &timers, at: now, table.symbols, seen)
            }
        }
        for (instrument, symbol) in table.symbols.enumerated() {
            barsOf[symbol] = seen[instrument]
            firstBar[symbol] = seen[instrument].first
        }
    }

    /// The bars of a symbol up to a moment.
    func bars(of symbol: Symbol, until moment: Timestamp) -> ArraySlice<Timestamp> {
        (barsOf[symbol] ?? []).prefix { $0 <= moment }
    }

    private mutating func hear(
        _ opinions: inout Opinions, _ timers: inout Timers, at now: Timestamp, _ symbols: [Symbol],
        _ seen: [[Timestamp]]
    ) {
        for item in opinions.items {
            bySymbol[symbols[item.instrument], default: []].append(
                Said(at: now, strength: item.signal.strength))
            earliest = min(earliest ?? .max, seen[item.instrument].count)
        }
        for wake in opinions.wakes { timers.add(wake.at, for: .strategy(0)) }
        opinions.removeAll()
    }
}
