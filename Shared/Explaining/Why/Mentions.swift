import Domain

extension Message {
    /// The orders that it is about.
    package var orderIds: [String] {
        let all: [String] =
            switch body {
            case .orderProposal(let proposal): [proposal.order.id]
            case .verdict(let verdict): [verdict.order.id]
            case .venueRequest(let request): [request.order.id, request.replaces]
            case .orderUpdate(let update): [update.order.id]
            case .planEnd(let plan): [plan.orderId]
            case .brokerReport(let report): [report.orderId, report.fill?.orderId ?? ""]
            case .fill(let fill): [fill.orderId]
            case .position(let position): [position.fill?.orderId ?? ""]
            default: []
            }
        return all.filter { !$0.isEmpty }
    }

    /// It is risk's word on an order.
    var isVerdict: Bool {
        if case .verdict = body { true } else { false }
    }

    /// The order that another one belongs to, where it says so.
    func parent(of orderId: String) -> String? {
        let order: Order? =
            switch body {
            case .venueRequest(let request): request.order
            case .orderUpdate(let update): update.order
            default: nil
            }
        guard let order, order.id == orderId, !order.parent.isEmpty else { return nil }
        return order.parent
    }

    /// The fills that it tells of.
    package var fillIds: [String] {
        let all: [String?] =
            switch body {
            case .brokerReport(let report): [report.fill?.id]
            case .fill(let fill): [fill.id]
            case .position(let position): [position.fill?.id]
            default: []
            }
        return all.compactMap { $0 }.filter { !$0.isEmpty }
    }

    /// Where its kind stands in what happens of an instant: the market first, then what is thought of it, decided, sent
    /// and answered. What execution heard in an instant it passes on after the venue has said it.
    var stage: Int {
        switch body {
        case .bar, .quote, .trade, .corporateAction, .dataFault, .command: 0
        case .brokerReport: 1
        case .signal: 2
        case .position: 3
        case .account: 4
        case .orderProposal: 5
        case .halt: 6
        case .verdict: 7
        case .venueRequest: 8
        case .fill: 9
        case .orderUpdate: 10
        case .planEnd: 11
        default: 12
        }
    }
}
