import Backtesting
import Domain
import Mesh
import Wire

/// What the transcripts of a simulated account say.
struct TradingRecord {
    private(set) var orders: [(order: Order, status: OrderStatus, filled: Quantity)] = []
    private(set) var fills: [Fill] = []
    private(set) var looks = 0
    private(set) var requests: [String: Int] = [:]
    /// Orders that were sent in the last instant of the replay: what becomes of them would be told in the next.
    private(set) var lastSent: Set<String> = []
    private(set) var approvals: [String] = []
    /// How much each approval was for.
    private(set) var approved: [String: Quantity] = [:]
    private(set) var parts = ApprovalParts()
    private var cancels: [(id: String, at: Timestamp)] = []
    /// Approvals are worked over time: what is sent for one may be nothing, or many orders.
    private let works: Bool
    private(set) var fault: String?
    /// What portfolio has told people of guards.
    private(set) var guardAlarms: [String] = []
    /// The account's books by what portfolio heard, and the fills in it.
    private(set) var books = DoubleEntry(cash: 0)
    private(set) var heard: [Fill] = []

    init(of world: TradingWorld) throws {
        let codec = Codec()
        works = world.plan.works
        var places: [String: Int] = [:]
        try world.members[5].walk { batch in
            for record in batch where record.kind != .taken {
                let message = try codec.decode(record.payload)
                switch message.body {
                case .fill(let fill): fills.append(fill)
                case .venueRequest(let request) where request.verb == .submit:
                    requests[request.order.id, default: 0] += 1
                    parts.note(request.order)
                    if let last = world.line?.lastStep, message.sentAt >= last {
                        lastSent.insert(request.order.id)
                    }
                case .venueRequest(let request) where request.verb == .cancel:
                    cancels.append((request.order.id, message.sentAt))
                case .alarm(let alarm) where alarm.code == "order" && fault == nil:
                    fault = "execution hears what cannot be: \(alarm.explanation)"
                case .orderUpdate(let update):
                    if let place = places[update.order.id] {
                        orders[place].order = update.order
                        orders[place].status = update.status
                        orders[place].filled = update.filled
                    } else {
                        places[update.order.id] = orders.count
                        orders.append((update.order, update.status, update.filled))
                    }
                default: break
                }
            }
        }
        try world.members[4].walk { batch in
            for record in batch where record.kind != .taken {
                guard case .verdict(let verdict) = try codec.decode(record.payload).body, verdict.approved
                else { continue }
                approvals.append(verdict.order.id)
                approved[verdict.order.id] = verdict.order.quantity
            }
        }
        var oracle = TradingOracle(
            cash: world.plan.settings.cash, strategies: world.plan.participants.count)
        try world.members[3].walk { batch in
            for record in batch where record.kind != .taken {
                guard case .alarm(let alarm) = try codec.decode(record.payload).body, alarm.code == "guard"
                else {
                    continue
                }
                guardAlarms.append(alarm.explanation)
            }
            if let sentence = try oracle.absorb(batch, codec), fault == nil { fault = sentence }
        }
        looks = oracle.checked
        books = oracle.books
        heard = oracle.heard
    }

    /// Where a service took something else than it does when nothing is disturbed: in a replay nothing may.
    static func difference(_ world: TradingWorld, _ calm: TradingWorld) throws -> String? {
        for (member, other) in zip(world.members, calm.members) {
            let (found, expected) = (try taken(by: member), try taken(by: other))
            guard found != expected else { continue }
            let place = zip(found, expected).enumerated().first { $1.0 != $1.1 }?.offset
            let at = place ?? min(found.count, expected.count)
            return
                "\(member.settings.service) took \(found.count) messages, and \(expected.count) undisturbed; the "
                + "first other one is \(at < found.count ? found[at] : "none"), not "
                + "\(at < expected.count ? expected[at] : "none"), after \(at > 0 ? found[at - 1] : "nothing")"
        }
        return nil
    }

    /// The topics and times of what a service took, in order, but for what only numbers.
    private static func taken(by member: TradingMember) throws -> [String] {
        let codec = Codec()
        var taken: [String] = []
        try member.walk { batch in
            guard let first = batch.first, first.kind == .taken else { return }
            let message = try codec.decode(first.payload)
            switch message.body {
            case .step, .opened, .settings: return
            default: taken.append("\(message.topic) of \(message.sentAt)")
            }
        }
        return taken
    }

    /// Whether the oracle disagrees, or an order that was approved was not sent, or more than once.
    var complaintOfOrders: String? {
        if let fault { return "the oracle disagrees: \(fault)" }
        if let twice = requests.first(where: { $0.value > 1 }) { return "order \(twice.key) was sent twice" }
        guard !works else { return nil }
        if let lost = approvals.first(where: { requests[$0] == nil }) {
            return "order \(lost) was approved and never sent"
        }
        if requests.count != approvals.count {
            return "\(requests.count) orders were sent of \(approvals.count)"
        }
        return nil
    }

    /// The first thing that is wrong. Names are left out: after a power cut a proposal's number, of which the order's id
    /// is made, begins anew.
    func complaint(against record: BacktestRecord, until last: Timestamp) -> String? {
        if let complaint = complaintOfOrders { return complaint }
        let expected = record.orders.map { nameless($0.order) }
        let found = orders.map { nameless($0.order) }
        if let place = zip(found, expected).enumerated().first(where: { $1.0 != $1.1 })?.offset {
            return
                "order \(place + 1) is \(orders[place].order), and a backtest has \(record.orders[place].order)"
        }
        if found.count != expected.count {
            return "\(found.count) orders, and a backtest has \(expected.count)"
        }
        // What is cancelled in the last instant is not answered, and neither is the other of its pair.
        let unanswered = Set(cancels.filter { $0.at >= last }.map(\.id))
        for (place, order) in orders.enumerated()
        where record.proposedAt[place] < last && order.status != record.orders[place].status
            && !unanswered.contains(order.order.id) && !unanswered.contains(order.order.parent)
        {
            return "order \(place + 1) is \(order.status), and \(record.orders[place].status) in a backtest"
        }
        if fills.map(nameless) != record.fills.map(nameless) {
            return "the fills are not those of a backtest: \(fills.count) and \(record.fills.count)"
        }
        return nil
    }

    private func nameless(_ order: Order) -> Order {
        var order = order
        order.id = ""
        order.parent = ""
        return order
    }

    private func nameless(_ fill: Fill) -> Fill {
        var fill = fill
        fill.orderId = ""
        return fill
    }
}
