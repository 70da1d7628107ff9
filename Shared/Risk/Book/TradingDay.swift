import Domain

/// What has happened since the day began: its highest equity, its orders, and the losses in a row. A day is a date in
/// UTC, which for New York is that of the session.
public struct TradingDay: Sendable {
    /// The highest equity of the day that has been seen.
    public internal(set) var high: Money = .zero
    public internal(set) var trades = 0
    public internal(set) var lossesInARow = 0
    /// The last approval for each instrument, so that a repeat is noticed.
    var latest: [Int: (at: Timestamp, side: Side, quantity: Quantity, strategy: String)] = [:]
    var date: CivilDate?
    /// When the orders of the last minute were approved, the oldest first.
    var moments: [Timestamp] = []
    var firstMoment = 0
    /// What the lots of each round trip that is going on have brought so far.
    var trips: [Int: Money] = [:]

    /// A new day begins with the first look at the equity on it.
    mutating func look(at equity: Money, at now: Timestamp) {
        let today = now.dateUTC
        if today != date {
            date = today
            trades = 0
            high = equity
            // A pause after losses ends with the next session.
            lossesInARow = 0
        }
        high = max(high, equity)
    }

    mutating func note(_ order: Order, _ quantity: Quantity, of instrument: Int, at now: Timestamp) {
        latest[instrument] = (now, order.side, quantity, order.strategy)
        trades += 1
        while firstMoment < moments.count, moments[firstMoment] <= now - Nanoseconds.minute {
            firstMoment += 1
        }
        if firstMoment > 1_000 {
            moments.removeFirst(firstMoment)
            firstMoment = 0
        }
        moments.append(now)
    }

    /// How many orders were approved in the minute that ends now.
    func orders(inMinuteTo now: Timestamp) -> Int {
        var count = 0
        for moment in moments[firstMoment...].reversed() {
            guard moment > now - Nanoseconds.minute else { break }
            count += 1
        }
        return count
    }

    mutating func note(_ profit: Money, of instrument: Int) { trips[instrument, default: .zero] += profit }

    /// A position was closed: a loss counts, a gain begins anew, and nothing is neither.
    mutating func endTrip(of instrument: Int) {
        guard let profit = trips.removeValue(forKey: instrument) else { return }
        if profit.isNegative { lossesInARow += 1 } else if profit.isPositive { lossesInARow = 0 }
    }
}
