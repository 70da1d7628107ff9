import Domain

// How values are shown: exact decimals, times in ISO form, bytes in hexadecimal.

extension FixedUnit {
    /// The decimal digits of a unit, or nothing where the number is not a decimal.
    var digits: Int? {
        switch self {
        case .price: Price.digits
        case .volume: Volume.digits
        case .quantity: Quantity.digits
        case .money: Money.digits
        case .time, .span, .number: nil
        }
    }

    func text(_ value: Int64) -> String {
        if let digits { return decimal(value, digits) }
        return self == .time ? isoTime(value) : String(value)
    }
}

/// `187250000` with six digits is `187.25`.
func decimal(_ units: Int64, _ digits: Int) -> String {
    let text = String(units.magnitude)
    let padded = String(repeating: "0", count: max(0, digits + 1 - text.utf8.count)) + text
    var fraction = padded.suffix(digits)
    while fraction.last == "0" { fraction.removeLast() }
    return (units < 0 ? "-" : "") + padded.dropLast(digits) + (fraction.isEmpty ? "" : "." + fraction)
}

/// `2024-01-02T14:30:00.25Z`.
func isoTime(_ nanoseconds: Int64) -> String {
    func floorDivided(_ number: Int64, by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
    func padded(_ number: Int64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
    let (seconds, nanosecond) = floorDivided(nanoseconds, by: 1_000_000_000)
    let (days, second) = floorDivided(seconds, by: 86_400)
    // Days to a date by eras of 400 years that begin on the first of March.
    let (era, day) = floorDivided(days + 719_468, by: 146_097)
    let yearOfEra = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfYear - (153 * shifted + 2) / 5 + 1, 2))"
    let clock = "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
    var fraction = Substring(padded(nanosecond, 9))
    while fraction.last == "0" { fraction.removeLast() }
    return "\(date)T\(clock)\(fraction.isEmpty ? "" : "." + fraction)Z"
}

func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
        unsafeUninitializedCapacity: 2 * bytes.count
    ) { buffer in
        for (index, byte) in bytes.enumerated() {
            buffer[2 * index] = digits[Int(byte >> 4)]
            buffer[2 * index + 1] = digits[Int(byte & 15)]
        }
        return 2 * bytes.count
    }
}
