import Domain
import Exchange

/// How orders are called back.
extension Venue {
    /// The number of an order of an account, by its id.
    func order(_ id: String, of account: Int) throws(Refusal) -> Int {
        guard Identity.isName(id) else { throw .invalid("order_id is missing") }
        guard let number = ordersById[id.lowercased()], orders[number].account == account else {
            throw .notFound("order not found for \(id)")
        }
        return number
    }

    func cancel(_ number: Int) throws(Refusal) {
        let order = orders[number]
        // A second cancellation changes nothing, and is no error.
        if order.status == .canceled { return }
        guard !order.status.isOver else {
            throw .unprocessable("order is already in \"\(order.status.rawValue)\" state")
        }
        guard let handle = order.handle else {
            withdraw(number)
            return
        }
        if armed(.fillAfterCancel, order) != nil {
            var harm = Mischief()
            harm.fillAfterCancel = 1
            exchange.misbehave(harm)
            exchange.cancel(handle, at: now, &reports)
            exchange.misbehave(nil)
        } else {
            exchange.cancel(handle, at: now, &reports)
        }
        takeReports()
    }

    /// Cancels an order that the venue still holds back, with its group.
    private func withdraw(_ number: Int) {
        let first = orders[number].parent ?? number
        for member in [first] + orders[first].legs where !orders[member].status.isOver {
            end(member, .canceled, at: now)
            say("canceled", of: member)
        }
        waiting.removeAll { $0 == first }
    }

    /// Cancels what works for an account; gives what Alpaca answers for each order.
    func cancelAll(of account: Int, symbol: Int? = nil) -> Document {
        var answers: [Document] = []
        for number in accounts[account].working {
            guard !orders[number].status.isOver, symbol == nil || orders[number].symbol == symbol else {
                continue
            }
            do throws(Refusal) {
                try cancel(number)
                answers.append(["id": .text(orders[number].id), "status": 200])
            } catch {
                answers.append([
                    "id": .text(orders[number].id), "status": .integer(Int64(error.status)),
                    "body": error.document,
                ])
            }
        }
        return .list(answers)
    }

    /// An order is over: it takes no part in any look at what works.
    func end(_ number: Int, _ status: OrderStatus, at moment: Timestamp) {
        orders[number].become(status, at: moment)
        accounts[orders[number].account].working.removeAll { $0 == number }
    }
}
