import Domain

/// What the edge tells, and what became of each call.
extension BrokerDesk {
    func hear(_ news: BrokerNews, _ message: Message, _ outbox: inout Outbox) {
        let origin = message.asOrigin
        switch news.kind {
        case .began: begin()
        case .connected:
            isListening = true
            noteBreak()
        case .lost:
            isListening = false
            noteBreak()
        case .time: break
        case .update:
            for order in news.orders { hear(order, origin, message, &outbox) }
            for activity in news.activities { hear(activity, origin, message, &outbox) }
        default:
            guard let at = calls.firstIndex(where: { $0.number == news.call }) else { return }
            let call = calls.remove(at: at)
            if news.kind == .limited { quietUntil = max(news.retryAt, clock + setup.backOff) }
            if news.kind == .unknown { noteBreak() }
            note(failure: news.kind == .unknown ? news.explanation : nil, because: origin)
            answer(call, news, message, &outbox)
        }
    }

    /// The edge was started: the answers to what it was doing died with it.
    private func begin() {
        hasBegun = true
        isListening = false
        calls.removeAll()
        look = nil
        noteBreak()
        fullDue = clock
        quietUntil = .zero
        wokenAt = .distantFuture
        standing = BrokerCall(kind: .standing)
        for place in live {
            if errands[place].stage == .sent { lose(place) }
            let isAskedAbout = errands[place].stage == .unknown || errands[place].stage == .ended
            if isAskedAbout || errands[place].wantsCancel { errands[place].askAt = clock }
            errands[place].cancelIsSent = false
        }
    }

    /// Something was not heard: all that is unknown is asked for.
    private func noteBreak() {
        breaks += 1
        lookDue = clock
    }

    /// Nobody knows what became of it: it is asked about before anything is sent.
    private func lose(_ place: Int) {
        errands[place].stage = .unknown
        // The desk's clock may have been behind when it left; by now it has.
        errands[place].sentAt = max(errands[place].sentAt, clock)
        errands[place].asks = 0
        errands[place].askAt = clock
    }

    private func answer(_ call: Call, _ news: BrokerNews, _ message: Message, _ outbox: inout Outbox) {
        switch call.kind {
        case .submit, .replace: answerSending(call, news, message, &outbox)
        case .cancel: answerCancel(call.place, news, message, &outbox)
        case .order: answerQuestion(call.place, news, message, &outbox)
        case .asset: answerAsset(call.place, news)
        case .orders, .activities, .positions, .funds, .clock: answerLook(call, news, message, &outbox)
        case .wake, .standing: break
        }
    }

    // MARK: Sent

    private func answerSending(
        _ call: Call, _ news: BrokerNews, _ message: Message, _ outbox: inout Outbox
    ) {
        let place = call.place
        let members = call.kind == .submit ? members(of: place) : [place]
        // A trade update may have been quicker.
        guard errands[place].stage == .sent else {
            for order in news.orders { hear(order, message.asOrigin, message, &outbox) }
            for member in members where errands[member].stage == .sent { lose(member) }
            return
        }
        switch told(news.kind) {
        case .answered:
            for order in news.orders { hear(order, message.asOrigin, message, &outbox) }
            // An answer that does not name the order is none.
            for member in members where errands[member].stage == .sent { lose(member) }
        case .limited:
            for member in members {
                errands[member].stage = .intent
                errands[member].sends -= 1
            }
        case .refused, .notFound:
            errands[place].refusal = news.explanation
            // What was sent before may have come there, and be the reason: it is asked about first.
            let isSure = errands[place].sends == 1 || !setup.guards.contains(.doubtRefusals)
            guard isSure || told(news.kind) != news.kind else { return members.forEach(lose) }
            end(place)
            report(.rejected, place, news.explanation, because: message.asOrigin)
            endLegs(of: place)
            market.asked.removeAll { $0 == errands[place].order.symbol }
            if call.kind == .replace { errands[errands[place].replaces].askAt = clock }
        default:
            members.forEach(lose)
            if call.kind == .replace { errands[errands[place].replaces].askAt = clock }
        }
    }

    /// What an answer to a sending is taken for: what it is, but where the simulator has taken that guard away.
    private func told(_ kind: BrokerNewsKind) -> BrokerNewsKind {
        switch kind {
        case .unknown where !setup.guards.contains(.unknownIsUnknown): .refused
        case .duplicate where !setup.guards.contains(.adopt): .refused
        default: kind
        }
    }

    private func answerCancel(
        _ place: Int, _ news: BrokerNews, _ message: Message, _ outbox: inout Outbox
    ) {
        switch news.kind {
        case .answered:
            // Its end comes as an update; where that is lost it is asked for.
            errands[place].askAt = clock + setup.backOff
        case .limited: errands[place].cancelIsSent = false
        case .unknown:
            errands[place].cancelIsSent = false
            errands[place].askAt = clock
        default:
            errands[place].cancelRefusal = news.explanation
            errands[place].askAt = clock
        }
        // An order that has ended is asked about where somebody wants to know of it, and never else.
        if errands[place].stage == .ended, !live.contains(place) { errands[place].askAt = .distantFuture }
    }

    // MARK: Asked

    private func answerQuestion(
        _ place: Int, _ news: BrokerNews, _ message: Message, _ outbox: inout Outbox
    ) {
        let origin = message.asOrigin
        let isOld = errands[place].answerIsOld
        errands[place].answerIsOld = false
        switch news.kind {
        case .answered:
            errands[place].asks += 1
            for order in news.orders { hear(order, origin, message, &outbox) }
            examineOrphans(message, &outbox)
            let isAtWork = news.orders.contains {
                $0.status == .working && (self.place(of: $0) ?? place) == place
            }
            if errands[place].stage == .ended, isAtWork {
                guard !isOld else { return seek(place) }
                takeBack(place, message, &outbox)
            }
            goOn(place, origin)
            if errands[place].stage == .unknown {
                errands[place].askAt = clock + setup.wait(after: errands[place].asks)
            }
        case .notFound, .refused:
            errands[place].asks += 1
            miss(place, news, message, &outbox)
        case .forgotten:
            errands[place].asks += 1
            forget(place, news, message, &outbox)
        default:
            if news.kind == .unknown { errands[place].asks += 1 }
            errands[place].askAt = max(clock + setup.wait(after: errands[place].asks), quietUntil)
            return
        }
        if errands[place].stage == .ended { live.removeAll { $0 == place } }
    }

    /// The broker has an order at work that it has told to be at its end: nobody may trust it further in this symbol,
    /// and nobody wants the order any more.
    private func takeBack(_ place: Int, _ message: Message, _ outbox: inout Outbox) {
        let order = errands[place].order
        differ(
            order.symbol, "order", ours: "order \(order.id) has ended", theirs: "it works",
            "the broker had told of its end; it is cancelled", message, &outbox)
        if !errands[place].venueId.isEmpty { call(.cancel, place, &outbox) }
    }

    /// The broker has said where an order stands.
    private func goOn(_ place: Int, _ origin: Origin) {
        if errands[place].wantsState {
            errands[place].wantsState = false
            report(.state, place, "requested", filled: errands[place].toldOfItself, because: origin)
        }
        let errand = errands[place]
        guard errand.stage == .working, errand.ending == nil else { return }
        if isStray(place) || isLeftBehind(place) { errands[place].isUnwanted = true }
        if !errand.cancelRefusal.isEmpty {
            errands[place].cancelRefusal = ""
            errands[place].wantsCancel = false
            errands[place].isUnwanted = false
            errands[place].cancelIsSent = false
            noteStaying(place)
            guard errand.wantsCancel else { return }
            report(.cancelRejected, place, errand.cancelRefusal, because: origin)
        } else if errand.cancelIsSent {
            // It is confirmed, and the order works: it is asked about until that has come true.
            errands[place].askAt = clock + setup.wait(after: errand.asks)
        }
    }

    /// The broker does not know an order.
    private func miss(_ place: Int, _ news: BrokerNews, _ message: Message, _ outbox: inout Outbox) {
        let errand = errands[place]
        guard errand.stage == .unknown else { return forget(place, news, message, &outbox) }
        if errand.wantsState {
            errands[place].wantsState = false
            report(.unknownOrder, place, news.explanation, because: message.asOrigin)
        }
        if errand.head >= 0, errand.replaces < 0 {
            missLeg(place, because: message.asOrigin)
        } else if !errand.refusal.isEmpty {
            end(place)
            report(.rejected, place, errand.refusal, because: message.asOrigin)
            endLegs(of: place)
        } else if errand.replaces >= 0 {
            guard isGone(errand) else {
                return errands[place].askAt = clock + setup.wait(after: errand.asks)
            }
            end(place)
            report(.rejected, place, Reasons.neverCame, because: message.asOrigin)
        } else if errand.wantsCancel || isLate(errand.order) {
            giveUp(place)
        } else if clock < errand.sentAt + setup.wait(after: errand.sends - 1) {
            // It may be on its way.
            errands[place].askAt = errand.sentAt + setup.wait(after: errand.sends - 1)
        } else {
            // It was asked about, and is not there: the very same order leaves again, under the same id.
            for member in members(of: place) { errands[member].stage = .intent }
        }
    }

    /// The broker had it, or may have had it, and tells of it no longer: only a person can know what became of it. It is
    /// never sent again, and its symbol is frozen until it is settled.
    private func forget(_ place: Int, _ news: BrokerNews, _ message: Message, _ outbox: inout Outbox) {
        let errand = errands[place]
        if errand.wantsState {
            errands[place].wantsState = false
            let hasEnded = errand.stage == .ended
            report(
                hasEnded ? .unknownOrder : .state, place, hasEnded ? news.explanation : "requested",
                filled: hasEnded ? nil : errand.toldOfItself, because: message.asOrigin)
        }
        guard errand.stage == .working || errand.stage == .unknown else { return }
        if !forgotten.contains(place) { forgotten.append(place) }
        let wasThere = errand.stage == .working
        differ(
            errand.order.symbol, "order", ours: "order \(errand.order.id) \(wasThere ? "works" : "was sent")",
            theirs: "no such order",
            wasThere ? "the broker had confirmed the order, and knows it no longer" : news.explanation,
            message, &outbox)
    }
}
