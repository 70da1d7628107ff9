import Domain

/// Amounts as one reads them in a table: to the cent, with a comma at each thousand.
enum AmountText {
    static func cents(_ money: Money) -> String {
        let cents = abs(Int128(money.units).divided(by: 10_000, rounding: .toNearestOrEven))
        let (whole, part) = cents.quotientAndRemainder(dividingBy: 100)
        let isBelow = money.isNegative && cents != 0
        return (isBelow ? "-" : "") + grouped("\(whole)") + (part < 10 ? ".0" : ".") + "\(part)"
    }

    /// With a sign in any case: what was won or lost.
    static func change(_ money: Money) -> String {
        money.isPositive ? "+" + cents(money) : cents(money)
    }

    static func share(_ part: Money, of whole: Money) -> String {
        guard whole.isPositive else { return "-" }
        let tenths = Int128(part.units) * 1000 / Int128(whole.units)
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10) %"
    }

    private static func grouped(_ digits: String) -> String {
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    /// 2024-06-03 09:45, by the clock in New York.
    static func time(_ moment: Timestamp) -> String {
        let (date, since) = EasternTime.local(at: moment)
        let minutes = since / Nanoseconds.minute
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(date) \(two(minutes / 60)):\(two(minutes % 60))"
    }
}
