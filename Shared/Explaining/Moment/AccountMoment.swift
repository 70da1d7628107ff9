import Domain
import Wire

/// What an account was at a moment, by what its services had said until then.
///
/// For each thing only its newest message counts, whether it is found where it was sent or where it was taken: so the
/// answer is the same while one of the transcripts is missing.
package struct AccountMoment {
    /// Something that was said, and when.
    package struct Said<What> {
        package var what: What
        package var at: Timestamp
        fileprivate var place: (epoch: UInt64, number: UInt64)
    }

    package let moment: Timestamp
    package private(set) var account: Said<Account>?
    /// What is held, by symbol; what is flat is left out.
    package private(set) var positions: [Said<Position>] = []
    /// The last price of what is held.
    package private(set) var prices: [Symbol: Said<Price>] = [:]
    /// What has not ended, in the order in which it began.
    package private(set) var orders: [Said<OrderUpdate>] = []
    /// What each strategy thinks, by strategy and symbol.
    package private(set) var signals: [Said<Signal>] = []
    /// What stops trading.
    package private(set) var halts: [Said<Halt>] = []
    /// The settings that risk went by, those of `risk.*`.
    package private(set) var limits: [(key: String, value: String)] = []
    /// What people set beside them, and was not over; the newest word on each.
    package private(set) var handLimits: [HandLimit] = []
    /// The newest message that counted; nothing where none had been sent.
    package private(set) var newest: Timestamp?
    /// Transcripts that no longer hold their beginning.
    package private(set) var shortened: [String] = []

    package init(_ moment: Timestamp, in search: StateSearch) throws {
        self.moment = moment
        var gathering = Gathering()
        for shard in search.shards {
            if shard.isShortened { shortened.append(shard.name) }
            try shard.each(
                where: { _, head in head.sentAt <= moment && Gathering.fields.contains(head.bodyField) }
            ) { gathering.take($0) }
        }
        account = gathering.account
        positions = gathering.positions.values.filter { $0.what.quantity != .zero }
            .sorted { $0.what.symbol.text < $1.what.symbol.text }
        for position in positions { prices[position.what.symbol] = gathering.prices[position.what.symbol] }
        orders = gathering.orders.values.filter { !$0.what.status.hasEnded }
            .sorted { ($0.at, $0.place.epoch, $0.place.number) < ($1.at, $1.place.epoch, $1.place.number) }
        signals = gathering.signals.values
            .sorted { ($0.what.strategy, $0.what.symbol.text) < ($1.what.strategy, $1.what.symbol.text) }
        halts = gathering.halts.values.filter(\.what.active).sorted { $0.at < $1.at }
        limits = gathering.limits
        handLimits = try HandLimit.all(at: moment, in: search)
        newest = gathering.newest
    }

    /// What the newest word on each thing is.
    private struct Gathering {
        static let fields = Set(
            [BodyKind.account, .position, .bar, .orderUpdate, .signal, .halt, .settings].map(\.rawValue))

        var account: Said<Account>?
        var positions: [Symbol: Said<Position>] = [:]
        var prices: [Symbol: Said<Price>] = [:]
        var orders: [String: Said<OrderUpdate>] = [:]
        var signals: [String: Said<Signal>] = [:]
        var halts: [String: Said<Halt>] = [:]
        var limits: [(key: String, value: String)] = []
        var newest: Timestamp?

        mutating func take(_ copy: Copy) {
            let message = copy.message
            switch message.body {
            // What the venue says of its funds is called so too.
            case .account(let told) where message.topic == .account: put(told, message, &account)
            case .account: return
            case .position(let position): put(position, message, &positions[position.symbol])
            case .bar(let bar):
                // Bars have a topic for each length: the one that was sent last is the newest.
                if let known = prices[bar.symbol], known.at > message.sentAt { return }
                prices[bar.symbol] = Said(
                    what: bar.close, at: message.sentAt, place: (message.epoch, message.number))
                return
            case .orderUpdate(let update): put(update, message, &orders[update.order.id])
            case .signal(let signal):
                put(signal, message, &signals["\(signal.strategy)\n\(signal.symbol)"])
            case .halt(let halt): put(halt, message, &halts[halt.kind])
            case .settings(let settings):
                guard copy.service == "risk" else { return }
                limits = AccountMoment.limits(settings.text)
                return
            default: return
            }
            newest = max(newest ?? message.sentAt, message.sentAt)
        }

        private func put<What>(_ what: What, _ message: Message, _ known: inout Said<What>?) {
            let place = (epoch: message.epoch, number: message.number)
            if let known, known.place >= place { return }
            known = Said(what: what, at: message.sentAt, place: place)
        }
    }

    /// The settings of risk that say something.
    static func limits(_ text: String) -> [(key: String, value: String)] {
        text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmed }
            guard parts.count == 2, parts[0].hasPrefix("risk."), !["", "[]", "off"].contains(parts[1]) else {
                return nil
            }
            return (parts[0], parts[1])
        }
    }
}

extension Substring {
    fileprivate var trimmed: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

extension OrderStatus {
    /// Nothing more happens to the order.
    var hasEnded: Bool {
        switch self {
        case .rejected, .filled, .cancelled, .expired, .rejectedByBroker: true
        case .proposed, .approved, .submitting, .accepted, .partiallyFilled, .cancelling, .replacing,
            .unknown:
            false
        }
    }
}
