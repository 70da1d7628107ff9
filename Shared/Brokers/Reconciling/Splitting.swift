import Domain

/// What becomes of the books and of open orders over the night of a split.
extension BrokerDesk {
    func take(_ action: CorporateAction, _ outbox: inout Outbox) {
        guard setup.symbols.contains(action.symbol) else { return }
        if action.kind == .dividend { return takeDividend(action, &outbox) }
        guard action.kind == .split else { return }
        do {
            var holding = books.holding(of: action.symbol)
            holding.ours = try holding.ours.scaled(action.numerator, over: action.denominator)
            holding.others = try holding.others.scaled(action.numerator, over: action.denominator)
            // It may have been told before the night: of fewer shares fewer are sure.
            if action.numerator < action.denominator {
                holding.theirs = try holding.theirs.scaled(action.numerator, over: action.denominator)
                holding.since = try holding.since.scaled(action.numerator, over: action.denominator)
            }
            for place in live where errands[place].order.symbol == action.symbol {
                try errands[place].split(by: action)
            }
            books.change(action.symbol) { $0 = holding }
        } catch {
            alarm(.critical, "split", "\(action.symbol): \(error)", &outbox)
        }
        // The broker's books change in the same night, and not at the same moment.
        market.suspects.removeAll { $0.symbol == action.symbol }
        fullDue = clock
    }
}

extension Errand {
    fileprivate mutating func split(by action: CorporateAction) throws {
        var changed = self
        try changed.order.apply(action)
        try changed.sent?.apply(action)
        changed.filled = try filled.scaled(action.numerator, over: action.denominator)
        changed.told = try told.scaled(action.numerator, over: action.denominator)
        changed.inherited = try inherited.scaled(action.numerator, over: action.denominator)
        changed.pieces = try pieces.map {
            Piece(
                from: try $0.from.scaled(action.numerator, over: action.denominator),
                to: try $0.to.scaled(action.numerator, over: action.denominator),
                price: try $0.price.scaled(action.denominator, over: action.numerator), toldAt: $0.toldAt,
                counted: try $0.counted.scaled(action.numerator, over: action.denominator))
        }
        self = changed
    }
}
