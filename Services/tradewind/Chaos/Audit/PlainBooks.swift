import Domain

/// Books as plain as they can be: cash, quantities, last prices, in whole units, by what a venue reported. Nothing in them is
/// the portfolio's or the exchange's.
struct PlainBooks {
    private(set) var cash: Int128
    private(set) var quantities: [Symbol: Int128] = [:]
    private(set) var prices: [Symbol: Int128] = [:]

    init(cash: Money) { self.cash = Int128(cash.units) }

    mutating func mark(_ symbol: Symbol, at price: Price) { prices[symbol] = Int128(price.units) }

    mutating func book(_ report: BrokerReport) {
        cash -= Int128(report.charge.units)
        if let fill = report.fill { book(fill) }
    }

    mutating func book(_ fill: Fill) {
        let sign: Int128 = fill.side == .buy ? 1 : -1
        cash -= sign * PlainBooks.worth(Int128(fill.quantity.units), Int128(fill.price.units))
        cash -= Int128(fill.fee.units)
        quantities[fill.symbol, default: 0] += sign * Int128(fill.quantity.units)
        mark(fill.symbol, at: fill.price)
    }

    func quantity(of symbol: Symbol) -> Int128 { quantities[symbol] ?? 0 }

    func worth(of symbol: Symbol) -> Int128 {
        PlainBooks.worth(quantity(of: symbol), prices[symbol] ?? 0)
    }

    var equity: Int128 { cash + quantities.keys.reduce(0) { $0 + worth(of: $1) } }
    var gross: Int128 { quantities.keys.reduce(0) { $0 + Int128(worth(of: $1).magnitude) } }

    /// Billionths times millionths as millionths, half to even.
    static func worth(_ quantity: Int128, _ price: Int128) -> Int128 {
        let scale: Int128 = 1_000_000_000
        let (whole, rest) = (quantity * price).quotientAndRemainder(dividingBy: scale)
        let twice = Int128(rest.magnitude) * 2
        guard twice > scale || twice == scale && whole % 2 != 0 else { return whole }
        return whole + (rest < 0 ? -1 : 1)
    }

    static func text(_ units: Int128) -> String {
        Int64(exactly: units).map { "\(Money(units: $0))" } ?? "\(units)e-6"
    }
}
