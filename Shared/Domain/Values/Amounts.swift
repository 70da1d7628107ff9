/// What quantities are worth: the one place where price, quantity and money meet.
///
/// A product goes through 128 bits and is rounded once, half to even, to a millionth of the currency.

extension Money {
    /// The worth of a quantity at a price, or an error where it is too large.
    public init(of quantity: Quantity, at price: Price) throws(OverflowError) {
        guard let units = Self.units(price.units, quantity.units, Quantity.scale) else {
            throw OverflowError("\(price) × \(quantity)", Money.self)
        }
        self.init(units: units)
    }

    /// The worth of a market's volume at a price, or an error where it is too large.
    public init(of volume: Volume, at price: Price) throws(OverflowError) {
        guard let units = Self.units(price.units, volume.units, Volume.scale) else {
            throw OverflowError("\(price) × \(volume)", Money.self)
        }
        self.init(units: units)
    }

    /// Most quantities are whole shares, and need no division in 128 bits.
    @inlinable static func units(_ price: Int64, _ count: Int64, _ scale: Int64) -> Int64? {
        let (whole, part) = count.quotientAndRemainder(dividingBy: scale)
        if part == 0 {
            let (product, overflow) = price.multipliedReportingOverflow(by: whole)
            return overflow ? nil : product
        }
        let product = Int128(price) * Int128(count)
        return Int64(exactly: product.divided(by: Int128(scale), rounding: .toNearestOrEven))
    }
}

extension Price {
    /// The worth of a quantity; traps where it is too large.
    @inlinable public static func * (price: Price, quantity: Quantity) -> Money {
        guard let units = Money.units(price.units, quantity.units, Quantity.scale) else {
            preconditionFailure("price × quantity is too large for money")
        }
        return Money(units: units)
    }

    @inlinable public static func * (quantity: Quantity, price: Price) -> Money { price * quantity }

    /// The price at which a quantity is worth that much, rounded half to even.
    public init(of money: Money, per quantity: Quantity) throws(OverflowError) {
        guard
            quantity.units != 0,
            let units = Int64(
                exactly: (Int128(money.units) * Int128(Quantity.scale))
                    .divided(by: Int128(quantity.units), rounding: .toNearestOrEven))
        else { throw OverflowError("\(money) ÷ \(quantity)", Price.self) }
        self.init(units: units)
    }
}

extension Quantity {
    /// How much an amount buys at a price: never more than it pays for, unless another rounding is asked for.
    public init(
        for money: Money, at price: Price, rounding: RoundingRule = .towardZero
    ) throws(OverflowError) {
        guard
            price.units != 0,
            let units = Int64(
                exactly: (Int128(money.units) * Int128(Quantity.scale))
                    .divided(by: Int128(price.units), rounding: rounding))
        else { throw OverflowError("\(money) ÷ \(price)", Quantity.self) }
        self.init(units: units)
    }
}
