import Domain

/// How a trailing stop follows the market: at its distance from the best price since it was placed, never back.
extension Exchange {
    /// A trailing stop begins at the stop that its ticket names, or at its distance from the last price.
    mutating func startTrailing(_ slot: Int32) {
        guard orders[slot].mode == .trailing else { return }
        if orders[slot].ticket.stop.isPositive { orders[slot].trigger = orders[slot].ticket.stop }
        let last = books[orders[slot].ticket.symbol.number].lastPrice
        if last.isPositive { trail(slot, to: last) }
    }

    mutating func trail(_ slot: Int32, to price: Price) {
        let isBuy = orders[slot].isBuy
        let best = orders[slot].best
        guard best == .zero || (isBuy ? price < best : price > best) else { return }
        orders[slot].best = price
        let amount = orders[slot].ticket.trail
        let distance = amount.isPositive ? amount : orders[slot].trailRate.of(price)
        let trigger = isBuy ? price + distance : max(price - distance, Price(units: 1))
        let before = orders[slot].trigger
        if before == .zero || (isBuy ? trigger < before : trigger > before) { orders[slot].trigger = trigger }
    }

    /// The trailing stops on the other side of a move follow it.
    mutating func trailAll(_ index: Int, to price: Price, _ falls: Bool) {
        var slot = books[index].first
        while slot >= 0 {
            if orders[slot].mode == .trailing, orders[slot].isBuy == falls, takesPart(slot) {
                trail(slot, to: price)
            }
            slot = orders[slot].next
        }
    }

    /// The average true range, by Wilder's smoothing over 14 bars.
    mutating func measureRange(_ candle: Candle, of index: Int) {
        let last = books[index].lastPrice
        var range = candle.high - candle.low
        if last.isPositive {
            range = max(range, max((candle.high - last).magnitude, (candle.low - last).magnitude))
        }
        let count = Int64(min(books[index].rangeCount, 13))
        books[index].rangeCount = min(books[index].rangeCount + 1, 13)
        let sum = Int128(books[index].range.units) * Int128(count) + Int128(range.units)
        books[index].range = Price(
            units: Int64(sum.divided(by: Int128(count + 1), rounding: .toNearestOrEven)))
    }
}
