import Indicators

/// What computes the features of a set: fresh states for some symbols, and the rows that each writes and reads.
struct FeatureParts: Sendable {
    struct OfSymbol: Sendable {
        let row: Int
        var block: Block<Reading>
    }
    struct BesideCompany: Sendable {
        let row: Int
        let company: Universe.Company
        var block: Block<Pair>
    }
    struct AmongUniverse: Sendable {
        let row: Int
        let of: Int
        let comparison: Universe.Comparison
    }

    var ofSymbol: [OfSymbol] = []
    var beside: [BesideCompany] = []
    private(set) var among: [AmongUniverse] = []
    /// The rows of the set come first, in its order; behind them those that only other features need.
    private(set) var rowCount: Int

    init(of set: FeatureSet, symbols: Int) {
        var features = set.features
        for feature in set.features {
            guard case .universe(let name, _) = feature.source,
                !features.contains(where: { $0.name == name }),
                let base = FeatureRegistry.feature(named: name)
            else { continue }
            features.append(base)
        }
        rowCount = features.count
        for (row, feature) in features.enumerated() {
            switch feature.source {
            case .symbol(let made): ofSymbol.append(OfSymbol(row: row, block: made(symbols)))
            case .company(let company, let made):
                beside.append(BesideCompany(row: row, company: company, block: made(symbols)))
            case .universe(let name, let comparison):
                guard let base = features.firstIndex(where: { $0.name == name }) else {
                    preconditionFailure("\(feature.name) is made from \(name), which there is not")
                }
                among.append(AmongUniverse(row: row, of: base, comparison: comparison))
            }
        }
    }

    func needs(_ company: Universe.Company) -> Bool { beside.contains { $0.company == company } }
}

extension Universe {
    /// Each symbol's return beside that of its company.
    func pairs(_ moves: [Double?], with company: Company) -> [Pair?] {
        zip(moves, self.company(company, of: moves)).map { move, mean in
            guard let move, let mean else { return nil }
            return Pair(move, mean)
        }
    }
}

extension Reading {
    /// The return, which a symbol's first bar does not have.
    var knownMove: Double? { hasBefore ? move : nil }
}
