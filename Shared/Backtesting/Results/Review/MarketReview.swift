import Domain

/// Whether the list of symbols was made with knowledge of how it all ended.
enum MarketReview {
    private static let symbolsMin = 5
    private static let yearsMin = 2.0

    static func warnings(_ table: BarTable) -> [String] {
        guard table.symbols.count >= symbolsMin, let range = table.range else { return [] }
        let length = range.upperBound - range.lowerBound
        guard Double(length) > yearsMin * 365.25 * Double(Nanoseconds.day) else { return [] }
        var last = Array(repeating: Int64.min, count: table.symbols.count)
        for (symbol, at) in zip(table.symbol.values, table.closesAt.values) { last[Int(symbol)] = at }
        // A few missing days at the end are a hole in the data and no end.
        let alive = last.allSatisfy { range.upperBound.nanoseconds - $0 < length / 50 }
        guard alive else { return [] }
        return [
            "all \(table.symbols.count) symbols have bars to the last day: a list made afterwards leaves out what failed on the "
                + "way (survivorship)"
        ]
    }
}
