import Domain

/// The course of an account's equity: looked at in every instant, kept once a day.
struct Course {
    private(set) var instants = 0
    private(set) var instantsHeld = 0
    /// The deepest fall from a high, as a share of the high.
    private(set) var maxDrawdown = 0.0

    private var high: Money
    /// The lowest since the high.
    private var trough: Money
    private var today: BacktestRecord.Day
    /// The end of the day in UTC, which for New York is that of the session.
    private var dayEnd = Int64.min

    init(cash: Money) {
        high = cash
        trough = cash
        today = BacktestRecord.Day(at: .zero, equity: cash, cash: cash, gross: .zero)
    }

    @inline(__always)
    mutating func close(
        instant at: Int64, equity: Money, cash: Money, gross: Money, _ days: inout [BacktestRecord.Day]
    ) {
        if at >= dayEnd { beginDay(at, &days) }
        today = BacktestRecord.Day(
            at: Timestamp(nanoseconds: at), equity: equity, cash: cash, gross: gross)
        instants += 1
        if gross != .zero { instantsHeld += 1 }
        if equity < trough { sink(to: equity) } else if equity > high { rise(to: equity) }
    }

    mutating func finish(_ days: inout [BacktestRecord.Day]) {
        if instants > 0 { days.append(today) }
    }

    private mutating func beginDay(_ at: Int64, _ days: inout [BacktestRecord.Day]) {
        if instants > 0 { days.append(today) }
        dayEnd = (Timestamp(nanoseconds: at).dateUTC + 1).midnightUTC.nanoseconds
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
