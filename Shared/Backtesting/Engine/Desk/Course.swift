import CColumns
import Domain
import Portfolio

/// How an account stands: the sums of a ledger, which would be copied whole to be looked at.
struct Standing: BitwiseCopyable {
    var equity, cash, gross: Money

    @inline(__always) init(_ ledger: borrowing Ledger) {
        (equity, cash, gross) = (ledger.equity, ledger.cash, ledger.gross)
    }
}

/// The course of an account's equity: looked at in every instant, kept once a day.
struct Course {
    private(set) var instants = 0
    private(set) var instantsHeld = 0
    private var high: Money
    /// The lowest since the high.
    private var trough: Money
    /// The deepest fall from an earlier high.
    private var fallBefore = 0.0
    /// The end of the day in UTC, which for New York is that of the session.
    private(set) var dayEnd = Int64.min
    private var latest = Int64.min
    /// The first instants, as far as they are kept.
    private(set) var moments: [BacktestRecord.Moment] = []
    private let momentsMax: Int

    /// More instants than that are seen well enough by days.
    static let momentsKept = 20_000

    init(cash: Money, keepsMoments: Bool = false) {
        momentsMax = keepsMoments ? Course.momentsKept : 0
        high = cash
        trough = cash
    }

    /// The deepest fall from a high, as a share of the high. Of each high only the lowest that came after it counts, so
    /// there is one division for a high, and none for each step down.
    var maxDrawdown: Double { max(fallBefore, fall) }

    private var fall: Double {
        trough == high ? 0 : Double(high.units - trough.units) / Double(high.units)
    }

    /// The equity of this instant is kept, whatever it is.
    var keepsMoment: Bool { instants < momentsMax }

    /// Looks at the equity at the end of an instant.
    @inline(__always) mutating func close(instant at: Int64, equity: Money, isHolding: Bool) {
        latest = at
        if keepsMoment { keep(at, equity) }
        count(instants: 1, isHolding: isHolding)
        look(at: equity)
    }

    /// Looks at an equity, and tells whether it has risen to a new high.
    @discardableResult
    @inline(__always) mutating func look(at equity: Money) -> Bool {
        if equity > high {
            rise(to: equity)
            return true
        }
        // No question: whether it falls lower follows no pattern, and a branch that is guessed wrongly takes longer.
        trough = min(trough, equity)
        return false
    }

    /// Looks at equities one after the other. While none is above the high, the lowest is all that counts.
    private mutating func look(at equities: UnsafePointer<Int64>, count: Int) {
        var day = 0
        while day < count {
            var low = trough.units
            day += tradewind_none_above(equities + day, count - day, high.units, &low)
            trough = Money(units: low)
            let few = min(day + 8, count)
            while day < few {
                look(at: Money(units: equities[day]))
                day += 1
            }
        }
    }

    @inline(__always) mutating func count(instants: Int, isHolding: Bool) {
        self.instants += instants
        if isHolding { instantsHeld += instants }
    }

    /// A day is over, and another one begins with the instant.
    mutating func endDay(before at: Int64, _ account: Standing, _ days: inout BacktestRecord.Days) {
        keepDay(latest, account, &days)
        beginDay(at)
    }

    /// Keeps the account as it stands after the last instant of a day, which is at that moment.
    mutating func keepDay(_ at: Int64, _ account: Standing, _ days: inout BacktestRecord.Days) {
        latest = at
        // A day on which nothing but an action happened has no end of its own.
        guard instants > 0, days.last?.at.nanoseconds != latest else { return }
        days.append(
            BacktestRecord.Day(
                at: Timestamp(nanoseconds: latest), equity: account.equity, cash: account.cash,
                gross: account.gross))
    }

    /// Keeps days on each of which there was one bar, and cash and nothing else.
    mutating func keepDays(
        at moments: UnsafeBufferPointer<Int64>, cash: Money, _ days: inout BacktestRecord.Days
    ) {
        guard let first = moments.baseAddress, moments.count > 0 else { return }
        days.append(moments.count) { columns in
            columns.at.update(from: first, count: moments.count)
            columns.equity.update(repeating: cash.units, count: moments.count)
            columns.cash.update(repeating: cash.units, count: moments.count)
            columns.gross.update(repeating: 0, count: moments.count)
        }
        look(at: cash)
        count(instants: moments.count, isHolding: false)
    }

    /// Keeps days on each of which there was one bar, with what is held of its instrument at those prices.
    mutating func keepDays(
        at moments: UnsafeBufferPointer<Int64>, holding: Holding, prices: UnsafePointer<Int64>, cash: Money,
        _ days: inout BacktestRecord.Days
    ) {
        guard let first = moments.baseAddress, moments.count > 0 else { return }
        let held = tradewind_holding(whole: holding.whole, part: holding.part, cash: cash.units)
        // What is held, less than a share of it, may be worth nothing.
        var worthless: Int64 = 0
        days.append(moments.count) { columns in
            columns.at.update(from: first, count: moments.count)
            columns.cash.update(repeating: cash.units, count: moments.count)
            worthless = tradewind_worths(prices, moments.count, held, columns.equity, columns.gross)
            if worthless < 0 {
                // So much money that 64 bits do not suffice on the way.
                worthless = 0
                for day in moments.indices {
                    let worth = holding.worth(at: Price(units: prices[day]))
                    if worth == .zero { worthless += 1 }
                    columns.equity[day] = (cash + worth).units
                    columns.gross[day] = worth.magnitude.units
                }
            }
            look(at: columns.equity, count: moments.count)
        }
        count(instants: moments.count - Int(worthless), isHolding: true)
        count(instants: Int(worthless), isHolding: false)
    }

    /// Begins the day of an instant.
    mutating func beginDay(_ at: Int64) {
        let midnight = Timestamp(nanoseconds: at).floored(to: Nanoseconds.day).nanoseconds
        dayEnd = at == .max ? .max : midnight + Nanoseconds.day
    }

    @inline(never) private mutating func keep(_ at: Int64, _ equity: Money) {
        moments.append(BacktestRecord.Moment(at: Timestamp(nanoseconds: at), equity: equity))
    }

    private mutating func rise(to equity: Money) {
        fallBefore = maxDrawdown
        high = equity
        trough = equity
    }
}
