/// Books for whoever doubts the portfolio's: double entry in the plainest way, on whole numbers, with nothing in common
/// with the ledger that trades. Each event is an entry whose postings come to nothing together.
///
/// Amounts are millionths of the currency, quantities billionths of a share, prices millionths for a share.
struct DoubleEntry {
    /// Where an amount stands.
    enum Place: Hashable {
        case cash, capital
        /// What the shares of a symbol cost; what they have brought.
        case shares(String), profit(String)
        case fees, interest, dividends
    }

    /// Shares that came together, below zero where they are owed.
    private struct Parcel {
        var quantity: Int128
        var cost: Int128
    }

    private(set) var balances: [Place: Int128] = [:]
    private(set) var quantities: [String: Int128] = [:]
    private(set) var prices: [String: Int128] = [:]
    private(set) var entries = 0
    private var parcels: [String: [Parcel]] = [:]

    init(cash: Int128) { enter([(.cash, cash), (.capital, -cash)]) }

    // MARK: What happens

    /// Shares are bought or sold. The oldest parcels of the other side are closed first.
    mutating func trade(
        _ symbol: String, isBuy: Bool, quantity: Int128, price: Int128, fee: Int128 = 0
    ) {
        var left = isBuy ? quantity : -quantity
        var paid = DoubleEntry.worth(left, price)
        let whole = paid
        var profit: Int128 = 0
        while left != 0, let first = parcels[symbol]?.first, (first.quantity < 0) != (left < 0) {
            let part = min(magnitude(first.quantity), magnitude(left))
            let cost = share(first.cost, part, of: magnitude(first.quantity))
            let got = share(paid, part, of: magnitude(left))
            profit -= cost + got
            paid -= got
            left += left < 0 ? part : -part
            if part == magnitude(first.quantity) {
                parcels[symbol]!.removeFirst()
            } else {
                parcels[symbol]![0].quantity += first.quantity < 0 ? part : -part
                parcels[symbol]![0].cost -= cost
            }
        }
        if left != 0 { parcels[symbol, default: []].append(Parcel(quantity: left, cost: paid)) }
        quantities[symbol, default: 0] += isBuy ? quantity : -quantity
        prices[symbol] = price
        enter([
            (.cash, -whole - fee), (.shares(symbol), whole + profit), (.profit(symbol), -profit),
            (.fees, fee),
        ])
    }

    /// Interest on what is borrowed: what is below zero is received.
    mutating func charge(_ amount: Int128) { enter([(.cash, -amount), (.interest, amount)]) }

    /// So much for each share; who owes shares pays it.
    mutating func dividend(_ symbol: String, each amount: Int128) {
        let sum = DoubleEntry.worth(quantities[symbol] ?? 0, amount)
        enter([(.cash, sum), (.dividends, -sum)])
    }

    /// Shares become more or fewer, and cost together what they cost before: nothing is entered.
    mutating func split(_ symbol: String, _ numerator: Int128, for denominator: Int128) {
        let after = rounded((quantities[symbol] ?? 0) * numerator, over: denominator)
        var sum: Int128 = 0
        for at in (parcels[symbol] ?? []).indices {
            parcels[symbol]![at].quantity = rounded(
                parcels[symbol]![at].quantity * numerator, over: denominator)
            sum += parcels[symbol]![at].quantity
        }
        if let last = parcels[symbol]?.indices.last { parcels[symbol]![last].quantity += after - sum }
        quantities[symbol] = after
        prices[symbol] = rounded((prices[symbol] ?? 0) * denominator, over: numerator)
    }

    /// Shares go on under another name, at what they cost.
    mutating func rename(_ symbol: String, to new: String) {
        let cost = balances[.shares(symbol)] ?? 0
        enter([(.shares(symbol), -cost), (.shares(new), cost)])
        parcels[new, default: []] += parcels.removeValue(forKey: symbol) ?? []
        quantities[new, default: 0] += quantities.removeValue(forKey: symbol) ?? 0
        prices[new] = prices[symbol]
    }

    mutating func mark(_ symbol: String, at price: Int128) { prices[symbol] = price }

    // MARK: What follows

    var cash: Int128 { balances[.cash] ?? 0 }
    /// Zero, always.
    var balance: Int128 { balances.values.reduce(0, +) }

    func quantity(of symbol: String) -> Int128 { quantities[symbol] ?? 0 }
    func realised(of symbol: String) -> Int128 { -(balances[.profit(symbol)] ?? 0) }

    /// What a share that is held cost on average.
    func averagePrice(of symbol: String) -> Int128 {
        let held = quantity(of: symbol)
        guard held != 0 else { return 0 }
        return rounded((balances[.shares(symbol)] ?? 0) * 1_000_000_000, over: held)
    }

    /// What is held and what is owed at the last prices; the second is below zero.
    var worths: (long: Int128, short: Int128) {
        var (long, short): (Int128, Int128) = (0, 0)
        for (symbol, quantity) in quantities {
            let worth = DoubleEntry.worth(quantity, prices[symbol] ?? 0)
            if worth < 0 { short += worth } else { long += worth }
        }
        return (long, short)
    }

    // MARK: How it is counted

    private mutating func enter(_ postings: [(Place, Int128)]) {
        precondition(postings.reduce(0) { $0 + $1.1 } == 0, "an entry does not balance: \(postings)")
        for (place, amount) in postings { balances[place, default: 0] += amount }
        entries += 1
    }

    static func worth(_ quantity: Int128, _ price: Int128) -> Int128 {
        rounded(quantity * price, over: 1_000_000_000)
    }

    private func share(_ amount: Int128, _ part: Int128, of whole: Int128) -> Int128 {
        part == whole ? amount : rounded(amount * part, over: whole)
    }
}

private func magnitude(_ value: Int128) -> Int128 { value < 0 ? -value : value }

/// A quotient to the nearest whole number, of two the even one.
private func rounded(_ product: Int128, over divisor: Int128) -> Int128 {
    let isNegative = (product < 0) != (divisor < 0)
    let (top, bottom) = (magnitude(product), magnitude(divisor))
    var quotient = top / bottom
    let twice = (top - quotient * bottom) * 2
    if twice > bottom || (twice == bottom && quotient % 2 == 1) { quotient += 1 }
    return isNegative ? -quotient : quotient
}
