import Domain

// How figures are shown in a table: three digits that count, and a unit that suits.

/// A duration in nanoseconds, as a person reads it: `87 µs`, `1.25 ms`, `3 h`.
func durationText(_ nanoseconds: Int64) -> String {
    let units: [(name: String, length: Int64)] = [
        ("d", Nanoseconds.day), ("h", Nanoseconds.hour), ("min", Nanoseconds.minute),
        ("s", Nanoseconds.second), ("ms", 1_000_000), ("µs", 1000),
    ]
    for unit in units where nanoseconds.magnitude >= unit.length.magnitude {
        return threeDigits(Double(nanoseconds) / Double(unit.length)) + " " + unit.name
    }
    return "\(nanoseconds) ns"
}

/// How often something happens, per second or, where that is too seldom, per a longer time.
func rateText(_ count: Int, over seconds: Double) -> String {
    guard seconds > 0, count > 0 else { return "-" }
    let perSecond = Double(count) / seconds
    for (name, length) in [("s", 1.0), ("min", 60), ("h", 3600)] where perSecond * length >= 1 {
        return threeDigits(perSecond * length) + "/" + name
    }
    return perSecond * 86_400 < 0.005 ? "-" : threeDigits(perSecond * 86_400) + "/d"
}

/// A number of bytes: `512 B`, `1.5 KiB`.
func sizeText(_ bytes: Double) -> String {
    var size = bytes
    for name in ["B", "KiB", "MiB"] {
        if size < 1024 { return threeDigits(size) + " " + name }
        size /= 1024
    }
    return threeDigits(size) + " GiB"
}

/// Three digits at most after which nothing counts: `1.25`, `87`, `1250`.
func threeDigits(_ number: Double) -> String {
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
