import Domain
import Portfolio

/// The obvious ledger to compare with: a list of shares for each symbol, in amounts of 128 bits, no sums kept.
struct SlowLedger {
    struct Piece {
        var quantity: Int128
        var cost: Int128
        var price: Int64
    }

    let order: LedgerRules.LotOrder
    var cash: Int128
    var pieces: [[Piece]]
    var prices: [Int64]
    var realised: Int128 = 0

    init(_ order: LedgerRules.LotOrder, symbols: Int, cash: Money) {
        self.order = order
        self.cash = Int128(cash.units)
        pieces = Array(repeating: [], count: symbols)
        prices = Array(repeating: 0, count: symbols)
    }

    func quantity(_ symbol: Int) -> Int128 { pieces[symbol].reduce(0) { $0 + $1.quantity } }

    static func rounded(_ product: Int128, _ divisor: Int128) -> Int128 {
        product.divided(by: divisor, rounding: .toNearestOrEven)
    }

    func worth(_ symbol: Int) -> Int128 {
        SlowLedger.rounded(quantity(symbol) * Int128(prices[symbol]), 1_000_000_000)
    }

    var equity: Int128 { pieces.indices.reduce(cash) { $0 + worth($1) } }
    var gross: Int128 { pieces.indices.reduce(0) { $0 + Int128(worth($1).magnitude) } }

    mutating func book(_ deal: Deal) {
        let symbol = deal.symbol.number
        let sign: Int128 = deal.side == .buy ? 1 : -1
        var left = sign * Int128(deal.quantity.units)
        var amount =
            sign * SlowLedger.rounded(Int128(deal.quantity.units) * Int128(deal.price.units), 1_000_000_000)
        cash -= amount + Int128(deal.fee.units)
        prices[symbol] = deal.price.units
        while left != 0, let at = choice(symbol, against: left) {
            let piece = pieces[symbol][at]
            let part = min(Int128(piece.quantity.magnitude), Int128(left.magnitude))
            let cost =
                part == Int128(piece.quantity.magnitude)
                ? piece.cost : SlowLedger.rounded(piece.cost * part, Int128(piece.quantity.magnitude))
            let paid =
                part == Int128(left.magnitude)
                ? amount : SlowLedger.rounded(amount * part, Int128(left.magnitude))
            realised -= cost + paid
            amount -= paid
            let signed = left < 0 ? -part : part
            left -= signed
            pieces[symbol][at].quantity += signed
            pieces[symbol][at].cost -= cost
            if pieces[symbol][at].quantity == 0 { pieces[symbol].remove(at: at) }
        }
        if left != 0 { pieces[symbol].append(Piece(quantity: left, cost: amount, price: deal.price.units)) }
    }

    private func choice(_ symbol: Int, against left: Int128) -> Int? {
        let list = pieces[symbol]
        guard let first = list.first, (first.quantity < 0) != (left < 0) else { return nil }
        switch order {
        case .firstInFirstOut: return 0
        case .lastInFirstOut: return list.count - 1
        case .highestCost:
            let isShort = first.quantity < 0
            var best = 0
            for at in list.indices.dropFirst() {
                if isShort ? list[at].price < list[best].price : list[at].price > list[best].price {
                    best = at
                }
            }
            return best
        }
    }
}
