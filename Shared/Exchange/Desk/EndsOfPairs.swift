import Domain

/// Two orders of which one cancels the other share what there is to trade: where each has traded a part, nobody cancels
/// the one that is filled last, and it trades less than was asked for. A broker tells that as its end.
extension ExchangeDesk {
    func endOfPair(_ report: Report) -> BrokerReport? {
        guard report.tag != Ticket.liquidation else { return nil }
        let place = Int(report.tag)
        if report.kind == .state, report.reason == .otherOfPair { reduced.insert(place) }
        if report.kind == .cancelled { reduced.remove(place) }
        guard report.kind == .filled, report.remaining == .zero, reduced.remove(place) != nil else {
            return nil
        }
        let order = orders[place]
        return BrokerReport(
            kind: .cancelled, account: order.order.account, orderId: order.order.id,
            venueOrderId: String(order.handle.number), explanation: Reason.otherOfPair.text, at: report.at,
            symbol: order.order.symbol)
    }

    func rememberReduced(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        // Where no pair has traded in parts, as in an older snapshot, nothing stands here.
        if walk.isReading ? walk.isAtEnd : reduced.isEmpty { return }
        var places = reduced.sorted()
        try walk.places(&places, below: orders.count)
        reduced = Set(places)
    }
}
