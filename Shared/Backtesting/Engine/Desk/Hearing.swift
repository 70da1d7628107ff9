import Domain
import Exchange

/// When the desk hears what the exchange answers.
///
/// Orders that are sent as they were approved need no answer, so it is heard at once. Where orders are worked, each answer
/// may bring about the next request, and those who trade by instants hear it in the next one: so the desk does here. What
/// was asked for in an instant is answered when the next one begins, and that an approval was worked to its end portfolio
/// and risk hear then, too.
struct Hearing {
    /// Orders are worked, on bars, and meet the market from the bar after their decision on.
    let isLate: Bool
    /// Orders are worked, or positions guarded, on bars. What guards goes to the exchange before others are decided upon, and
    /// those who trade by instants are told of the account before both, and of what the exchange answers after both: so what the
    /// account may spend is asked before anything is asked for in an instant, and no answer is booked while it is decided.
    let goesByInstants: Bool
    /// The instant's own reports have been booked: what comes now is heard in the next one.
    fileprivate var isOver = true
    fileprivate var reports: [Report] = []
    fileprivate var plans: [Int] = []
    /// What the account could spend before anything was asked for in this instant.
    fileprivate(set) var buyingPower = Money.zero

    init(_ market: borrowing Market, _ settings: borrowing BacktestSettings) {
        let works = settings.execution != nil
        let guards = !settings.stops.isEmpty
        let waitsForBars = settings.rules.fill == .nextOpen
        let ticks = market.ticks.count
        isLate = works && waitsForBars && ticks == 0
        goesByInstants = isLate || guards && waitsForBars && ticks == 0
    }

    /// A plan has ended.
    mutating func keep(plan number: Int) { plans.append(number) }
}

extension TradingDesk {
    /// An instant begins, and in it what was answered after the one before is heard.
    mutating func beginHearing() {
        for number in hearing.plans { tellEnd(ofPlan: number) }
        hearing.plans.removeAll(keepingCapacity: true)
        hearing.isOver = false
        swap(&reports, &hearing.reports)
    }

    /// The reports of this instant have been booked.
    mutating func endHearing() { hearing.isOver = true }

    /// The exchange has taken what is of this instant, and nobody has asked it for anything since.
    mutating func noteBuyingPower(at now: Timestamp) {
        guard hearing.goesByInstants, risking.asks else { return }
        hearing.buyingPower = exchange.buyingPower(of: 0, at: now)
    }

    /// Books the reports of this instant, and keeps those that its requests bring about.
    mutating func settleLate(at now: Timestamp, _ onFill: (Fill, Int, Int) -> Void) throws {
        if !hearing.isOver {
            var due: [Report] = []
            swap(&due, &reports)
            for report in due {
                if report.knownAt > now {
                    booking.wait(for: report)
                } else {
                    try book(report, at: now, onFill)
                }
            }
        }
        hearing.reports += reports
        reports.removeAll(keepingCapacity: true)
    }

    /// No instant follows in which answers could be heard; what was charged or closed without asking is booked all the same.
    mutating func settleLast(at now: Timestamp, _ onFill: (Fill, Int, Int) -> Void) throws {
        beginHearing()
        reports.removeAll { $0.kind != .filled && $0.reason != .borrow }
        try settleLate(at: now, onFill)
        hearing.reports = []
        hearing.isOver = true
    }
}
