import Domain

/// What leaves, and when. After anything has broken, all that is unknown is asked for first.
extension BrokerDesk {
    func act(_ outbox: inout Outbox) {
        guard hasBegun else { return }
        if clock >= quietUntil {
            goOnLooking(&outbox)
            for place in live where errands[place].askAt <= clock && !isBusy(place) && !waitsForHead(place) {
                errands[place].askAt = .distantFuture
                call(.order, place, &outbox)
            }
            learnAssets(&outbox)
        }
        if mayOpen {
            for place in live where !isBusy(place) { send(place, &outbox) }
        }
        tellOfWaits(&outbox)
        tellStanding(&outbox)
        askToBeWoken(&outbox)
    }

    /// All that was unknown has been asked for since something broke.
    var mayOpen: Bool {
        guard setup.guards.contains(.askFirst) else { return true }
        return askedThrough == breaks && clock >= quietUntil
            && !live.contains { errands[$0].stage == .unknown && errands[$0].asks == 0 && !waitsForHead($0) }
    }

    func isBusy(_ place: Int) -> Bool {
        calls.contains { $0.place == place && $0.kind.isOfAnOrder }
    }

    func send(_ place: Int, _ outbox: inout Outbox) {
        let errand = errands[place]
        switch errand.stage {
        case .intent where errand.replaces >= 0: sendReplacement(place, &outbox)
        case .intent where errand.head < 0: submit(place, &outbox)
        case .working
        where (errand.wantsCancel || errand.isUnwanted) && !errand.cancelIsSent && errand.ending == nil:
            errands[place].cancelIsSent = true
            call(.cancel, place, &outbox)
        default: break
        }
    }

    private func submit(_ place: Int, _ outbox: inout Outbox) {
        let errand = errands[place]
        let order = errand.order
        if errand.wantsCancel || isLate(order) { return giveUp(place) }
        guard isWhole(place), !isHeld(order.symbol), !market.awaits(order.symbol) else { return }
        if errand.sends == 0 {
            guard !waitsForOthers(place, &outbox) else { return }
            if let reason = takeOff(place) { return holdBack(place, because: reason) }
            let order = errands[place].sent ?? order
            if let reason = freezing(order) {
                guard let part = confirmedPart(of: order) else { return holdBack(place, because: reason) }
                errands[place].sent = part
            }
        }
        // What may have come there is not judged anew: it is the same order under the same id.
        if errand.sends == 0,
            let objection = objection(toFamilyOf: place) ?? objection(to: errands[place].sent ?? order)
        {
            end(place)
            report(.rejected, place, objection, because: errand.origin)
            return endLegs(of: place)
        }
        // But what the broker does not have, and is to open what is frozen by now, does not leave once more.
        if errand.sends > 0, let objection = freezing(errand.sent ?? order) {
            return giveUp(place, because: objection)
        }
        leave(place, .submit, &outbox)
    }

    /// Told as one is that a person's command stops, and not as refused: no broker has refused anything.
    func holdBack(_ place: Int, because reason: String) {
        end(place)
        report(.cancelled, place, reason, because: errands[place].origin)
        endLegs(of: place)
    }

    private func sendReplacement(_ place: Int, _ outbox: inout Outbox) {
        let errand = errands[place]
        let old = errands[errand.replaces]
        switch old.stage {
        case .working where old.ending == nil && old.filled == .zero && old.told == .zero:
            guard !isHeld(errand.order.symbol), !isBeingReplaced(errand.replaces) else { return }
            if isLate(errand.order) { return giveUp(place) }
            if let reason = freezing(errand.order) {
                end(place)
                return report(.cancelled, place, reason, because: errand.origin)
            }
            if let objection = objection(toChange: errand.order) {
                end(place)
                return report(.rejected, place, objection, because: errand.origin)
            }
            leave(place, .replace, &outbox)
        case .working where old.ending == nil, .ended:
            // What a replacement's quantity counts is not the same at every broker once a part has traded.
            let reason =
                old.stage == .ended
                ? "the order that it would replace has ended"
                : "a part of the order has traded: cancel it, and order anew"
            end(place)
            report(.rejected, place, reason, because: errand.origin)
        default: break
        }
    }

    /// A replacement of it has left: the next one waits until it is known which of the two stands.
    private func isBeingReplaced(_ place: Int) -> Bool {
        live.contains { errands[$0].replaces == place && errands[$0].stage == .sent }
    }

    /// The intent is on disk before it leaves: a call is durable.
    private func leave(_ place: Int, _ kind: BrokerCallKind, _ outbox: inout Outbox) {
        errands[place].sent = errands[place].sent ?? shaped(errands[place].order)
        errands[place].waitsSince = nil
        for leg in errands[place].legs where errands[leg].sent == nil {
            var sent = errands[leg].order
            sent.quantity = errands[place].sent?.quantity ?? sent.quantity
            errands[leg].sent = sent
        }
        for member in members(of: place) {
            errands[member].stage = .sent
            errands[member].sends += 1
            errands[member].sentAt = clock
            errands[member].asks = 0
        }
        call(kind, place, &outbox)
    }

    /// Whether it may not be sent any more.
    func isLate(_ order: Order) -> Bool { order.validUntil != .zero && closed > order.validUntil }

    /// An order that is not wanted any more ends unsent; one that may be on its way, once it can be no longer.
    func giveUp(_ place: Int, because objection: String? = nil) {
        let errand = errands[place]
        let isAwaited = errand.sends > 0 && setup.guards.contains(.awaitStragglers)
        guard !isAwaited || isGone(errand) else {
            errands[place].stage = .unknown
            errands[place].asks = 1
            errands[place].askAt = clock + setup.wait(after: 3)
            return
        }
        end(place)
        if let objection {
            report(.rejected, place, objection, because: errand.origin)
        } else {
            let reason = errand.sends == 0 ? "before it was sent" : Reasons.neverCame
            report(errand.wantsCancel ? .cancelled : .expired, place, reason, because: errand.origin)
        }
        endLegs(of: place)
    }

    /// The broker was asked about an order when it could be on its way no longer, and did not know it. What it said before
    /// that may have been overtaken.
    func isGone(_ errand: Errand) -> Bool { errand.askedAt >= errand.sentAt + setup.wayLongest }

    /// An order of the symbol is on its way or lost: nothing else is sent for it meanwhile.
    private func isHeld(_ symbol: Symbol) -> Bool {
        live.contains { errands[$0].stage == .unknown && errands[$0].order.symbol == symbol }
    }

    /// Hands a call to the edge.
    func call(_ kind: BrokerCallKind, _ place: Int = -1, after: String = "", _ outbox: inout Outbox) {
        callNumber += 1
        var call = BrokerCall(number: callNumber, kind: kind, after: after)
        switch kind {
        case .submit:
            call.order = errands[place].sent
            call.legs = errands[place].legs.compactMap { errands[$0].sent }
            if !setup.guards.contains(.sameId) { call.order!.id += ".\(errands[place].sends)" }
        case .order, .cancel:
            call.order = errands[place].order
            if kind == .order {
                errands[place].askedAt = clock
                call.venueOrderId = nameToAskBy(place)
            }
        case .replace:
            call.order = errands[place].sent
            call.venueOrderId = errands[errands[place].replaces].venueId
        case .asset: call.order = Order(account: setup.account, symbol: setup.symbols[place])
        case .activities: call.at = books.activitiesFrom
        default: break
        }
        if kind == .cancel { call.venueOrderId = errands[place].venueId }
        calls.append(Call(number: callNumber, kind: kind, place: place))
        outbox.send(.brokerCall(call), on: .brokerCall, durable: kind.acts)
    }

    /// An order as it is sent: money becomes shares where the broker does not sell parts of one.
    func shaped(_ wanted: Order) -> Order {
        var order = wanted
        guard let money = order.notional else { return order }
        let isPlain = order.kind == .market && order.timeInForce == .day && order.orderClass == .simple
        if isPlain, market.assets[order.symbol]?.isFractionable == true { return order }
        order.notional = nil
        let price = order.limit ?? market.price(of: order.symbol)
        if let price, price.isPositive, let most = try? Quantity(for: money, at: price) {
            order.quantity = min(most, order.quantity)
        }
        order.quantity = Quantity(units: order.quantity.units / Quantity.scale * Quantity.scale)
        return order
    }

    /// The first moment at which something is due, unless the edge knows it already.
    private func askToBeWoken(_ outbox: inout Outbox) {
        var next = look == nil ? min(lookDue, fullDue) : .distantFuture
        for place in live where !waitsForHead(place) { next = min(next, errands[place].askAt) }
        for place in live {
            if let due = waitIsTold(place), due > clock { next = min(next, due) }
        }
        if market.askAssetsAt > clock, setup.symbols.contains(where: market.awaits) {
            next = min(next, market.askAssetsAt)
        }
        if quietUntil > clock { next = quietUntil }
        guard next > clock, next < .distantFuture, next != wokenAt else { return }
        wokenAt = next
        outbox.send(.brokerCall(BrokerCall(kind: .wake, at: next)), on: .brokerCall)
    }
}

extension BrokerCallKind {
    /// It changes something in the world.
    var acts: Bool { self == .submit || self == .cancel || self == .replace }
    var isOfAnOrder: Bool { acts || self == .order }
}
