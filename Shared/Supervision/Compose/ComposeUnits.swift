import Configuration

/// Sizes, spans and processors as docker-compose writes them. Each gives nothing for a text that is none.
enum ComposeUnits {
    /// `512m`, `1g`, `64MB`, `1048576`: always powers of two.
    static func bytes(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits) else { return nil }
        var unit = text.dropFirst(digits.count).lowercased()
        if unit.count == 2, unit.last == "b" { unit.removeLast() }
        let shifts = ["": 0, "b": 0, "k": 10, "m": 20, "g": 30]
        guard let shift = shifts[unit] else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
        return overflow ? nil : bytes
    }

    /// `3s`, `500ms`, `1m30s`, in nanoseconds.
    static func span(_ text: String) -> Int64? {
        guard text != "0", let duration = DurationText.duration(of: text) else { return nil }
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? nil : whole &+ attoseconds / 1_000_000_000
    }

    /// `0`, `0,2`, `0-3,6`: in order, each once.
    static func processors(_ text: String) -> [Int]? {
        var found: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last,
                first >= 0, last < processorsMax
            else { return nil }
            found.formUnion(first...last)
        }
        return found.sorted()
    }

    /// As many as the kernel's sets of processors hold.
    private static let processorsMax = 1024
}
