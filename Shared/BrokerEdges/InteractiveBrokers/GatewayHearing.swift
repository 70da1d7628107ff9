import Domain
import TWS

/// What the gateway says of orders and executions, asked or not.
extension GatewayTalk {
    mutating func hear(ofOrders answer: TWSAnswer, at now: Timestamp) {
        switch answer {
        case .openOrder(var told) where isOfAccount(told.order.account):
            let isOurs = told.client == plan.client && told.order.id > 0
            claim(&told.order, isOurs ? told.order.id : 0, told.permanent, at: now)
            let place = book.note(told.order, permanent: told.permanent, isOurs: isOurs, word: told.status)
            if let place { noteWord(of: place, at: now) }
        case .orderStatus(let status):
            let isOurs = status.client == plan.client && status.order > 0
            if let place = book.note(status, isOurs: isOurs) { noteWord(of: place, at: now) }
        case .completedOrder(var told) where isOfAccount(told.order.account):
            claim(&told.order, nil, told.permanent, at: now)
            let place = book.note(
                told.order, permanent: told.permanent, isOurs: false, word: told.status, isOver: true,
                filled: told.filled, why: told.explanation)
            if let place { noteWord(of: place, at: now) }
        case .execution(let execution) where isOfAccount(execution.account): hear(execution, at: now)
        case .commission(let commission): hear(commission, at: now)
        default: break
        }
    }

    private func isOfAccount(_ name: String) -> Bool { name == account || name.isEmpty }

    /// What bears our id and is not that order is somebody else's. What is told of an order that was changed is of the one
    /// that stands.
    private mutating func claim(_ order: inout TWSOrder, _ number: Int?, _ permanent: Int, at now: Timestamp)
    {
        let isOurs = numbers.isOurs(order.reference, number: number, permanent: permanent)
        let terms = GatewayOrders.terms(of: order)
        order.reference =
            isOurs ? numbers.hear(order.reference, terms, permanent: permanent, at: now) : ""
    }

    // MARK: Executions

    private mutating func hear(_ told: TWSExecution, at now: Timestamp) {
        var execution = told
        let isOurs = told.client == plan.client && told.order > 0
        let isNamed = numbers.isOurs(
            told.reference, number: isOurs ? told.order : 0, permanent: told.permanent)
        execution.reference =
            isNamed ? numbers.hear(told.reference, permanent: told.permanent, at: now) : ""
        guard let place = book.note(execution, isOurs: isOurs) else { return }
        if execution.request >= 0, execution.request == question?.request {
            keep(execution)
            return
        }
        held.append(Held(execution: execution, until: now + GatewayTalk.costPatience))
        noteWord(of: place, at: now)
        if costs[execution.lasting] != nil { tellHeld(at: now, now) }
    }

    /// Of an execution that was corrected the last word counts, in whichever order they come.
    private mutating func keep(_ execution: TWSExecution) {
        guard let known = question?.executions.firstIndex(where: { $0.lasting == execution.lasting }) else {
            question?.executions.append(execution)
            return
        }
        if let last = question?.executions[known], last.id < execution.id {
            question?.executions[known] = execution
        }
    }

    private mutating func hear(_ commission: TWSCommission, at now: Timestamp) {
        let lasting = commission.lasting
        guard commission.currency == "USD" else { return }
        let isNew = costs.updateValue(commission.amount, forKey: lasting) == nil
        tellHeld(at: now, now)
        guard isNew, let symbol = toldBare.removeValue(forKey: lasting) else { return }
        let charge = BrokerActivity(
            id: "commission:\(lasting)", symbol: symbol, at: now, amount: -commission.amount, kind: "FEE")
        news.append(BrokerNews(kind: .update, at: now, activities: [charge]))
    }

    /// Tells of the executions whose cost has come, or is not waited for any longer.
    mutating func tellHeld(at moment: Timestamp, _ now: Timestamp) {
        let due = held.filter { $0.until <= moment || costs[$0.execution.lasting] != nil }
        guard !due.isEmpty else { return }
        held.removeAll { item in due.contains { $0.execution.id == item.execution.id } }
        for item in due {
            guard let activity = activity(item.execution) else { continue }
            var told = BrokerNews(kind: .update, at: now, activities: [activity])
            // With it comes which order it is of: the desk may not know yet what the broker calls that.
            if let place = book.place(permanent: item.execution.permanent) {
                toldLast[place] = book.told(place, at: .zero)
                told.orders = [book.told(place, at: now)]
            }
            news.append(told)
        }
    }

    mutating func tellActivities(
        _ executions: [TWSExecution], since: Timestamp, in told: inout BrokerNews, at now: Timestamp
    ) {
        for execution in executions {
            guard let activity = activity(execution) else { continue }
            let isOurs = numbers.entry(of: execution.reference) != nil
            if isOurs || activity.at >= since { told.activities.append(activity) }
        }
    }

    private mutating func activity(_ execution: TWSExecution) -> BrokerActivity? {
        guard let symbol = execution.contract.stock else { return nil }
        let at: Timestamp
        do throws(TWSFault) { at = try TWSTime.moment(execution.time) } catch {
            failure = "what the gateway says cannot be read: \(error)"
            return nil
        }
        let cost = costs[execution.lasting]
        if cost == nil { toldBare[execution.lasting] = symbol }
        return BrokerActivity(
            id: execution.lasting, venueOrderId: "\(execution.permanent)", symbol: symbol,
            side: execution.isBuy ? .buy : .sell, quantity: execution.quantity, price: execution.price,
            total: execution.total, at: at, amount: cost.map { -$0 } ?? .zero, kind: "FILL")
    }
}
