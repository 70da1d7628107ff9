import Domain
import Exchange

/// What the exchange's reports mean for the orders that clients see.
extension Venue {
    /// Takes what the exchange has reported, in its order.
    func takeReports() {
        var index = 0
        while index < reports.count {
            let report = reports[index]
            index += 1
            guard report.reason != .borrow else {
                charge(report)
                continue
            }
            guard let number = number(of: report) else { continue }
            switch report.kind {
            case .accepted: accepted(number, report)
            case .rejected: rejected(number, report)
            case .filled:
                let isLast = index < reports.count && isMoneySpent(reports[index], after: report)
                filled(number, report, isLast: isLast)
                if isLast { index += 1 }
            case .cancelled: ended(number, .canceled, "canceled", report)
            case .expired: ended(number, .expired, "expired", report)
            case .replaced, .cancelRejected, .unknownOrder, .state: break
            }
        }
        reports.removeAll(keepingCapacity: true)
    }

    /// An order for an amount of money is filled once the money is spent.
    private func isMoneySpent(_ next: Report, after report: Report) -> Bool {
        next.kind == .cancelled && next.reason == .notionalSpent && next.tag == report.tag
    }

    private func number(of report: Report) -> Int? {
        guard report.tag != Ticket.liquidation else { return liquidation(report) }
        guard report.tag > 0, report.tag <= UInt64(orders.count) else { return nil }
        return Int(report.tag - 1)
    }

    /// The exchange closes a position by an order of its own: it is written down like any other.
    private func liquidation(_ report: Report) -> Int {
        if let number = liquidations[report.order] { return number }
        let plan = Plan(
            side: report.side == .buy ? .buy : .sell, type: .market, quantity: report.quantity)
        let number = add(plan, .gtc, report.symbol.number, Int(report.account), clientId: nil)
        orders[number].handle = report.order
        liquidations[report.order] = number
        return number
    }

    private func accepted(_ number: Int, _ report: Report) {
        if let old = orders[number].replaces, !orders[old].status.isOver {
            tookPlace(number, of: old, at: report.at)
        }
        if isHeldBack(number) {
            orders[number].become(.held, at: report.at)
            return
        }
        orders[number].become(.new, at: report.at)
        say("new", of: number)
    }

    /// A leg waits until its entry has traded.
    private func isHeldBack(_ number: Int) -> Bool {
        guard let parent = orders[number].parent, orders[parent].role == .entry else { return false }
        return orders[parent].filled == .zero
    }

    private func rejected(_ number: Int, _ report: Report) {
        let order = orders[number]
        if isPlacing, report.at == order.createdAt, report.reason != .mischief {
            refused = refused ?? refusal(report.reason, order)
            forget(number)
            return
        }
        end(number, .rejected, at: report.at)
        say("rejected", of: number, with: [("reason", .text(report.reason.text))])
    }

    /// What the exchange refuses at once was never an order; its client id can be used again.
    private func forget(_ number: Int) {
        end(number, .rejected, at: now)
        orders[number].failedAt = now
        clientIds[ClientId(account: orders[number].account, text: orders[number].clientId)] = nil
        ordersById[orders[number].id] = nil
        accounts[orders[number].account].orders.removeAll { $0 == number }
    }

    private func refusal(_ reason: Reason, _ order: VenueOrder) -> Refusal {
        switch reason {
        case .buyingPower:
            return .forbidden(
                "insufficient buying power",
                [
                    ("buying_power", .amount(buyingPower(order.account))),
                    (
                        "cost_basis",
                        .amount(
                            Money.worth(of: order.open, at: order.limit ?? memory.last(order.symbol) ?? .zero)
                        )
                    ),
                ])
        case .shortInCashAccount:
            return insufficient(
                order.open, freeQuantity(order.account, order.symbol), position(order.account, order.symbol),
                order.symbol)
        case .hardToBorrow:
            return .unprocessable("asset \"\(assets[order.symbol].name)\" cannot be sold short")
        case .unknownOrder: return .unprocessable("unable to replace order, order is not open")
        default: return .unprocessable(reason.text)
        }
    }

    private func filled(_ number: Int, _ report: Report, isLast: Bool) {
        let worth = Money.worth(of: report.quantity, at: report.price) ?? .zero
        orders[number].filled += report.quantity
        orders[number].worth += worth
        let isOver = report.remaining == .zero || isLast
        if isOver {
            end(number, .filled, at: report.at)
        } else {
            orders[number].become(.partiallyFilled, at: report.at)
        }
        book(number, report, worth)
        let held = position(orders[number].account, orders[number].symbol)
        say(
            isOver ? "fill" : "partial_fill", of: number, at: report.at,
            with: [
                ("price", .amount(report.price)), ("qty", .amount(report.quantity)),
                ("position_qty", .amount(held)),
                ("execution_id", .text(identity.name(.execution, report.execution))),
            ])
        for leg in orders[number].legs where orders[leg].status == .held {
            guard orders[number].role == .entry else { continue }
            orders[leg].become(.new, at: report.at)
            say("new", of: leg)
        }
    }

    private func ended(_ number: Int, _ status: OrderStatus, _ event: String, _ report: Report) {
        guard !orders[number].status.isOver else { return }
        end(number, status, at: report.at)
        say(event, of: number, at: report.at)
    }
}
