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
        guard !([order] + call.legs).contains(where: { isPerhapsThere($0.id, at: now) }) else {
            return end(call, .duplicate, at: now)
        }
        let told = GatewayFamily.orders(order, call.legs, account: account) { numbers.give($0.id, at: now) }
        told.forEach { book.note($0) }
        acts.append(Act(call: call, until: now + plan.patience, awaited: told.map(\.id)))
        urgent += told.map { .place($0) }
    }

    /// Under its number it may be there: what is sent anew has a number of which that is known not to be so.
    private func isPerhapsThere(_ reference: String, at now: Timestamp) -> Bool {
        if let place = book.place(reference: reference), book.entries[place].seen > 0 { return true }
        return numbers.entry(of: reference).map { !isVoid($0, at: now) } ?? false
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
        var told = GatewayOrders.order(order, number: given.number, account: account)
        // It stays with those that it belongs to.
        let entry = book.entries[place]
        (told.parent, told.group, told.groupKind) = (entry.parent, entry.group, entry.groupKind)
        numbers.change(
            book.entries[place].reference, to: order.id, GatewayOrders.terms(of: told), at: now)
        acts.append(Act(call: call, until: now + plan.patience, awaited: [told.id]))
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
        acts.append(Act(call: call, until: now + plan.patience, awaited: [number]))
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
            if let place, act.call.kind == .submit, !notice.isOfUsedNumber {
                book.complain(place, notice.sentence, isRejected: true)
                if !act.call.legs.isEmpty { return breakUp(at, refused: notice.about, at: now) }
            }
            acts.remove(at: at)
            // An order that cannot be changed stands as it was.
            let isThere = act.call.kind == .submit && notice.isOfUsedNumber
            return end(act.call, isThere ? .duplicate : .refused, notice.sentence, at: now)
        }
        guard let place, book.entries[place].seen > 0 else { return }
        book.complain(place, notice.sentence, isRejected: notice.isRejection)
        tell(place, at: now)
    }

    /// One of a family was refused. What hangs on a refused order may be refused without a word: it is cancelled, so that
    /// something is said of it.
    private mutating func breakUp(_ at: Int, refused number: Int, at now: Timestamp) {
        let others = acts[at].awaited.filter { $0 != number }
        let hang = book.place(number: number).map { book.entries[$0].reference } == acts[at].call.order?.id
        if hang, acts[at].call.order?.orderClass != .oneCancelsOther {
            urgent += others.map { .cancel(order: $0) }
        }
        speak(of: number, in: at, at: now)
    }

    /// Something was said of an order that had left; once it is said of all that left with it, the call is answered.
    private mutating func speak(of number: Int, in at: Int, at now: Timestamp) {
        acts[at].awaited.removeAll { $0 == number }
        guard acts[at].awaited.isEmpty else { return }
        let act = acts.remove(at: at)
        answer(act.call, at: now)
    }

    /// An order may be cancelled while it is being changed.
    private func actConcerned(by notice: TWSNotice) -> Int? {
        let isOfCancel = notice.refusesCancel || notice.isCancellation
        return acts.firstIndex {
            $0.awaited.contains(notice.about) && ($0.call.kind == .cancel) == isOfCancel
        } ?? acts.firstIndex { $0.awaited.contains(notice.about) }
    }

    /// The gateway has spoken of an order.
    mutating func noteWord(of place: Int, at now: Timestamp) {
        let entry = book.entries[place]
        if !entry.reference.isEmpty { numbers.know(entry.reference, as: entry.permanent, at: now) }
        for act in acts
        where entry.number > 0 && act.awaited.contains(entry.number) && isDone(act, by: entry) {
            guard let at = acts.firstIndex(where: { $0.call.number == act.call.number }) else { continue }
            if act.call.kind == .submit {
                speak(of: entry.number, in: at, at: now)
                continue
            }
            acts.remove(at: at)
            if act.call.kind == .replace {
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

    /// Tells of an order and those that left with it.
    private mutating func answer(_ call: BrokerCall, at now: Timestamp) {
        var told = BrokerNews(kind: .answered, call: call.number, at: now)
        for order in [call.order ?? Order()] + call.legs {
            guard let place = book.place(reference: order.id) else { continue }
            toldLast[place] = book.told(place, at: .zero)
            told.orders.append(book.told(place, at: now))
        }
        news.append(told)
    }

    mutating func answer(_ call: BrokerCall, _ place: Int, at now: Timestamp) {
        toldLast[place] = book.told(place, at: .zero)
        news.append(
            BrokerNews(kind: .answered, call: call.number, at: now, orders: [book.told(place, at: now)]))
    }
}
