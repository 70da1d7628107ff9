import Backtesting
import Domain
import Exchange

/// The venue of a day as it was, but for what is taken away: the rest it answers as it is recorded, and in the place of
/// what is taken away a simulated exchange answers.
///
/// An order of today's run is an order of the record if it has its id, was sent in the same instant, and trades the same
/// way; it may be for more or less, and then trades in that proportion.
struct RecordedVenue {
    private let record: LiveRecord
    private let without: Set<DifferenceCause>
    /// Orders whose rejection is no difference.
    private let shared: Set<String>
    /// Orders that the simulated exchange has rejected.
    private(set) var rejected: Set<String> = []
    private let exchange: ExchangeDesk
    private let rules: ExchangeRules
    private let account: String
    private var chance: Chance
    /// Orders of the record that were sent again, with what has become of them.
    private var replayed: [String: ReplayedOrder] = [:]
    /// What is on its way to the exchange.
    private var onTheWay: [(arrival: Timestamp, message: Message)] = []
    /// What is said with the next instant.
    private var pending: [BrokerReport] = []
    private var numbers: [Topic: UInt64] = [:]

    init(
        _ record: LiveRecord, _ setup: ExchangeDesk.Setup, without: Set<DifferenceCause>,
        sharing shared: Set<String>
    ) {
        self.record = record
        self.shared = shared
        self.without = without
        account = setup.account
        rules = setup.rules
        chance = Chance(seed: setup.rules.seed)
        var setup = setup
        // Delays are those of the record until they are taken away, and the exchange has none of its own.
        if !without.contains(.delay) { setup.rules.latency.order = NoLatency() }
        // Where the record says what was traded, nobody asks for margin once more.
        if !without.contains(.fill) { setup.rules.margin.kind = .unlimited }
        exchange = ExchangeDesk(setup)
    }

    // MARK: What is asked

    /// Takes what was asked for in an instant.
    mutating func ask(_ requests: [Message]) {
        for message in requests {
            guard case .venueRequest(let request) = message.body else { continue }
            switch request.verb {
            case .submit where isReplayed(request.order, message.sentAt):
                guard let sent = record.sent[request.order.id] else { continue }
                replayed[request.order.id] = ReplayedOrder(request.order, as: sent.order)
            case .cancel where replayed[request.order.id] != nil: cancel(request.order, at: message.sentAt)
            default: onTheWay.append((message.sentAt + delay(of: request.order), message))
            }
        }
    }

    private func isReplayed(_ order: Order, _ at: Timestamp) -> Bool {
        guard let sent = record.sent[order.id], !without.contains(.fill) else { return false }
        guard !(sent.isRejected && without.contains(.reject)) || shared.contains(order.id) else {
            return false
        }
        return sent.at == at && sent.order.symbol == order.symbol && sent.order.side == order.side
            && sent.order.kind == order.kind && (sent.order.notional == nil) == (order.notional == nil)
    }

    /// The record of an order that was cancelled goes on to its end; another one ends now.
    private mutating func cancel(_ order: Order, at moment: Timestamp) {
        guard record.sent[order.id]?.isCancelled == false, replayed[order.id]?.isOver == false else { return }
        replayed[order.id]?.isOver = true
        pending.append(
            BrokerReport(
                kind: .cancelled, account: account, orderId: order.id, at: moment, symbol: order.symbol))
    }

    private mutating func delay(of order: Order) -> Int64 {
        guard !without.contains(.delay) else { return 0 }
        if let sent = record.sent[order.id], !sent.isRejected, let delay = sent.delay { return delay }
        return max(rules.latency.order.draw(&chance), 0)
    }

    // MARK: What is said

    /// What the venue says in an instant that has these bars.
    mutating func take(_ instant: LiveRecord.Instant, _ step: Message) -> [Message] {
        guard !without.isEmpty else { return instant.venue }
        var said: [Body] = pending.map { .brokerReport($0) }
        pending = []
        said += instant.venue.compactMap { kept($0.body) }
        said += simulated(instant, step)
        return said.map { message($0, at: instant.at) }
    }

    /// What of the record is still true.
    private mutating func kept(_ body: Body) -> Body? {
        guard !without.contains(.fill), case .brokerReport(var report) = body else {
            return without.contains(.fill) ? nil : body
        }
        if record.isByHand(report) {
            guard !without.contains(.hand) else { return nil }
        } else if report.charge != .zero {
            return without.contains(.fee) ? nil : body
        } else if record.sent[report.orderId] != nil {
            guard var order = replayed[report.orderId], !order.isOver else { return nil }
            order.scale(&report, fees: without.contains(.fee) ? rules : nil)
            replayed[report.orderId] = order
        }
        if let fill = report.fill {
            guard fill.quantity.isPositive else { return nil }
            exchange.book(fill)
        }
        return .brokerReport(report)
    }

    private mutating func simulated(_ instant: LiveRecord.Instant, _ step: Message) -> [Body] {
        var outbox = Outbox()
        let due = onTheWay.filter { $0.arrival <= instant.at }.sorted { $0.arrival < $1.arrival }
        onTheWay.removeAll { $0.arrival <= instant.at }
        for (arrival, message) in due { exchange.receive(message, at: arrival, &outbox) }
        for bar in DeskChain.inOrder(instant.bars) { exchange.receive(bar, at: instant.at, &outbox) }
        exchange.receive(step, at: instant.at, &outbox)
        return outbox.items.compactMap { item in
            switch item.body {
            case .account: return without.contains(.fill) ? item.body : nil
            case .brokerReport(var report):
                if report.kind == .rejected { rejected.insert(report.orderId) }
                if report.charge != .zero { return without.contains(.fee) ? item.body : nil }
                // The record's fills have the numbers of another exchange.
                if !without.contains(.fill), let id = report.fill?.id { report.fill?.id = "s\(id)" }
                return .brokerReport(report)
            default: return nil
            }
        }
    }

    private mutating func message(_ body: Body, at now: Timestamp) -> Message {
        let topic: Topic = if case .account = body { .funds(account) } else { .broker(account) }
        let number = numbers[topic, default: 0] + 1
        numbers[topic] = number
        return Message(topic: topic, number: number, epoch: 1, sentAt: now, originAt: now, body: body)
    }
}
