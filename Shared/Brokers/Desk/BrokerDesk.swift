import Domain

/// A broker among the machines of the mesh. It stands where the simulated exchange stands: it takes what is asked of a
/// venue, and tells what became of it. What it knows of the broker its edge has told it, and it owns the truth about
/// each order: wanted, sent, known to the broker, unknown, ended.
///
/// It has no clock. The edge's is in what the edge tells, the market's in the steps. Requests are taken as they come and
/// leave at once; what is heard of the broker is passed on at the next step of the market, so that those who take it
/// take it in the same order whenever they take it again.
public final class BrokerDesk: Desk {
    /// A question or order that the edge carries.
    struct Call {
        var number: UInt64
        var kind: BrokerCallKind
        /// The errand that it is about, or the symbol's place; less than nothing where it is about neither.
        var place: Int
    }

    struct Pending {
        var report: BrokerReport
        var origin: Origin?
    }

    let setup: BrokerSetup
    /// Every order that was ever asked for, in the order in which they came.
    var errands: [Errand] = []
    /// By our name, and by the broker's.
    var places: [String: Int] = [:]
    var venuePlaces: [String: Int] = [:]
    /// Those that have not ended.
    var live: [Int] = []
    /// Those of which the broker does not tell any more: they end when a person has settled it.
    var forgotten: [Int] = []

    var hasBegun = false
    /// The broker tells of orders as things happen.
    var isListening = false
    /// How often something has broken, and up to which of these all that was unknown has been asked for since.
    var breaks = 0
    var askedThrough = -1
    /// The broker wants to be left alone until then.
    var quietUntil = Timestamp.zero
    /// The edge's clock, as it told last; the market's, by the last step.
    var clock = Timestamp.zero
    var closed = Timestamp.distantPast
    var calls: [Call] = []
    var callNumber: UInt64 = 0

    /// What has been heard and is passed on with the next step.
    var pending: [Pending] = []
    var books = Books()
    var look: Look?
    var lookDue = Timestamp.zero
    var fullDue = Timestamp.zero
    var failures = 0
    /// The broker has failed, and has not answered since: risk counts how often that happens in a row.
    var isFailing = false
    var market = BrokerMarket()
    var differences: [BrokerDifference] = []
    /// What is told to the edge, and was told last.
    var standing = BrokerCall(kind: .standing)
    var wokenAt = Timestamp.distantFuture
    var fundsTold = Account()

    public init(_ setup: BrokerSetup) {
        self.setup = setup
    }

    public func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        switch message.body {
        case .venueRequest(let request): take(request, because: message.asOrigin, at: message.sentAt)
        case .brokerNews(let news):
            clock = max(clock, news.at)
            hear(news, message, &outbox)
        case .command(let command): obey(command, message, &outbox)
        case .bar(let bar):
            market.note(bar.close, of: bar.symbol)
            return
        case .corporateAction(let action): take(action, &outbox)
        case .step(let step) where step.time > closed:
            closed = step.time
            tell(&outbox)
        default: return
        }
        act(&outbox)
    }

    /// What has come since the last step.
    private func tell(_ outbox: inout Outbox) {
        for item in pending {
            // On disk before it leaves: after a power cut nobody could know that it was told, and it would be told once more.
            outbox.send(
                .brokerReport(item.report), on: .broker(setup.account), durable: true, because: item.origin)
            if item.report.fill != nil { noteTold(item.report.orderId) }
        }
        pending.removeAll(keepingCapacity: true)
        guard books.funds != fundsTold else { return }
        fundsTold = books.funds
        outbox.send(.account(fundsTold), on: .funds(setup.account))
    }

    func report(
        _ kind: ReportKind, _ place: Int, _ explanation: String = "", filled: Quantity? = nil,
        isSpent: Bool = false, because origin: Origin?
    ) {
        let errand = errands[place]
        var venueId = errand.venueId
        if kind == .replaced, errand.successor >= 0 { venueId = errands[errand.successor].order.id }
        pending.append(
            Pending(
                report: BrokerReport(
                    kind: kind, account: setup.account, orderId: errand.order.id, venueOrderId: venueId,
                    explanation: explanation, at: clock, filled: filled, symbol: errand.order.symbol,
                    isSpent: isSpent),
                origin: origin))
    }

    /// Notes whether the broker answers: nothing is said of answers that follow on answers.
    func note(failure: String?, because origin: Origin) {
        guard failure != nil || isFailing else { return }
        isFailing = failure != nil
        let explanation = failure.map { $0.isEmpty ? "no answer" : $0 } ?? ""
        pending.append(
            Pending(
                report: BrokerReport(
                    kind: .state, account: setup.account, explanation: explanation, at: clock),
                origin: origin))
    }

    func alarm(_ level: AlarmLevel, _ code: String, _ explanation: String, _ outbox: inout Outbox) {
        outbox.send(
            .alarm(Alarm(level: level, code: code, explanation: explanation)), on: .alarm(from: "broker"))
    }

    /// The message's name, as `tap --why` takes it.
    static func name(of message: Message) -> String {
        "\(message.topic):\(message.epoch)/\(message.number)"
    }
}
