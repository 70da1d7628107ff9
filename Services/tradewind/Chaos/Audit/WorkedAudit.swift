import Domain

/// Follows approvals that are worked over time. What is sent for one is a part of it, or a leg that protects what it has brought;
/// its parts together never trade more than was approved, and its legs no more than its parts. None is forgotten.
struct WorkedAudit {
    private(set) var findings: [ChaosFinding] = []
    private let lineage: Lineage
    private var approved: [String: (order: Order, message: Message)] = [:]
    /// What has traded for each approval, and against it.
    private var parts: [String: Quantity] = [:]
    private var legs: [String: Quantity] = [:]

    /// So long an approval may wait for a time or for volume before anything is sent for it.
    private static let patience = 30 * Nanoseconds.second

    init(_ testimony: Testimony, fills: [Fill], until end: Timestamp) {
        lineage = Lineage(testimony)
        for message in testimony.sent(by: "risk") {
            guard case .verdict(let verdict) = message.body, verdict.approved else { continue }
            approved[verdict.order.id] = (verdict.order, message)
        }
        var begun: Set<String> = []
        for message in testimony.sent(by: "execution") {
            switch message.body {
            case .planEnd(let end): begun.insert(end.orderId)
            case .venueRequest(let request) where request.verb == .submit:
                begun.insert(lineage.approval(of: request.order.id))
                check(request.order, message)
            default: break
            }
        }
        for fill in fills { count(fill) }
        for (id, each) in approved.sorted(by: { $0.key < $1.key })
        where !begun.contains(id) && each.message.sentAt < end - WorkedAudit.patience {
            note("order \(id) was lost: it was approved, and neither sent nor told to be over", each.message)
        }
    }

    private mutating func note(_ sentence: String, _ message: Message?) {
        findings.append(ChaosFinding("orders", sentence, at: message?.asCause.text ?? ""))
    }

    private mutating func check(_ order: Order, _ message: Message) {
        guard let approval = approved[lineage.approval(of: order.id)]?.order else {
            return note("order \(order.id) was sent, and nobody approved what it is for", message)
        }
        if order.symbol != approval.symbol || order.quantity > approval.quantity {
            note(
                "order \(order.id) was sent as \(order), and is for what was approved as \(approval)", message
            )
        }
    }

    private mutating func count(_ fill: Fill) {
        let id = lineage.approval(of: fill.orderId)
        guard let (approval, message) = approved[id] else { return }
        if fill.side == approval.side {
            parts[id, default: .zero] += fill.quantity
            if parts[id]! > approval.quantity {
                note(
                    "order \(id) was approved for \(approval.quantity), and its parts have traded more",
                    message)
            }
        } else {
            legs[id, default: .zero] += fill.quantity
            if legs[id]! > parts[id] ?? .zero {
                note("what protects order \(id) has traded more than its parts", message)
            }
        }
    }
}
