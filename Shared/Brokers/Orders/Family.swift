import Domain

/// Orders that belong together: an entry with its target and its stop (a bracket), two of which one cancels the other, or
/// one that lets loose another. They are asked for one after the other, the legs naming the first, and leave in one call:
/// whole, or not at all.
extension BrokerDesk {
    /// An order, and those that leave with it.
    func members(of place: Int) -> [Int] { [place] + errands[place].legs }

    private func first(ofFamilyOf place: Int) -> Int {
        errands[place].head >= 0 ? errands[place].head : place
    }

    /// The others of its family.
    private func relatives(of place: Int) -> [Int] {
        members(of: first(ofFamilyOf: place)).filter { $0 != place }
    }

    /// An order with its family, and where it is to stand in the place of another one that one's.
    func kin(of place: Int) -> [Int] {
        let former = errands[place].replaces
        return [place, former].filter { $0 >= 0 }.flatMap { members(of: first(ofFamilyOf: $0)) }
    }

    // MARK: Asked for

    /// Whose leg an order is: that of a family which is not whole yet. A later order of the same approval names the first
    /// one too, and is no leg of it.
    func headOfLeg(_ order: Order) -> Int? {
        guard order.orderClass != .simple, let head = places[order.parent],
            errands[head].order.orderClass == order.orderClass, errands[head].head < 0, !isWhole(head)
        else { return nil }
        return head
    }

    func enlist(leg order: Order, of head: Int, _ origin: Origin) {
        var errand = Errand(order, because: origin)
        errand.head = head
        let place = enlist(errand)
        errands[head].legs.append(place)
        if errands[head].stage == .ended { endLegs(of: head) }
    }

    /// All that belongs to it is known.
    func isWhole(_ head: Int) -> Bool {
        errands[head].legs.count == errands[head].order.orderClass.legs
    }

    /// What stands in the place of a leg belongs to its family.
    func takeOverLeg(_ place: Int, from old: Int) {
        let head = errands[old].head
        guard head >= 0, let number = errands[head].legs.firstIndex(of: old) else { return }
        errands[place].head = head
        errands[head].legs[number] = place
    }

    // MARK: Ended together

    /// The first of them has ended before it came to the broker, and so nothing will come of the others.
    func endLegs(of head: Int) {
        for leg in errands[head].legs where errands[leg].stage != .ended && !errands[leg].isAcknowledged {
            end(leg)
            report(.cancelled, leg, Reasons.alone, because: errands[leg].origin)
        }
    }

    /// A leg was refused, or has not come there: its order is called back, and with that the others end. Where something has
    /// traded already, what is there stays: it protects that.
    func callBackFamily(of leg: Int) {
        let head = errands[leg].head
        let hasTraded = relatives(of: leg).contains {
            errands[$0].filled.isPositive || errands[$0].told.isPositive
        }
        guard head >= 0, !hasTraded else { return }
        errands[head].isUnwanted = true
    }

    /// Something is held that a refused leg was to protect, and nobody may miss that.
    func tellUnprotected(_ place: Int, _ outbox: inout Outbox) {
        let errand = errands[place]
        guard errand.head >= 0, errand.stage == .ended, !isLeftAlone(place) else { return }
        let head = errands[errand.head]
        guard head.order.orderClass == .oneCancelsOther || head.told.isPositive else { return }
        alarm(
            .critical, "unprotected",
            "what is held of \(errand.order.symbol) is not protected by order \(errand.order.id), which the broker has "
                + "refused: \(errand.endingText)", &outbox)
    }

    /// The order to which it belongs has ended, and was never taken by the broker.
    func isLeftAlone(_ place: Int) -> Bool {
        let head = errands[place].head
        return head >= 0 && errands[head].stage == .ended && !errands[head].isAcknowledged
    }

    /// A leg works whose order has ended without having traded: the broker has left it behind.
    func isStray(_ place: Int) -> Bool {
        let errand = errands[place]
        guard errand.head >= 0, errand.order.orderClass != .oneCancelsOther else { return false }
        let head = errands[errand.head]
        return head.stage == .ended && !head.filled.isPositive && !head.told.isPositive
    }

    /// What has ended may have ended the others: where no word of that comes, they are asked about.
    func askAboutFamily(of place: Int) {
        for other in relatives(of: place) where errands[other].stage == .working {
            errands[other].askAt = min(errands[other].askAt, clock + setup.backOff)
        }
    }

    /// An order of the day whose legs stand longer may have been sent for as long as these.
    func endDayOfHeads() {
        for place in live where errands[place].stage == .working && errands[place].order.timeInForce == .day {
            let stands = errands[place].legs.contains {
                errands[$0].order.timeInForce == .goodTillCancelled
            }
            if stands { errands[place].isUnwanted = true }
        }
    }

    // MARK: Lost, and found again

    /// A leg that the broker may have named itself is not asked about before it is known whether its order is there: by that
    /// one's name it is found, and with that one it leaves again.
    func waitsForHead(_ place: Int) -> Bool {
        let errand = errands[place]
        guard errand.head >= 0, errand.replaces < 0, errand.stage == .unknown else { return false }
        return [.intent, .sent, .unknown].contains(errands[errand.head].stage)
    }

    /// The broker does not know a leg. With its family it leaves again or ends; a family of which only a part has come there
    /// is called back.
    func missLeg(_ place: Int, because origin: Origin) {
        let errand = errands[place]
        errands[place].askAt = clock + setup.wait(after: errand.asks)
        guard errands[errand.head].isAcknowledged || isLeftAlone(place) else { return }
        callBackFamily(of: place)
        guard isGone(errand) else { return }
        end(place)
        report(.cancelled, place, Reasons.neverCame, because: origin)
    }

    /// A leg that the broker has named itself is asked about by its own name or by that of the order it belongs to.
    func nameToAskBy(_ place: Int) -> String {
        let errand = errands[place]
        guard errand.head >= 0, errand.replaces < 0 else { return "" }
        return errand.venueId.isEmpty ? errands[errand.head].venueId : errand.venueId
    }

    /// Which leg it is that the broker has named itself.
    func legPlace(_ told: BrokerOrder) -> Int? {
        guard let head = places[told.parent] else { return nil }
        return errands[head].legs.first {
            let leg = errands[$0]
            return leg.venueId.isEmpty && leg.order.side == told.side && leg.order.limit == told.limit
                && leg.order.stop == told.stop
        }
    }

    /// It may be a leg of which it is not known yet what the broker calls it.
    func isPerhapsLeg(_ told: BrokerOrder) -> Bool {
        live.contains {
            errands[$0].head >= 0 && errands[$0].sends > 0 && errands[$0].venueId.isEmpty
                && errands[$0].order.symbol == told.symbol && errands[$0].order.side == told.side
        }
    }

    // MARK: Counted together

    /// Those of a family that close the same shares.
    private func exits(of head: Int) -> [Int] {
        switch errands[head].order.orderClass {
        case .bracket, .oneTriggersOther: errands[head].legs
        case .oneCancelsOther: members(of: head)
        case .simple: []
        }
    }

    /// An order and those that close the same shares as it does: one of them ends the others.
    func pair(of place: Int) -> [Int] {
        let exits = exits(of: first(ofFamilyOf: place))
        return exits.contains(place) ? exits : [place]
    }

    /// How much an order may still sell of what is held: of those that sell the same shares the largest is counted, for as
    /// much as they were to sell and have not sold, and legs for what their order has bought.
    func exit(of place: Int) -> Quantity {
        let head = first(ofFamilyOf: place)
        let exits = exits(of: head)
        guard exits.contains(place) else { return errands[place].openThere }
        let atWork = exits.filter { errands[$0].stage != .ended && errands[$0].sends > 0 }
        guard place == atWork.max(by: { errands[$0].openThere < errands[$1].openThere }) else { return .zero }
        let errand = errands[head]
        let all =
            errand.order.orderClass == .oneCancelsOther
            ? errand.sent?.quantity ?? errand.order.quantity : max(errand.filled, errand.told)
        let left = exits.reduce(all) { $0 - errands[$1].filled }
        return max(.zero, min(errands[place].openThere, left))
    }

    /// What an order closes its legs may open again: they are of the other side.
    func mayOpenAgain(_ order: Order) -> Bool {
        guard order.orderClass != .oneCancelsOther, let place = places[order.id] else { return false }
        return !errands[place].legs.isEmpty
    }

    /// Those of which one was to end the other have traded more than one of them may.
    func noteFamilyExcess(of place: Int, _ message: Message, _ outbox: inout Outbox) {
        let head = first(ofFamilyOf: place)
        let exits = exits(of: head)
        guard exits.count > 1 else { return }
        let traded = exits.reduce(Quantity.zero) { $0 + errands[$1].filled }
        let most = errands[head].sent?.quantity ?? errands[head].order.quantity
        guard traded > most else { return }
        differ(
            errands[head].order.symbol, "order", ours: "\(most) were to be left",
            theirs: "\(traded) have traded",
            "of the orders that belong to \(errands[head].order.id) one has not ended the other", message,
            &outbox)
    }
}
