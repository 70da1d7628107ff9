import Domain

/// Which extreme of a bar comes first, as far as one can tell without having seen it.
extension Exchange {
    func lowComesFirst(_ candle: Candle, _ index: Int) -> Bool {
        let nearer: Bool? =
            candle.open - candle.low == candle.high - candle.open
            ? nil : candle.open - candle.low < candle.high - candle.open
        switch rules.path {
        case .adaptive: return nearer ?? adverse(candle, index) ?? true
        case .pessimistic: return adverse(candle, index) ?? nearer ?? true
        case .optimistic:
            if let favourable = favourable(candle, index) { return favourable }
            if let adverse = adverse(candle, index) { return !adverse }
            return nearer ?? true
        }
    }

    /// The extreme that triggers stops, those of held orders too; nothing where both do or neither does.
    private func adverse(_ candle: Candle, _ index: Int) -> Bool? {
        var (low, high) = (false, false)
        var slot = books[index].first
        while slot >= 0 {
            let order = orders[slot]
            switch order.mode {
            case .stop, .stopLimit, .trailing:
                if order.phase == .ended { break }
                if order.isBuy {
                    high = high || candle.high >= order.trigger
                } else {
                    low = low || candle.low <= order.trigger
                }
            case .market, .limit, .onOpen, .onClose: break
            }
            slot = order.next
        }
        return low == high ? nil : low
    }

    /// The extreme that trades limits; nothing where both do or neither does.
    private func favourable(_ candle: Candle, _ index: Int) -> Bool? {
        var (low, high) = (false, false)
        var slot = books[index].first
        while slot >= 0 {
            let order = orders[slot]
            if order.mode == .limit, order.phase != .ended {
                if order.isBuy {
                    low = low || candle.low < order.ticket.limit
                } else {
                    high = high || candle.high > order.ticket.limit
                }
            }
            slot = order.next
        }
        return low == high ? nil : low
    }
}
