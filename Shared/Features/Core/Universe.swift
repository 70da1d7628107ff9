import Indicators

/// The symbols that are looked at together, each in a sector: what one of them is compared with.
struct Universe: Sendable {
    /// The sector of each symbol, as any number.
    let sectors: [Int]
    private let sectorCount: Int
    private let places: [Int]

    init(sectors: [Int]) {
        self.sectors = sectors
        let known = Set(sectors).sorted()
        sectorCount = known.count
        let place = Dictionary(uniqueKeysWithValues: known.enumerated().map { ($1, $0) })
        places = sectors.map { place[$0] ?? 0 }
    }

    /// Whom a symbol is held against.
    enum Company: Sendable {
        /// All symbols that have a value at the moment, the symbol included.
        case market
        /// The others of its sector.
        case sector
    }

    /// How a value is placed among those of the other symbols at the same moment.
    enum Comparison: Sendable {
        case lessMarket, lessSector, zscore, rank
    }

    /// The mean of each symbol's company. Nothing where a symbol has no value or no company.
    func company(_ company: Company, of values: [Double?]) -> [Double?] {
        switch company {
        case .market:
            let (sum, count) = total(of: values)
            return values.map { $0 != nil && count >= 2 ? sum / Double(count) : nil }
        case .sector:
            let totals = sectorTotals(of: values)
            return values.indices.map { symbol in
                guard let value = values[symbol], totals[places[symbol]].count >= 2 else { return nil }
                let (sum, count) = totals[places[symbol]]
                return (sum - value) / Double(count - 1)
            }
        }
    }

    func compared(_ values: [Double?], by comparison: Comparison) -> [Double?] {
        switch comparison {
        case .lessMarket:
            let means = company(.market, of: values)
            return values.indices.map { symbol in
                values[symbol].flatMap { value in means[symbol].map { value - $0 } }
            }
        case .lessSector:
            let totals = sectorTotals(of: values)
            return values.indices.map { symbol in
                guard let value = values[symbol], totals[places[symbol]].count >= 2 else { return nil }
                let (sum, count) = totals[places[symbol]]
                return value - sum / Double(count)
            }
        case .zscore: return zscores(of: values)
        case .rank: return ranks(of: values)
        }
    }

    private func total(of values: [Double?]) -> (sum: Double, count: Int) {
        values.reduce(into: (sum: 0.0, count: 0)) { total, value in
            if let value { total = (total.sum + value, total.count + 1) }
        }
    }

    private func sectorTotals(of values: [Double?]) -> [(sum: Double, count: Int)] {
        var totals = Array(repeating: (sum: 0.0, count: 0), count: sectorCount)
        for (symbol, value) in values.enumerated() {
            guard let value else { continue }
            totals[places[symbol]].sum += value
            totals[places[symbol]].count += 1
        }
        return totals
    }

    /// Distances from the mean in deviations of all values; nothing where all are equal.
    private func zscores(of values: [Double?]) -> [Double?] {
        let known = values.compactMap { $0 }
        guard known.count >= 2, let first = known.first, known.contains(where: { $0 != first }) else {
            return Array(repeating: nil, count: values.count)
        }
        let mean = known.reduce(0, +) / Double(known.count)
        let variance = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(known.count)
        let deviation = variance.squareRoot()
        return values.map { $0.map { ($0 - mean) / deviation } }
    }

    /// From 0 for the smallest to 1 for the largest; equals share the mean of their places.
    private func ranks(of values: [Double?]) -> [Double?] {
        var order = values.indices.filter { values[$0] != nil }.map { (value: values[$0] ?? 0, symbol: $0) }
        var ranks = [Double?](repeating: nil, count: values.count)
        guard order.count >= 2 else { return ranks }
        order.sort { $0.value < $1.value }
        let last = Double(order.count - 1)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, order[end].value == order[start].value { end += 1 }
            let rank = Double(start + end - 1) / 2 / last
            for place in start..<end { ranks[order[place].symbol] = rank }
            start = end
        }
        return ranks
    }
}
