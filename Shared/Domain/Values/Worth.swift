extension Money {
    /// The worth of a quantity at a price, rounded half to even; nothing where no money can hold it.
    ///
    /// The same figure as `price * quantity`, without a division in 128 bits unless a price is above 9,000: for
    /// positions that are marked at every bar.
    @inlinable
    public static func worth(of quantity: Quantity, at price: Price) -> Money? {
        let whole = quantity.units / Quantity.scale
        let part = quantity.units % Quantity.scale
        if let worth = worth(ofWhole: whole, part: part, at: price) { return worth }
        return try? Money(of: quantity, at: price)
    }

    /// The same for a quantity that was taken apart once: whole shares and billionths, both of one sign. Nothing where
    /// 64 bits do not suffice on the way.
    @inlinable
    public static func worth(ofWhole whole: Int64, part: Int64, at price: Price) -> Money? {
        let (worth, overflow) = price.units.multipliedReportingOverflow(by: whole)
        if overflow { return nil }
        if part == 0 { return Money(units: worth) }
        let (product, isLarge) = price.units.multipliedReportingOverflow(by: part)
        if isLarge { return nil }
        let quotient = product / Quantity.scale
        let rest = product - quotient * Quantity.scale
        let (sum, isTooLarge) = worth.addingReportingOverflow(quotient)
        if isTooLarge { return nil }
        // Whole shares and part have one sign, so the sum was cut towards zero. It is one too small where the rest, and one
        // more if the sum is odd, is above a half; below zero it is the same the other way round. What is rounded follows no
        // pattern, and a branch that is guessed wrongly half of the time costs as much as all the rest: hence sign bits.
        let half = Quantity.scale / 2
        let odd = sum & 1
        let up = signBit(half &- rest &- odd)
        let down = signBit(half &+ rest &- odd)
        let (rounded, isOut) = sum.addingReportingOverflow(up &- down)
        return isOut ? nil : Money(units: rounded)
    }

    /// One below zero, else zero.
    @inlinable @inline(__always)
    static func signBit(_ number: Int64) -> Int64 {
        Int64(bitPattern: UInt64(bitPattern: number) >> 63)
    }
}
