/// Decimal numbers in bytes, read exactly: `101.25`, `-3`, `.5`, `1.2e+06`.
enum DecimalField {
    enum Fault: Error {
        case notANumber
        case tooLarge
    }

    /// The number as a count of units of ten to the minus `digits`.
    ///
    /// What is finer than a unit is rounded half to even: providers that keep prices as binary fractions
    /// write `132.52999877929688`.
    static func units(_ bytes: borrowing Span<UInt8>, _ field: Range<Int>, digits: Int) throws(Fault) -> Int64
    {
        var at = field.lowerBound
        let end = field.upperBound
        guard at < end else { throw .notANumber }
        let sign = bytes[at]
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { at += 1 }

        var number = Decimal()
        var sawDigit = false
        var afterPoint = false
        while at < end {
            let byte = bytes[at]
            let digit = byte &- UInt8(ascii: "0")
            if digit <= 9 {
                sawDigit = true
                number.append(digit, afterPoint: afterPoint)
            } else if byte == UInt8(ascii: "."), !afterPoint {
                afterPoint = true
            } else {
                break
            }
            at += 1
        }
        guard sawDigit else { throw .notANumber }
        if at < end { number.exponent += try exponent(bytes, at..<end) }

        let magnitude = try number.scaled(by: digits)
        return sign == UInt8(ascii: "-") ? -magnitude : magnitude
    }

    /// `e+06`, to the end of the field.
    private static func exponent(_ bytes: borrowing Span<UInt8>, _ field: Range<Int>) throws(Fault) -> Int {
        var at = field.lowerBound
        guard bytes[at] | 0x20 == UInt8(ascii: "e") else { throw .notANumber }
        at += 1
        var negative = false
        if at < field.upperBound, bytes[at] == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "+") {
            negative = bytes[at] == UInt8(ascii: "-")
            at += 1
        }
        guard at < field.upperBound else { throw .notANumber }
        var value = 0
        while at < field.upperBound {
            let digit = bytes[at] &- UInt8(ascii: "0")
            guard digit <= 9 else { throw .notANumber }
            // Far beyond every number that fits, and far from overflow.
            value = min(value * 10 + Int(digit), 100_000_000)
            at += 1
        }
        return negative ? -value : value
    }
}

/// The digits that were read: up to 19 in a word, and what is needed to round the rest.
private struct Decimal {
    private var significand: UInt64 = 0
    /// The value is the significand times ten to this power.
    var exponent = 0
    private var firstDropped: UInt8 = 0
    private var droppedMore = false
    private var droppedCount = 0

    mutating func append(_ digit: UInt8, afterPoint: Bool) {
        if significand < 1_000_000_000_000_000_000 {
            significand = significand &* 10 &+ UInt64(digit)
            if afterPoint { exponent -= 1 }
            return
        }
        if droppedCount == 0 { firstDropped = digit } else if digit != 0 { droppedMore = true }
        droppedCount += 1
        if !afterPoint { exponent += 1 }
    }

    /// The value times ten to the power of `digits`, rounded half to even.
    func scaled(by digits: Int) throws(DecimalField.Fault) -> Int64 {
        let shift = exponent + digits
        if significand == 0 { return 0 }
        if shift > 0 {
            guard shift < 20 else { throw .tooLarge }
            let (product, overflow) = significand.multipliedReportingOverflow(by: powerOfTen(shift))
            guard !overflow else { throw .tooLarge }
            return try whole(product)
        }
        if shift == 0 {
            let half = firstDropped == 5 && !droppedMore
            let up = half ? significand & 1 == 1 : firstDropped >= 5
            return try whole(significand + (up ? 1 : 0))
        }
        // Nineteen digits below ten to the nineteenth are less than a tenth.
        guard -shift < 20 else { return 0 }
        let divisor = powerOfTen(-shift)
        let (quotient, remainder) = significand.quotientAndRemainder(dividingBy: divisor)
        if remainder == 0, droppedCount == 0 { return try whole(quotient) }
        let sticky = firstDropped != 0 || droppedMore
        // divisor is even, so half of it is exact.
        let half = divisor / 2
        let up = remainder > half || (remainder == half && (sticky || quotient & 1 == 1))
        return try whole(quotient + (up ? 1 : 0))
    }

    private func whole(_ value: UInt64) throws(DecimalField.Fault) -> Int64 {
        guard let whole = Int64(exactly: value) else { throw .tooLarge }
        return whole
    }
}

/// Ten to a power from 0 to 19.
private func powerOfTen(_ power: Int) -> UInt64 {
    var value: UInt64 = 1
    for _ in 0..<power { value *= 10 }
    return value
}
