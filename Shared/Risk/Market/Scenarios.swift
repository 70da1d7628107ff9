import Domain

/// What the positions as they are would have brought on each past day, and what the order would have added at its full
/// worth: history as a simulation of tomorrow.
struct Scenarios: Sendable {
    /// Fewer days say nothing about the worst of them.
    static let daysMin = 60

    /// By day: of what is held and on its way, and of the order for each unit of worth that it adds.
    var held: [Double]
    var order: [Double]
    /// Instruments that were left out for want of days.
    var unknown: Int

    /// Nothing where the instrument of the order has too few days.
    init?(_ question: RiskQuestion, _ book: RiskBook, _ market: MarketBook) {
        let own = market.lines[question.instrument].days
        guard own.count >= Scenarios.daysMin else { return nil }
        var days = own.count
        for instrument in book.active where market.lines[instrument].days.count >= Scenarios.daysMin {
            days = min(days, market.lines[instrument].days.count)
        }
        held = Array(repeating: 0, count: days)
        order = Array(repeating: 0, count: days)
        unknown = 0
        for instrument in book.active {
            let history = market.lines[instrument].days
            guard history.count >= Scenarios.daysMin else {
                unknown += 1
                continue
            }
            let worth = Double(book.exposures[instrument].signed)
            for day in 0..<days { held[day] += worth * history.change(day + 1) }
        }
        let sign = question.order.side == .buy ? 1.0 : -1
        for day in 0..<days { order[day] = sign * own.change(day + 1) }
    }

    /// The loss that all but a share of the days stayed within, and the mean of the days beyond it; with so much of the
    /// order added. Both are above zero where money is lost.
    func losses(adding worth: Double, tail: Double) -> (atRisk: Double, beyond: Double) {
        // The days beyond: of 252 at 95 % the worst 13, rounded up so that there is always one.
        let count = max(1, Int((Double(held.count) * tail).rounded(.up)))
        // The worst of them first; most days are compared with the last one alone.
        var worst: [Double] = []
        worst.reserveCapacity(count + 1)
        for day in held.indices {
            let outcome = held[day] + worth * order[day]
            if worst.count == count, outcome >= worst[count - 1] { continue }
            var place = worst.count
            worst.append(outcome)
            while place > 0, worst[place - 1] > outcome {
                worst[place] = worst[place - 1]
                place -= 1
            }
            worst[place] = outcome
            if worst.count > count { worst.removeLast() }
        }
        return (-worst[count - 1], -worst.reduce(0, +) / Double(count))
    }
}
