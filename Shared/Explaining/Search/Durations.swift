import Domain

/// A duration in nanoseconds, as a person reads it: `87 µs`, `1.25 ms`, `3 h`.
package func durationText(_ nanoseconds: Int64) -> String {
    let units: [(name: String, length: Int64)] = [
        ("d", Nanoseconds.day), ("h", Nanoseconds.hour), ("min", Nanoseconds.minute),
        ("s", Nanoseconds.second), ("ms", 1_000_000), ("µs", 1000),
    ]
    for unit in units where nanoseconds.magnitude >= unit.length.magnitude {
        return threeDigits(Double(nanoseconds) / Double(unit.length)) + " " + unit.name
    }
    return "\(nanoseconds) ns"
}

/// The time from one moment to another: whatever a stranger's message says, it is a number.
package func elapsed(from: Int64, to: Int64) -> Int64 {
    let (time, isTooLong) = to.subtractingReportingOverflow(from)
    return isTooLong ? (to > from ? .max : .min) : time
}

/// A figure that is held against a limit: four digits that count, however small it is.
package func figureText(_ number: Double) -> String {
    guard number.isFinite, number != 0, number.magnitude < 1000 else { return threeDigits(number) }
    let scale = 1000 / powerOfTen(atMost: number.magnitude)
    return "\((number * scale).rounded() / scale)".withoutPoint
}

/// The largest power of ten that is no larger than a number.
private func powerOfTen(atMost magnitude: Double) -> Double {
    var power = 1.0
    while power > magnitude, power > 1e-12 { power /= 10 }
    while power * 10 <= magnitude { power *= 10 }
    return power
}

extension String {
    fileprivate var withoutPoint: String { hasSuffix(".0") ? String(dropLast(2)) : self }
}

/// Three digits at most after which nothing counts: `1.25`, `87`, `1250`.
package func threeDigits(_ number: Double) -> String {
    let magnitude = number.magnitude
    let scale = magnitude >= 99.95 ? 1.0 : magnitude >= 9.995 ? 10 : 100
    let rounded = (number * scale).rounded()
    guard rounded.magnitude < 1e15 else { return "\(number)" }
    let whole = Int(rounded)
    let digits = String(whole.magnitude)
    guard scale > 1 else { return "\(whole)" }
    let places = scale == 10 ? 1 : 2
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    var fraction = padded.suffix(places)
    while fraction.last == "0" { fraction.removeLast() }
    return (number < 0 ? "-" : "") + padded.dropLast(places) + (fraction.isEmpty ? "" : "." + fraction)
}
