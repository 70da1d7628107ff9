/// Division and multiplication of whole numbers that are rounded once, by a rule that the caller names.

/// How a number that lies between two units becomes one of them. The standard library's own rule may gain cases in a later
/// version, so each use of it asks at run time what it looks like, and that costs more than the division.
@frozen public enum RoundingRule: Sendable {
    case toNearestOrEven, toNearestOrAwayFromZero, up, down, towardZero, awayFromZero
}

extension Int128 {
    /// The quotient rounded by the rule. The divisor is not zero.
    public func divided(by divisor: Int128, rounding: RoundingRule) -> Int128 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        guard remainder != 0 else { return quotient }
        let half = Half(of: remainder.magnitude, in: divisor.magnitude)
        let away = half.roundsAway(rounding, negative: (self < 0) != (divisor < 0), odd: quotient & 1 != 0)
        guard away else { return quotient }
        return (self < 0) != (divisor < 0) ? quotient - 1 : quotient + 1
    }
}

/// Where a remainder that is not zero lies: below a half, at it, or above.
enum Half {
    case below, tie, above

    init(of remainder: UInt128, in divisor: UInt128) {
        let rest = divisor - remainder
        self = remainder < rest ? .below : remainder == rest ? .tie : .above
    }

    /// Whether a quotient that was cut towards zero moves one away from it.
    func roundsAway(_ rule: RoundingRule, negative: Bool, odd: Bool) -> Bool {
        switch rule {
        case .toNearestOrEven: self == .above || self == .tie && odd
        case .toNearestOrAwayFromZero: self != .below
        case .up: !negative
        case .down: negative
        case .towardZero: false
        case .awayFromZero: true
        }
    }
}

/// A whole number × a double as one exact product, rounded once; nothing where the double is not finite or the
/// product does not fit. A double is a whole number of 53 bits times a power of two, so 128 bits hold it all.
func exactProduct(_ count: Int64, _ ratio: Double, rounding: RoundingRule) -> Int64? {
    guard ratio.isFinite else { return nil }
    guard ratio != 0, count != 0 else { return 0 }
    let negative = (count < 0) != (ratio < 0)
    let significand = Int64(ratio.magnitude.significand * 0x1p52)
    let shift = Int(ratio.exponent) - 52
    let product = UInt128(count.magnitude) * UInt128(significand.magnitude)
    var whole: UInt128
    if shift >= 0 {
        guard shift < 64, product.leadingZeroBitCount > shift else { return nil }
        whole = product << UInt128(shift)
    } else if -shift >= 127 {
        whole = Half.below.roundsAway(rounding, negative: negative, odd: false) ? 1 : 0
    } else {
        let divisor: UInt128 = 1 << UInt128(-shift)
        whole = product / divisor
        let rest = product % divisor
        if rest != 0,
            Half(of: rest, in: divisor).roundsAway(rounding, negative: negative, odd: whole & 1 != 0)
        {
            whole += 1
        }
    }
    let limit = negative ? UInt128(Int64.min.magnitude) : UInt128(Int64.max)
    guard whole <= limit else { return nil }
    return negative ? Int64(truncatingIfNeeded: 0 &- whole) : Int64(whole)
}
