import Backtesting
import Domain

/// What happened to an account, from its first instant on: what the market and the venue said, what was asked of the
/// venue, and what the account was worth.
public struct LiveRecord: Sendable {
    /// What came in with one step of the market.
    public struct Instant: Sendable {
        public var at: Timestamp
        public var bars: [Message]
        public var venue: [Message]
        /// What people told before it.
        public var told: DeskChain.Told

        public init(
            at: Timestamp, bars: [Message], venue: [Message], told: DeskChain.Told = DeskChain.Told()
        ) {
            self.at = at
            self.bars = bars
            self.venue = venue
            self.told = told
        }
    }

    /// An order that was sent, and what the venue said of it.
    struct Sent {
        var order: Order
        var at: Timestamp
        var isCancelled = false
        var reports: [BrokerReport] = []

        /// When it was at the venue.
        var arrivedAt: Timestamp? {
            reports.first { $0.kind == .accepted || $0.kind == .rejected }?.at
        }
        /// How long it took to the venue. Where a broker trades on a replay, its clock is not the data's, and what they are
        /// apart is no delay.
        var delay: Int64? {
            guard let arrived = arrivedAt, arrived - at <= Nanoseconds.day else { return nil }
            return max(arrived - at, 0)
        }
        var isRejected: Bool { reports.contains { $0.kind == .rejected } }
        var fills: [Fill] { reports.compactMap(\.fill) }
    }

    public let instants: [Instant]
    /// By the order's id.
    let sent: [String: Sent]
    /// In the order in which they were sent.
    let sentIds: [String]
    /// What portfolio said of the account's worth at the end of each instant.
    let equities: [(at: Timestamp, equity: Money)]

    public init(_ instants: [Instant], requests: [Message], equities: [(at: Timestamp, equity: Money)]) {
        self.instants = instants
        self.equities = equities
        var sent: [String: Sent] = [:]
        var ids: [String] = []
        for message in requests {
            guard case .venueRequest(let request) = message.body else { continue }
            switch request.verb {
            case .submit where sent[request.order.id] == nil:
                sent[request.order.id] = Sent(order: request.order, at: message.sentAt)
                ids.append(request.order.id)
            case .cancel: sent[request.order.id]?.isCancelled = true
            default: break
            }
        }
        for instant in instants {
            for message in instant.venue {
                guard case .brokerReport(let report) = message.body else { continue }
                sent[report.orderId]?.reports.append(report)
            }
        }
        self.sent = sent
        sentIds = ids
    }

    /// The profit of a day: what the account was worth at its end, less what it was worth before it.
    func profit(of day: CivilDate, from cash: Money) -> Money {
        DayWorth(equities, of: day, from: cash).profit
    }

    /// A fill of an order that nobody here has sent, or money that somebody put in or took out.
    func isByHand(_ report: BrokerReport) -> Bool {
        if report.charge != .zero, report.symbol == Symbol() { return true }
        return report.fill != nil && sent[report.orderId] == nil && report.orderId != "liquidation"
    }

    /// Whether a person traded, or told the services what to do.
    var hasHand: Bool {
        instants.contains { instant in
            !instant.told.isEmpty
                || instant.venue.contains {
                    guard case .brokerReport(let report) = $0.body else { return false }
                    return isByHand(report)
                }
        }
    }
}

/// What an account was worth before a day and at its end.
struct DayWorth {
    private(set) var before: Money
    private(set) var end: Money
    private let day: CivilDate

    init(of day: CivilDate, from cash: Money) {
        self.day = day
        before = cash
        end = cash
    }

    init(_ equities: [(at: Timestamp, equity: Money)], of day: CivilDate, from cash: Money) {
        self.init(of: day, from: cash)
        for each in equities { note(each.equity, at: each.at) }
    }

    /// Times do not go back.
    mutating func note(_ equity: Money, at moment: Timestamp) {
        let date = moment.dateUTC
        if date < day { before = equity }
        if date <= day { end = equity }
    }

    var profit: Money { end - before }
}
