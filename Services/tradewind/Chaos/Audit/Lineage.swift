import Domain

/// Which approval an order was sent for, where approvals are worked over time: orders name what they are a part of, or what
/// they protect.
struct Lineage {
    private var parents: [String: String] = [:]

    init(_ testimony: Testimony) {
        for message in testimony.sent(by: "execution") {
            guard case .venueRequest(let request) = message.body, request.verb == .submit else { continue }
            if !request.order.parent.isEmpty { parents[request.order.id] = request.order.parent }
        }
    }

    /// The order's own id, where it was sent as it was approved.
    func approval(of id: String) -> String {
        var found = id
        while let parent = parents[found], parent != found { found = parent }
        return found
    }
}
