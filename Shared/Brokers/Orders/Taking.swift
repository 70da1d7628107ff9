import Domain

/// What is asked of the broker.
extension BrokerDesk {
    func take(_ request: VenueRequest, because origin: Origin, at moment: Timestamp) {
        let known = places[request.order.id]
        switch request.verb {
        case .submit:
            // The same order again is the same order.
            guard known == nil else { return }
            if let head = headOfLeg(request.order) { return enlist(leg: request.order, of: head, origin) }
            enlist(Errand(request.order, because: origin, at: moment))
        case .cancel: cancel(request.order, known, origin)
        case .replace: replace(request, known, origin)
        case .status:
            guard let known else {
                return refuse(request.order, .unknownOrder, Reasons.unknown, origin)
            }
            guard errands[known].stage != .intent else { return }
            errands[known].wantsState = true
            errands[known].askAt = clock
            if errands[known].stage == .ended { live.append(known) }
        }
    }

    @discardableResult
    func enlist(_ errand: Errand) -> Int {
        let place = errands.count
        errands.append(errand)
        places[errand.order.id] = place
        live.append(place)
        return place
    }

    private func cancel(_ order: Order, _ known: Int?, _ origin: Origin) {
        guard let known else { return refuse(order, .cancelRejected, Reasons.unknown, origin) }
        callOff(known)
        switch errands[known].stage {
        case .intent where errands[known].sends == 0 && errands[known].head < 0:
            // Nothing has left: there is nobody to ask.
            end(known)
            report(.cancelled, known, "before it was sent", because: origin)
            endLegs(of: known)
        case .ended:
            report(.cancelRejected, known, "the order has ended", because: origin)
        default: errands[known].wantsCancel = true
        }
    }

    private func replace(_ request: VenueRequest, _ known: Int?, _ origin: Origin) {
        guard known == nil else { return }
        guard let old = places[request.replaces] else {
            return refuse(request.order, .rejected, Reasons.unknown, origin)
        }
        var errand = Errand(request.order, because: origin)
        errand.replaces = old
        let place = enlist(errand)
        guard errands[old].stage != .ended else {
            end(place)
            return report(.rejected, place, "the order that it would replace has ended", because: origin)
        }
        guard errands[old].legs.isEmpty else {
            end(place)
            return report(
                .rejected, place,
                "an order with which others have left is not replaced: cancel it, and order anew",
                because: origin)
        }
        let (before, after) = (errands[old].order, request.order)
        guard (before.symbol, before.side, before.kind) == (after.symbol, after.side, after.kind) else {
            end(place)
            return report(
                .rejected, place, "an order is replaced by one of the same symbol, side and kind",
                because: origin)
        }
    }

    /// Answers for an order that is not known here.
    private func refuse(_ order: Order, _ kind: ReportKind, _ reason: String, _ origin: Origin) {
        pending.append(
            Pending(
                report: BrokerReport(
                    kind: kind, account: setup.account, orderId: order.id, explanation: reason, at: clock,
                    symbol: order.symbol),
                origin: origin))
    }

    /// Nothing more is done for an order. What it still trades is heard all the same.
    func end(_ place: Int) {
        errands[place].stage = .ended
        errands[place].ending = nil
        errands[place].askAt = .distantFuture
        errands[place].answerIsOld = calls.contains { $0.place == place && $0.kind == .order }
        live.removeAll { $0 == place }
    }
}

/// What is said in more than one place.
enum Reasons {
    static let unknown = "nobody has ordered that here"
    static let neverCame = "it never came to the broker"
    static let alone = "the order that it belongs to has not come to the broker"
}
