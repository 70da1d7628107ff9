import Domain
import Portfolio

/// The course of an account's equity: looked at in every instant, kept once a day.
struct Course {
    private(set) var instants = 0
    private(set) var instantsHeld = 0
    /// The deepest fall from a high, as a share of the high.
    private(set) var maxDrawdown = 0.0

    private var high: Money
    /// The lowest since the high.
    private var trough: Money
    /// The end of the day in UTC, which for New York is that of the session.
    private(set) var dayEnd = Int64.min
    private var latest = Int64.min

    init(cash: Money) {
        high = cash
        trough = cash
    }

    /// Looks at the equity at the end of an instant.
    @inline(__always) mutating func close(instant at: Int64, equity: Money, isHolding: Bool) {
        latest = at
        instants += 1
        if isHolding { instantsHeld += 1 }
        if equity < trough { sink(to: equity) } else if equity > high { rise(to: equity) }
    }

    /// Keeps the account as it stands after the last instant of a day.
    mutating func endDay(before at: Int64, _ ledger: borrowing Ledger, _ days: inout [BacktestRecord.Day]) {
        // A day on which nothing but an action happened has no end of its own.
        if instants > 0, days.last?.at.nanoseconds != latest {
            days.append(
                BacktestRecord.Day(
                    at: Timestamp(nanoseconds: latest), equity: ledger.equity, cash: ledger.cash,
                    gross: ledger.gross))
        }
        dayEnd = at == .max ? .max : (Timestamp(nanoseconds: at).dateUTC + 1).midnightUTC.nanoseconds
    }

    private mutating func sink(to equity: Money) {
        trough = equity
        maxDrawdown = max(maxDrawdown, Double(high.units - equity.units) / Double(high.units))
    }

    private mutating func rise(to equity: Money) {
        high = equity
        trough = equity
    }
}
