import Domain
import Mesh
import Stops
import Wire

/// Holds what the house believes at the end against what the venue did.
struct VenueAudit {
    private let venue: HostileVenue
    private let line: VenueLine
    private let stops: StopPlan?
    private let record: TradingRecord
    private var limits: LimitOracle
    private var broken: String?
    /// When the desk told of an order's end that no fill brought about.
    private var endedAt: [String: Timestamp] = [:]

    init(of world: TradingWorld, _ line: VenueLine) throws {
        venue = line.venue
        self.line = line
        stops = world.plan.settings.stops
        record = try TradingRecord(of: world)
        limits = LimitOracle(
            orderWorth: Int128(BrokerSimulation.orderWorth) * 1_000_000,
            positionShare: Int128(BrokerSimulation.positionShare * 1_000_000),
            equity: Int128(world.plan.settings.cash.units), parts: world.plan.works ? record.parts : nil)
        let codec = Codec()
        try world.members[4].walk { batch in
            if broken == nil { broken = try limits.absorb(batch, codec) }
        }
        try world.members[1].walk { batch in
            for record in batch where record.kind == .sent {
                guard case .brokerReport(let report) = try codec.decode(record.payload).body else { continue }
                if [.cancelled, .expired, .rejected].contains(report.kind) {
                    endedAt[report.orderId] = report.at
                }
            }
        }
    }

    /// How often anything was held against something.
    var looks: Int { record.looks + limits.checked + line.beliefsChecked }

    /// The first thing that is wrong.
    var complaint: String? {
        if let complaint = record.complaintOfOrders { return complaint }
        if let broken { return "a limit was broken: \(broken)" }
        return strangers ?? excess ?? latecomers ?? standings ?? fills ?? books ?? differences ?? unguarded
    }

    private var strangers: String? {
        let approved = Set(record.approvals)
        let stranger = venue.orders.first { !approved.contains(record.parts.approval(of: $0.order.id)) }
        return stranger.map { "order \($0.order.id) is at the broker, and nobody approved it" }
    }

    /// The orders of one approval together never trade more than was approved, but where the broker traded what it had
    /// refused or confirmed to be cancelled, or more than it was asked for.
    private var excess: String? {
        let blame: [Mischief] = [.liveReject, .fillAfterCancel, .overfill, .nightSplit]
        guard venue.mischief.isDisjoint(with: blame) else { return nil }
        var traded: [String: Quantity] = [:]
        for kept in venue.orders {
            traded[record.parts.approval(of: kept.order.id), default: .zero] += kept.filled
        }
        for (id, quantity) in traded.sorted(by: { $0.key < $1.key }) {
            guard let most = record.approved[id], quantity > most else { continue }
            return "\(quantity) have traded for approval \(id), which was for \(most)"
        }
        return nil
    }

    /// What was told to have ended does not come there after that.
    private var latecomers: String? {
        let late = venue.orders.first { kept in
            endedAt[kept.order.id].map { $0 < venue.stamp(kept.arrivedAt) } ?? false
        }
        return late.map { "order \($0.order.id) was told to have ended, and came to the broker after that" }
    }

    /// Where each order stands here and there.
    private var standings: String? {
        let kept = Dictionary(uniqueKeysWithValues: venue.orders.map { ($0.order.id, $0) })
        for (order, status, filled) in record.orders
        where status != .rejected && !record.lastSent.contains(order.id) {
            guard let kept = kept[order.id] else {
                // In what became another thing it may have been refused a moment ago.
                if status.hasEnded || order.symbol.text == venue.changed, filled == .zero { continue }
                return "order \(order.id) is \(status) here, \(filled) of it traded, and not at the broker"
            }
            if isStranger(kept) || kept.status == .working && kept.isAtRest && !status.hasEnded { continue }
            if filled != kept.filled {
                return "\(filled) of order \(order.id) have traded here, and \(kept.filled) at the broker"
            }
            // What the broker has denied to have is nobody's order: it is taken back, and what it traded counts.
            if kept.isDenied {
                let isLeft = status == .rejectedByBroker && kept.status == .expired
                guard isLeft, order.symbol.text != venue.changed else { continue }
                return "order \(order.id) was called refused, worked at the broker, and nobody took it back"
            }
            if status == .rejectedByBroker || !status.hasEnded {
                return "order \(order.id) is \(status) here, and \(kept.status) at the broker"
            }
            let wasLate = venue.mischief.contains(.fillAfterCancel)
            // Of a frozen symbol a part of an order may have been sent, and its rest called off here.
            let isPart = order.notional == nil && kept.order.quantity < order.quantity
            if kept.status == .filled, status != .filled, !wasLate, !isPart,
                kept.order.quantity <= kept.filled
            {
                return "order \(order.id) is \(status) here, and has traded at the broker"
            }
        }
        return nil
    }

    /// What the broker has denied to have, and names by no id of ours, is nobody's: its symbol is frozen for a trade of a
    /// stranger, until a person has looked.
    private func isStranger(_ kept: HostileVenue.Kept) -> Bool {
        kept.isDenied && line.frozen.contains("\(kept.order.symbol) fill")
    }

    /// Each execution was heard of once.
    private var fills: String? {
        let own = record.heard.filter { $0.orderId != "external" }
        var ids: Set<String> = []
        for fill in own where !ids.insert(fill.id).inserted { return "fill \(fill.id) was heard of twice" }
        guard !venue.orders.contains(where: isStranger) else { return nil }
        if own.count != venue.executions.count {
            return "\(own.count) fills were heard of, and there were \(venue.executions.count)"
        }
        return nil
    }

    /// Cash and positions, but for shares that became others over night.
    private var books: String? {
        guard !venue.orders.contains(where: isStranger) else { return nil }
        if record.books.cash != venue.books.cash {
            return "cash is \(record.books.cash)e-6 here, and \(venue.books.cash)e-6 at the broker"
        }
        let symbols = Set(venue.books.quantities.keys).union(record.books.quantities.keys)
        for symbol in symbols.sorted() where !(venue.changed.map { symbol.hasPrefix($0) } ?? false) {
            let (here, there) = (record.books.quantity(of: symbol), venue.books.quantity(of: symbol))
            if here != there { return "\(here)e-9 of \(symbol) are held here, and \(there)e-9 at the broker" }
        }
        return nil
    }

    /// Where every position has a stop, all that is held is guarded, or somebody was told.
    private var unguarded: String? {
        guard let plan = stops, plan.rules.contains(where: { if case .fixed = $0 { true } else { false } })
        else { return nil }
        for (symbol, quantity) in venue.books.quantities.sorted(by: { $0.key < $1.key }) where quantity != 0 {
            let isTold = record.guardAlarms.contains { $0.contains(" \(symbol) ") }
            let isChanged = venue.changed.map { symbol.hasPrefix($0) } ?? false
            guard !isChanged, !isTold,
                !line.frozen.contains(where: { $0.hasPrefix("\(symbol) ") })
            else { continue }
            let guards = venue.orders.filter {
                $0.status == .working && $0.order.symbol.text == symbol && $0.isGuard
                    && ($0.order.side == .sell) == (quantity > 0) && $0.order.parent.isEmpty
            }
            let guarded = guards.reduce(Int128(0)) { $0 + Int128(($1.order.quantity - $1.filled).units) }
            if guarded != abs(quantity) {
                return "\(quantity)e-9 of \(symbol) are held, and \(guarded)e-9 are guarded"
            }
        }
        return nil
    }

    /// What had to be noticed was noticed, and nothing was that was not so.
    private var differences: String? {
        if let changed = venue.changed, !line.frozen.contains("\(changed) position") {
            return "\(changed) became another thing over night, and nobody noticed"
        }
        for kept in venue.orders where kept.filled > kept.order.quantity && !isStranger(kept) {
            guard !line.frozen.contains("\(kept.order.symbol) order") else { continue }
            return
                "order \(kept.order.id) has traded \(kept.filled) of \(kept.order.quantity), and nobody noticed"
        }
        if !venue.mischief.contains(where: \.mayFreeze), let frozen = line.frozen.first {
            return "something differs at a broker that only was late: \(frozen)"
        }
        return nil
    }
}

extension OrderStatus {
    fileprivate var hasEnded: Bool {
        switch self {
        case .filled, .cancelled, .expired, .rejected, .rejectedByBroker: true
        default: false
        }
    }
}
