import Domain
import Mesh
import Wire

/// What was asked, heard and told of one order, for a person who looks at a seed that failed.
struct OrderStory {
    private let order: String
    private let venueId: String
    private let codec = Codec()
    private(set) var lines: [String] = []

    /// Nothing where the complaint names no order.
    init?(of complaint: String, _ world: TradingWorld, _ venue: HostileVenue) throws {
        let words = complaint.split(whereSeparator: { " ,:".contains($0) })
        guard let name = words.first(where: { $0.count == OrderStory.nameLength }) else { return nil }
        order = String(name)
        venueId = venue.orders.first { $0.order.id == name }?.id ?? "-"
        try readRisk(world.members[4])
        for member in [world.members[1], world.members[5]] {
            try member.walk { batch in
                for record in batch { try tell(record, of: member) }
            }
        }
    }

    private static let nameLength = 32
    private static let knownMax = 25

    private mutating func tell(_ record: Record, of member: TradingMember) throws {
        let message = try codec.decode(record.payload)
        guard let tale = tale(of: message.body) else { return }
        lines.append(
            "\(member.settings.service) \(record.kind) \(message.topic) \(message.number) of \(message.sentAt): \(tale)"
        )
    }

    private func tale(of body: Body) -> String? {
        switch body {
        case .venueRequest(let request) where request.order.id == order:
            "\(request.verb) \(OrderStory.size(request.order))"
        case .brokerCall(let call) where call.order?.id == order:
            "call \(call.number) \(call.kind) \(OrderStory.size(call.order!))"
        case .brokerReport(let report) where report.orderId == order:
            "\(report.kind) \(report.fill.map { "\($0.quantity) " } ?? "")\(report.explanation)"
        case .orderUpdate(let update) where update.order.id == order:
            "\(update.status), \(update.filled) traded"
        case .brokerNews(let news): tale(of: news)
        default: nil
        }
    }

    private func tale(of news: BrokerNews) -> String? {
        let orders = news.orders.filter { $0.orderId == order }.map { "\($0.status), \($0.filled) traded" }
        let fills = news.activities.filter { $0.venueOrderId == venueId }.map {
            "\($0.id) \($0.quantity) up to \($0.total)"
        }
        if orders.isEmpty, fills.isEmpty { return nil }
        return "\(news.kind) \(news.call): \((orders + fills).joined(separator: "; "))"
    }

    /// What risk took and said of a symbol until it judged the order.
    private mutating func readRisk(_ risk: TradingMember) throws {
        var tales: [Symbol: [String]] = [:]
        var symbol: Symbol?
        try risk.walk { batch in
            for record in batch where symbol == nil {
                let (about, tale): (Symbol, String)
                let message = try codec.decode(record.payload)
                switch message.body {
                case .position(let position):
                    (about, tale) = (position.symbol, "\(position.quantity) are held")
                case .brokerReport(let report):
                    let fill = report.fill.map { "\($0.side) \($0.quantity) " } ?? ""
                    (about, tale) = (
                        report.symbol, "\(report.orderId) \(report.kind) \(fill)\(report.explanation)"
                    )
                case .verdict(let verdict):
                    let checks = verdict.checks.map { "\($0.name): \($0.explanation)" }.joined(
                        separator: ", ")
                    about = verdict.order.symbol
                    tale =
                        "\(verdict.order.id) \(verdict.approved) \(OrderStory.size(verdict.order)) \(checks)"
                    if verdict.order.id == order { symbol = about }
                default: continue
                }
                tales[about, default: []].append("risk \(record.kind) of \(message.sentAt): \(tale)")
            }
        }
        if let symbol { lines += tales[symbol]!.suffix(OrderStory.knownMax) }
    }

    private static func size(_ order: Order) -> String {
        let size = order.notional.map { "for \($0), at most" } ?? "for"
        return "\(order.side) of \(order.symbol) \(size) \(order.quantity)"
    }
}
