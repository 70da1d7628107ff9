import Domain
import Strategies

@testable import Backtesting

/// Small markets that can be reckoned by hand.
enum Scenes {
    static let sessions = Array(
        TradingCalendar.xnys.sessions(from: CivilDate(2020, 1, 2), to: CivilDate(2020, 12, 31)))

    /// Daily bars of one symbol from 2020-01-02 on, each open, high, low and close in whole units of money.
    static func days(_ bars: [(Int, Int, Int, Int)]) throws -> BarTable {
        var table = BarTable()
        for (session, bar) in zip(sessions, bars) {
            let bar = Bar(
                symbol: try Markets.name(0), span: Nanoseconds.day, openedAt: session.open,
                open: Price(bar.0), high: Price(bar.1), low: Price(bar.2), close: Price(bar.3),
                volume: Volume(1_000_000))
            table.append(bar, closingAt: session.close)
        }
        return table
    }

    static func flat(_ prices: [Int]) throws -> BarTable { try days(prices.map { ($0, $0, $0, $0) }) }

    /// The midnight at which the session of that number's day begins.
    static func exAt(_ day: Int) -> Timestamp { EasternTime.moment(on: sessions[day].date, at: 0) }

    static func split(_ numerator: Int64, for denominator: Int64, on day: Int) throws -> MarketAction {
        MarketAction(
            instrument: 0,
            action: CorporateAction(
                symbol: try Markets.name(0), kind: .split, exAt: exAt(day), knownAt: exAt(day),
                numerator: numerator, denominator: denominator))
    }

    static func dividend(_ amount: Price, on day: Int) throws -> MarketAction {
        MarketAction(
            instrument: 0,
            action: CorporateAction(
                symbol: try Markets.name(0), kind: .dividend, exAt: exAt(day), knownAt: exAt(day),
                amount: amount))
    }

    /// When the bar of a row of a walk of one symbol opens.
    static func walkOpens(_ row: Int) -> Int64 {
        let sessions = TradingCalendar.xnys.sessions(from: CivilDate(2015, 1, 1), to: CivilDate(2024, 12, 31))
        return sessions[sessions.startIndex + row].open.nanoseconds
    }

    static func calendarDay(_ moment: Timestamp) -> CivilDate { EasternTime.local(at: moment).date }

    /// Bars of half an hour through whole sessions, which walk by a seed.
    static func halfHours(sessions count: Int, seed: UInt64) throws -> BarTable {
        var random = SplitMix64(seed: seed)
        var table = BarTable()
        var price = Int64(10_000)
        for session in sessions.prefix(count) {
            var opens = session.open
            while opens < session.close {
                let open = price
                let close = max(1_000, open + Int64(random.next() % 101) - 50)
                let bar = Bar(
                    symbol: try Markets.name(0), span: 30 * Nanoseconds.minute, openedAt: opens,
                    open: Markets.cents(open), high: Markets.cents(max(open, close) + 10),
                    low: Markets.cents(min(open, close) - 10), close: Markets.cents(close),
                    volume: Volume(1000))
                opens = opens + 30 * Nanoseconds.minute
                table.append(bar, closingAt: opens)
                price = close
            }
        }
        return table
    }
}

/// Sells short at the first bar and stays so.
struct Seller: Strategy {
    static let name = "seller"
    static let summary = "sells short at once"
    static let parameters: [Parameter] = []
    let warmUp = 1
    private var isDone = false

    mutating func remember(_ walk: inout SnapshotWalk) {}

    init(_ arguments: Arguments, symbols: [Symbol]) {}

    mutating func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        if !isDone { opinions.say(-1, of: instrument, because: "it is sold once") }
        isDone = true
    }
}

/// Buys when it sees a quote of a certain number, counted from 0.
struct QuoteBuyer: Strategy {
    static let name = "quote-buyer"
    static let summary = "buys at a quote"
    static let parameters: [Parameter] = [.integer("at", 0...1000, default: 2, "The number of the quote.")]
    let warmUp = 1
    private let at: Int
    private var seen = 0

    mutating func remember(_ walk: inout SnapshotWalk) {}

    init(_ arguments: Arguments, symbols: [Symbol]) { at = arguments.integer("at") }

    mutating func onQuote(_ quote: Quote, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        if seen == at { opinions.say(1, of: instrument, because: "the quote has come") }
        seen += 1
    }
}

extension Arguments {
    static func none(of strategy: String) throws -> Arguments { try Arguments([], of: strategy) }
}
