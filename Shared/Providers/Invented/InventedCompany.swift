import Domain

/// What a company of an invented market does to its shares: it splits them where their price has grown far, joins them
/// where it is very low, and some pay a dividend each quarter.
struct InventedCompany {
    /// Sessions between two dividends.
    private static let quarter = 63
    /// Below it shares are joined, ten to one.
    private static let joinBelow = 2.0

    private let symbol: Symbol
    private let parts: MarketParts
    private var chance: SplitMix64
    /// The price above which the shares are split next.
    private var splitAbove: Double
    /// The part of its price that a share pays a quarter; 0 for a company that pays nothing.
    private let dividend: Double
    /// Which sessions of a quarter are ex-dates.
    private let offset: Int

    init(_ symbol: Symbol, _ chance: SplitMix64, _ parts: MarketParts) {
        self.symbol = symbol
        self.parts = parts
        self.chance = chance
        splitAbove = 400 + 300 * self.chance.uniform()
        let pays = self.chance.uniform() < 0.65
        let yield = 0.005 + 0.03 * self.chance.uniform()
        dividend = pays ? yield / 4 : 0
        offset = Int(self.chance.next() % UInt64(InventedCompany.quarter))
    }

    /// What it does before the session of that number in the calendar, to shares at that price.
    mutating func action(before session: Int, on date: CivilDate, at price: Double) -> CorporateAction? {
        let exAt = EasternTime.moment(on: date, at: 0)
        var action = CorporateAction(symbol: symbol, exAt: exAt, knownAt: exAt)
        // On the day of a dividend nothing is split: it is done the day after.
        if parts.dividends, dividend > 0, session % InventedCompany.quarter == offset {
            let cents = Int64(price * dividend * 100 + 0.5)
            guard cents > 0 else { return nil }
            action.kind = .dividend
            action.amount = Price(units: cents * 10_000)
            return action
        }
        guard parts.splits, price > splitAbove || price < InventedCompany.joinBelow else { return nil }
        action.kind = .split
        if price > splitAbove {
            (action.numerator, action.denominator) = (2 + Int64(chance.next() % 3), 1)
            splitAbove = 400 + 300 * chance.uniform()
        } else {
            (action.numerator, action.denominator) = (1, 10)
        }
        return action
    }
}
