import Domain

/// How far beyond the market's price a limit lies. Above zero the order may pay so much more than the last price, and
/// mostly trades at once; below zero it waits for a price that is so much better.
public enum LimitOffset: Equatable, Sendable {
    case fixed(Share)
    /// Half of the spread and a quarter of what the price moves from bar to bar, between one and fifty basis points.
    case adaptive

    static let adaptiveBounds = (least: Share.basisPoints(1), most: Share.basisPoints(50))

    func share(in view: MarketView) -> Share {
        switch self {
        case .fixed(let share): return share
        case .adaptive:
            let price = view.reference
            guard price.isPositive else { return LimitOffset.adaptiveBounds.least }
            let distance = view.spread.units / 2 + view.movement.units / 4
            return min(
                max(Share(distance, of: price.units), LimitOffset.adaptiveBounds.least),
                LimitOffset.adaptiveBounds.most)
        }
    }

    /// The limit of an order that is sent now; nothing where no price is known. It is put on the tick away from the
    /// market where the order may pay more, so that a small offset does not vanish in rounding.
    func limit(for side: Side, in view: MarketView) -> Price? {
        let price = view.reference(for: side)
        guard price.isPositive else { return nil }
        let share = share(in: view)
        let distance = share.of(price)
        let isUp = (side == .buy) == (share.billionths >= 0)
        return (side == .buy ? price + distance : price - distance).onTick(isUp ? .up : .down)
    }
}
