import Domain

/// Follows each order from its approval to its last fill: none is doubled, none is lost, and everybody has the same fills.
struct OrderAudit {
    private(set) var findings: [ChaosFinding] = []
    private(set) var orders = 0
    private(set) var fills = 0
    private let venue: String
    private let testimony: Testimony
    private var ordersById: [String: Order] = [:]
    /// Of the last instant, whose orders nobody answers any more.
    private let lastAt: Timestamp
    /// Approvals are worked over time: what is sent for one is another order, or many.
    private let works: Bool

    init(_ testimony: Testimony, venue: String, works: Bool = false) {
        self.testimony = testimony
        self.venue = venue
        self.works = works
        let steps = testimony.all(of: "execution").filter {
            if case .step = $0.message.body { true } else { false }
        }
        lastAt = steps.last?.message.sentAt ?? .zero
        checkRequests()
        checkAnswers()
        checkFills()
    }

    private mutating func note(_ sentence: String, _ message: Message?) {
        findings.append(ChaosFinding("orders", sentence, at: message?.asCause.text ?? ""))
    }

    // MARK: approved is sent, once

    private mutating func checkRequests() {
        var approved: [String: (order: Order, message: Message)] = [:]
        for message in testimony.sent(by: "risk") {
            guard case .verdict(let verdict) = message.body, verdict.approved else { continue }
            if approved.updateValue((verdict.order, message), forKey: verdict.order.id) != nil {
                note("order \(verdict.order.id) was approved twice", message)
            }
        }
        for message in testimony.sent(by: "execution") {
            guard case .venueRequest(let request) = message.body, request.verb == .submit else { continue }
            let order = request.order
            if ordersById.updateValue(order, forKey: order.id) != nil {
                note("order \(order.id) was doubled: it was sent twice", message)
            }
            if works { continue }
            guard let verdict = approved[order.id]?.order else {
                note("order \(order.id) was sent, and nobody approved it", message)
                continue
            }
            if verdict.quantity != order.quantity || verdict.side != order.side
                || verdict.symbol != order.symbol
                || verdict.notional != order.notional
            {
                note("order \(order.id) was approved as \(verdict), and sent as \(order)", message)
            }
        }
        orders = ordersById.count
        if works { return }
        for (id, each) in approved.sorted(by: { $0.key < $1.key }) where ordersById[id] == nil {
            note("order \(id) was lost: it was approved and never sent", each.message)
        }
    }

    // MARK: sent is answered

    private mutating func checkAnswers() {
        // A broker may take an order and refuse it after that; neither is told twice.
        var answers: [String: [ReportKind]] = [:]
        for message in testimony.sent(by: venue) {
            // What a broker's service tells of the broker itself is about no order.
            guard case .brokerReport(let report) = message.body, !report.isOfBroker else { continue }
            guard ordersById[report.orderId] != nil else {
                note("\(venue) tells of order \(report.orderId), which nobody sent", message)
                continue
            }
            if report.kind == .accepted || report.kind == .rejected {
                answers[report.orderId, default: []].append(report.kind)
                if answers[report.orderId]?.count(where: { $0 == report.kind }) == 2 {
                    note("order \(report.orderId) was doubled: \(venue) answered it twice", message)
                }
            }
        }
        // What a broker answers after the last step is not told any more: its own orders are looked at instead.
        guard venue == "exchange" else { return }
        for message in testimony.sent(by: "execution") where message.sentAt < lastAt {
            guard case .venueRequest(let request) = message.body, request.verb == .submit else { continue }
            if answers[request.order.id] == nil {
                note("order \(request.order.id) was lost: it was sent and never answered", message)
            }
        }
    }

    // MARK: everybody has the same fills

    private mutating func checkFills() {
        let told = testimony.sent(by: venue).compactMap { message -> (Fill, Message)? in
            guard case .brokerReport(let report) = message.body, let fill = report.fill else { return nil }
            return (fill, message)
        }
        fills = told.count
        var byOrder: [String: Quantity] = [:]
        var seen: Set<String> = []
        for (fill, message) in told {
            if !seen.insert(fill.id).inserted { note("fill \(fill.id) was told twice", message) }
            byOrder[fill.orderId, default: .zero] += fill.quantity
            if let order = ordersById[fill.orderId], order.quantity.isPositive,
                byOrder[fill.orderId] ?? .zero > order.quantity
            {
                note("order \(fill.orderId) was for \(order.quantity), and more of it was filled", message)
            }
        }
        if works { findings += WorkedAudit(testimony, fills: told.map(\.0), until: lastAt).findings }
        compare(told, "execution") { if case .fill(let fill) = $0 { fill } else { nil } }
        compare(told, "portfolio") { if case .position(let position) = $0 { position.fill } else { nil } }
        checkUpdates(byOrder)
    }

    private mutating func compare(
        _ told: [(fill: Fill, message: Message)], _ service: String, _ fill: (Body) -> Fill?
    ) {
        let own = testimony.sent(by: service).compactMap { message in fill(message.body).map { ($0, message) }
        }
        for place in 0..<max(told.count, own.count) {
            guard place < own.count else {
                let each = told[place]
                note(
                    "\(service) never heard of fill \(each.fill.id) of order \(each.fill.orderId)",
                    each.message)
                return
            }
            guard place < told.count, told[place].fill.id == own[place].0.id,
                told[place].fill.quantity == own[place].0.quantity,
                told[place].fill.price == own[place].0.price,
                told[place].fill.fee == own[place].0.fee
            else {
                let theirs = place < told.count ? "\(told[place].fill.id)" : "none"
                note(
                    "fill \(place + 1) is \(own[place].0.id) for \(service), and \(theirs) for \(venue)",
                    own[place].1)
                return
            }
        }
    }

    private mutating func checkUpdates(_ filled: [String: Quantity]) {
        var last: [String: (update: OrderUpdate, message: Message)] = [:]
        for message in testimony.sent(by: "execution") {
            guard case .orderUpdate(let update) = message.body else { continue }
            last[update.order.id] = (update, message)
        }
        for (id, each) in last.sorted(by: { $0.key < $1.key }) where each.update.filled != filled[id] ?? .zero
        {
            note(
                "execution has \(each.update.filled) of order \(id) filled, and \(venue) \(filled[id] ?? .zero)",
                each.message)
        }
    }
}
