import Domain
import Explaining

// How figures are shown in a table: three digits that count, and a unit that suits.

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
