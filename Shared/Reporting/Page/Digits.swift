import Domain
import Glibc

/// Numbers as a person reads them. All by whole numbers, so that a page has the same bytes everywhere.
enum Digits {
    /// What stands where there is no number.
    static let none = "–"
    private static let minus = "\u{2212}"

    /// A number with so many places, its thousands apart.
    static func fixed(_ number: Double?, _ places: Int, sign: Bool = false) -> String {
        guard let number, number.isFinite else { return none }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = (number * scale).rounded()
        guard scaled.magnitude < 9e15 else { return "\(number)" }
        let units = Int(scaled)
        let whole = units.magnitude / UInt(scale)
        var text = grouped(whole)
        if places > 0 {
            let part = String(units.magnitude % UInt(scale))
            text += "." + String(repeating: "0", count: places - part.count) + part
        }
        return units < 0 ? minus + text : sign && units > 0 ? "+" + text : text
    }

    static func percent(_ share: Double?, _ places: Int = 2, sign: Bool = false) -> String {
        guard let share, share.isFinite else { return none }
        return fixed(share * 100, places, sign: sign) + "\u{202F}%"
    }

    static func money(_ money: Money, sign: Bool = false) -> String { fixed(Double(money), 2, sign: sign) }

    /// To the cent, and cheap things to a hundredth of one.
    static func price(_ price: Price) -> String { fixed(Double(price), price.magnitude < Price(10) ? 4 : 2) }

    static func count(_ count: Int) -> String { fixed(Double(count), 0) }

    /// A length of time in its two largest units.
    static func time(_ nanoseconds: Double) -> String {
        guard nanoseconds.isFinite, nanoseconds >= 0 else { return none }
        let minutes = Int(nanoseconds / Double(Nanoseconds.minute))
        let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60)
        if days >= 10 { return "\(grouped(UInt(days))) d" }
        if days > 0 { return hours == 0 ? "\(days) d" : "\(days) d \(hours) h" }
        if hours > 0 { return rest == 0 ? "\(hours) h" : "\(hours) h \(rest) min" }
        return minutes > 0 ? "\(rest) min" : "\(Int(nanoseconds / Double(Nanoseconds.second))) s"
    }

    /// A large number in few characters, for an axis: 1.2M.
    static func short(_ number: Double, step: Double) -> String {
        let (unit, name): (Double, String) =
            number.magnitude >= 1e9
            ? (1e9, "G")
            : number.magnitude >= 1e6 ? (1e6, "M") : number.magnitude >= 1e4 ? (1e3, "k") : (1, "")
        return fixed(number / unit, places(step / unit)) + name
    }

    /// How many places a step needs to be told from the next.
    static func places(_ step: Double) -> Int {
        var (places, scaled) = (0, step.magnitude)
        while places < 6, scaled > 0, (scaled - scaled.rounded()).magnitude > 1e-6 * max(scaled, 1) {
            scaled *= 10
            places += 1
        }
        return places
    }

    /// A place in a drawing, to a tenth.
    static func place(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let part = tenths.magnitude % 10
        return (tenths < 0 ? "-" : "") + "\(tenths.magnitude / 10)" + (part == 0 ? "" : ".\(part)")
    }

    /// A number for a program, with about six digits that count.
    static func data(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        let size = value.magnitude
        let places = size >= 10_000_000 ? 0 : size >= 1000 ? 2 : size >= 1 ? 4 : 6
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        guard size < 9e9 else { return "\(value.rounded())" }
        let units = Int((value * scale).rounded())
        var part = String(units.magnitude % UInt(scale))
        part = String(repeating: "0", count: max(0, places - part.count)) + part
        while part.last == "0" { part.removeLast() }
        return (units < 0 ? "-" : "") + "\(units.magnitude / UInt(scale))"
            + (places == 0 || part.isEmpty ? "" : ".\(part)")
    }

    private static func grouped(_ whole: UInt) -> String {
        let digits = Array(String(whole))
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }
}
