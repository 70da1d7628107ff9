import Domain
import TWS

/// Orders and cancellations.
extension GatewayTalk {
    /// Takes a call. `away` says why there is no connection.
    mutating func carry(_ call: BrokerCall, at now: Timestamp, away: String? = nil) {
        if phase == .away || !isServed {
            let sentence = away ?? "the gateway is not connected with the broker"
            guard call.kind.acts else { return end(call, .unknown, sentence, at: now) }
            // It has not left: it may be tried again, and is not unknown.
            return news.append(
                BrokerNews(kind: .limited, call: call.number, at: now, explanation: sentence, retryAt: now))
        }
        guard phase == .open, call.kind.acts else { return waiting.append(call) }
        switch call.kind {
        case .submit: submit(call, at: now)
        case .replace: change(call, at: now)
        default: cancel(call, at: now)
        }
    }

    private mutating func submit(_ call: BrokerCall, at now: Timestamp) {
        guard let order = call.order, order.notional == nil else {
            return end(
                call, .refused, "no amounts of money are sent to this broker, only whole shares", at: now)
        }
        if let place = book.place(reference: order.id), book.entries[place].seen > 0 {
            return end(call, .duplicate, at: now)
        }
        // Under its number it may be there: what is sent anew has a number of which that is known not to be so.
        if let given = numbers.entry(of: order.id), !isVoid(given, at: now) {
            return end(call, .duplicate, at: now)
        }
        let number = numbers.give(order.id, at: now)
        let told = GatewayOrders.order(order, number: number, account: account)
        book.note(told)
        acts.append(Act(call: call, number: number, until: now + plan.patience))
        urgent.append(.place(told))
    }

    /// An order that is placed again under its number is changed.
    private mutating func change(_ call: BrokerCall, at now: Timestamp) {
        guard let order = call.order, order.notional == nil else {
            return end(call, .refused, "an order is not changed to one for an amount of money", at: now)
        }
        // It has left once: whether it came there is told by what the order is.
        guard numbers.entry(of: order.id) == nil else { return end(call, .duplicate, at: now) }
        guard let place = Int(call.venueOrderId).flatMap(book.place(permanent:)),
            let given = numbers.entry(of: book.entries[place].reference),
            given.number == book.entries[place].number
        else {
            return end(call, .refused, "the order is none of this client of the gateway", at: now)
        }
        guard !book.entries[place].hasEnded else {
            return end(call, .refused, "the order has ended", at: now)
        }
        let told = GatewayOrders.order(order, number: given.number, account: account)
        numbers.change(
            book.entries[place].reference, to: order.id, GatewayOrders.terms(of: told), at: now)
        acts.append(Act(call: call, number: told.id, until: now + plan.patience))
        urgent.append(.place(told))
    }

    /// Where the book has an order of ours, or the one that it changes or was changed to.
    func place(of reference: String) -> Int? {
        numbers.family(of: reference).lazy.compactMap { book.place(reference: $0) }.first
    }

    /// The order never came to the gateway. What the gateway says of its own day is trusted for that day.
    func isVoid(_ entry: OrderNumbers.Entry, at now: Timestamp) -> Bool {
        entry.isVoid && entry.permanent == 0
            && EasternTime.local(at: entry.sentAt).date == EasternTime.local(at: now).date
    }

    private mutating func cancel(_ call: BrokerCall, at now: Timestamp) {
        guard let place = place(of: call.order?.id ?? ""), book.entries[place].number > 0 else {
            return end(call, .refused, "the order is none of this client of the gateway", at: now)
        }
        let number = book.entries[place].number
        acts.append(Act(call: call, number: number, until: now + plan.patience))
        urgent.append(.cancel(order: number))
    }

    // MARK: What is said of them

    /// An error that names an order.
    mutating func object(_ notice: TWSNotice, at now: Timestamp) {
        let place = book.place(number: notice.about)
        if let at = actConcerned(by: notice) {
            let act = acts[at]
            if act.call.kind == .cancel {
                if let place { book.complain(place, notice.sentence, isRejected: false) }
                guard notice.refusesCancel || notice.isCancellation else { return }
                acts.remove(at: at)
                return end(act.call, notice.isCancellation ? .answered : .refused, notice.sentence, at: now)
            }
            if notice.isCancellation {
                if let place { book.complain(place, notice.sentence, isRejected: false) }
                return
            }
            acts.remove(at: at)
            // An order that cannot be changed stands as it was.
            if act.call.kind == .replace { return end(act.call, .refused, notice.sentence, at: now) }
            if let place, !notice.isOfUsedNumber { book.complain(place, notice.sentence, isRejected: true) }
            return end(act.call, notice.isOfUsedNumber ? .duplicate : .refused, notice.sentence, at: now)
        }
        guard let place, book.entries[place].seen > 0 else { return }
        book.complain(place, notice.sentence, isRejected: notice.isRejection)
        tell(place, at: now)
    }

    /// An order may be cancelled while it is being changed.
    private func actConcerned(by notice: TWSNotice) -> Int? {
        let isOfCancel = notice.refusesCancel || notice.isCancellation
        return acts.firstIndex { $0.number == notice.about && ($0.call.kind == .cancel) == isOfCancel }
            ?? acts.firstIndex { $0.number == notice.about }
    }

    /// The gateway has spoken of an order.
    mutating func noteWord(of place: Int, at now: Timestamp) {
        let entry = book.entries[place]
        if !entry.reference.isEmpty { numbers.know(entry.reference, as: entry.permanent, at: now) }
        for act in acts where entry.number > 0 && act.number == entry.number && isDone(act, by: entry) {
            acts.removeAll { $0.call.number == act.call.number }
            if act.call.kind != .cancel {
                answer(act.call, place, at: now)
            } else if entry.status == .filled {
                end(act.call, .refused, "the order has traded", at: now)
            } else {
                end(act.call, .answered, at: now)
            }
        }
        tell(place, at: now)
    }

    private func isDone(_ act: Act, by entry: GatewayBook.Entry) -> Bool {
        switch act.call.kind {
        case .cancel: entry.hasEnded || entry.word == "PendingCancel"
        case .replace: entry.reference == act.call.order?.id
        default: true
        }
    }

    /// Tells of an order what has not been told.
    mutating func tell(_ place: Int, at now: Timestamp) {
        let order = book.told(place, at: .zero)
        guard phase == .open, toldLast[place] != order else { return }
        toldLast[place] = order
        news.append(BrokerNews(kind: .update, at: now, orders: [book.told(place, at: now)]))
    }

    mutating func answer(_ call: BrokerCall, _ place: Int, at now: Timestamp) {
        toldLast[place] = book.told(place, at: .zero)
        news.append(
            BrokerNews(kind: .answered, call: call.number, at: now, orders: [book.told(place, at: now)]))
    }
}
