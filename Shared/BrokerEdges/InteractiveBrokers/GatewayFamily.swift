import Domain
import TWS

/// Orders that belong together, in the words of TWS.
///
/// What hangs on an order names its number, and all but the last are held back at the gateway until that one comes: so an
/// entry never works without its legs. The stop comes last, for if it is refused nothing is let loose. Of a group one
/// makes the others smaller by what it trades, and is alone at the exchange meanwhile.
enum GatewayFamily {
    private static let shrinksOthers = 2

    /// The order and its legs as they are said, with the numbers that they are given.
    static func orders(
        _ first: Order, _ legs: [Order], account: String, number: (Order) -> Int
    ) -> [TWSOrder] {
        let last = legs.filter { $0.kind != .limit }
        let all = [first] + legs.filter { $0.kind == .limit } + last
        let isPair = first.orderClass == .oneCancelsOther
        var told = all.map { GatewayOrders.order($0, number: number($0), account: account) }
        for place in told.indices {
            let isInGroup = isPair || first.orderClass == .bracket && place > 0
            if isInGroup { (told[place].group, told[place].groupKind) = (first.id, shrinksOthers) }
            // Two of which one cancels the other hang on none, so neither waits for the other.
            guard !isPair else { continue }
            if place > 0 { told[place].parent = told[0].id }
            told[place].isTransmitted = place == told.count - 1
        }
        return told
    }
}
