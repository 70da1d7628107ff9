import Domain

/// What of orders that belong together can be known before they are sent: what one broker or another would refuse.
extension BrokerDesk {
    func objection(toFamilyOf place: Int) -> String? {
        let head = errands[place].order
        guard head.orderClass != .simple else { return nil }
        guard setup.takesFamilies else {
            return "no brackets or pairs are sent to this broker (broker.families)"
        }
        let legs = errands[place].legs.map { errands[$0].order }
        return times([head] + legs) ?? kinds(head, legs) ?? sizes(head, legs) ?? prices(head, legs)
    }

    private func times(_ orders: [Order]) -> String? {
        guard orders.allSatisfy({ $0.timeInForce == .day || $0.timeInForce == .goodTillCancelled }) else {
            return "orders that belong together stand for the day or until they are cancelled"
        }
        let isPair = orders[0].orderClass == .oneCancelsOther
        return isPair && orders[0].timeInForce != orders[1].timeInForce
            ? "two orders of which one cancels the other stand equally long" : nil
    }

    private func kinds(_ head: Order, _ legs: [Order]) -> String? {
        let isPair = head.orderClass == .oneCancelsOther
        guard head.kind == .limit || head.kind == .market && !isPair else {
            return isPair
                ? "of two orders of which one cancels the other the first is a limit order"
                : "an order with legs is a market or a limit order"
        }
        guard legs.allSatisfy({ ($0.side == head.side) == isPair }) else {
            return isPair
                ? "two orders of which one cancels the other are of the same side"
                : "a leg is of the other side than its order"
        }
        let exits = isPair ? [head] + legs : legs
        guard exits.allSatisfy({ [.limit, .stop, .stopLimit].contains($0.kind) }) else {
            return "a leg is a limit, a stop or a stop-limit order"
        }
        let isComplete = exits.count < 2 || exits.count { $0.kind == .limit } == 1
        return isComplete ? nil : "of two legs one is a limit order, and the other a stop"
    }

    private func sizes(_ head: Order, _ legs: [Order]) -> String? {
        guard legs.allSatisfy({ $0.symbol == head.symbol && $0.quantity == head.quantity }) else {
            return "orders that belong together are for as much of the same symbol"
        }
        let isWhole = shaped(head).quantity.units % Quantity.scale == 0
        return isWhole ? nil : "parts of a share are traded by orders that stand alone"
    }

    private func prices(_ head: Order, _ legs: [Order]) -> String? {
        for leg in legs {
            if let objection = pricing(leg) { return objection }
        }
        let exits = head.orderClass == .oneCancelsOther ? [head] + legs : legs
        guard let target = exits.first(where: { $0.kind == .limit })?.limit,
            let stop = exits.first(where: { $0.kind != .limit })?.stop
        else { return nil }
        let isRight = exits[0].side == .sell ? target > stop : target < stop
        return isRight
            ? nil
            : "the target \(target) is not \(exits[0].side == .sell ? "above" : "below") the stop \(stop)"
    }
}
