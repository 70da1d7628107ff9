/// Durations as people write them: `250ms`, `5s`, `1.5h`, `1h30m`.
public enum DurationText {
    /// The longest duration that fits 64 bits of nanoseconds, about 292 years.
    public static let longest = Duration.nanoseconds(Int64.max)

    /// From the longest: a text is written in the longest unit that leaves no remainder.
    private static let units: [(name: String, factor: Int)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
        ("ms", 1_000_000), ("us", 1000), ("ns", 1),
    ]

    /// The duration of a text, or nothing. A unit is required, except for `0`.
    public static func duration(of text: String) -> Duration? {
        guard text != "0" else { return .zero }
        var rest = text[...]
        var sum = 0
        repeat {
            guard let part = UnitText.takePart(from: &rest, units: units) else { return nil }
            let (total, overflow) = sum.addingReportingOverflow(part)
            guard !overflow else { return nil }
            sum = total
        } while !rest.isEmpty
        return .nanoseconds(sum)
    }

    /// The shortest exact text of a duration in one unit.
    public static func text(of duration: Duration) -> String {
        UnitText.text(of: Int(duration.wholeNanoseconds), units: units, zero: "0s")
    }
}

/// Sizes in bytes as people write them: `64MiB`, `1.5GiB`, `10kB`, `512B`.
public enum SizeText {
    private static let units: [(name: String, factor: Int)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("TB", 1_000_000_000_000),
        ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000), ("KB", 1000), ("B", 1),
    ]

    /// The bytes of a text, or nothing. A unit is required, except for `0`.
    public static func bytes(of text: String) -> Int? {
        guard text != "0" else { return 0 }
        var rest = text[...]
        guard let bytes = UnitText.takePart(from: &rest, units: units), rest.isEmpty else { return nil }
        return bytes
    }

    /// The shortest exact text of a size in one unit.
    public static func text(of bytes: Int) -> String { UnitText.text(of: bytes, units: units, zero: "0B") }
}

/// A number with a unit, exact: decimals are read without a Double between.
enum UnitText {
    static func takePart(from rest: inout Substring, units: [(name: String, factor: Int)]) -> Int? {
        let whole = rest.prefix { ("0"..."9").contains($0) }
        rest = rest.dropFirst(whole.count)
        guard !whole.isEmpty, let number = Int(whole) else { return nil }
        var decimals = Substring()
        if rest.first == "." {
            rest = rest.dropFirst()
            decimals = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(decimals.count)
            guard !decimals.isEmpty, decimals.count <= 9 else { return nil }
        }
        let name = rest.prefix { $0.isLetter }
        guard let factor = units.first(where: { $0.name == name })?.factor else { return nil }
        rest = rest.dropFirst(name.count)
        let (scaled, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        guard !decimals.isEmpty, let fraction = Int(decimals) else { return scaled }
        let divisor = decimals.reduce(1) { power, _ in power * 10 }
        let product = fraction.multipliedFullWidth(by: factor)
        let (part, remainder) = divisor.dividingFullWidth(product)
        guard remainder == 0 else { return nil }
        let (sum, overflows) = scaled.addingReportingOverflow(part)
        return overflows ? nil : sum
    }

    static func text(of amount: Int, units: [(name: String, factor: Int)], zero: String) -> String {
        guard amount != 0, let unit = units.first(where: { amount % $0.factor == 0 }) else { return zero }
        return "\(amount / unit.factor)\(unit.name)"
    }
}

extension Duration {
    /// The duration in nanoseconds, held to 64 bits.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, overflows) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflows ? (seconds < 0 ? .min : .max) : sum
    }
}
