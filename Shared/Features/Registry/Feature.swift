import Indicators

/// A number that describes an instrument at the end of a bar: what it is called, what it means, and how it is made.
public struct Feature: Sendable {
    public let name: String
    public let group: Group
    public let meaning: String
    /// How it is made, in the signs that docs/features.md explains.
    public let formula: String
    /// How many bars of a symbol there are to the first value: 2 means that the second bar gives one.
    public let warmUp: Int
    /// Counted up when values change while the words above stay the same.
    public let revision: Int
    /// What must be there beside bars: "quotes", "two symbols", "two of a sector".
    public let need: String?
    let source: Source

    public enum Group: String, Sendable, CaseIterable {
        case price, technical, volume, volatility, microstructure
        case crossSectional = "cross-sectional"
    }

    /// What a feature is made from.
    enum Source: Sendable {
        /// A symbol's own bars and quotes.
        case symbol(@Sendable (_ symbols: Int) -> Block<Reading>)
        /// A symbol's returns beside those of its company.
        case company(Universe.Company, @Sendable (_ symbols: Int) -> Block<Pair>)
        /// The values of another feature in the whole universe.
        case universe(feature: String, Universe.Comparison)
    }

    private init(
        _ name: String, _ group: Group, _ meaning: String, _ formula: String, warmUp: Int, revision: Int,
        need: String? = nil, _ source: Source
    ) {
        self.name = name
        self.group = group
        self.meaning = meaning
        self.formula = formula
        self.warmUp = warmUp
        self.revision = revision
        self.need = need
        self.source = source
    }

    /// Of a symbol's own bars. The state is copied for each symbol.
    @inline(__always)
    static func bars<State: SymbolFeature>(
        _ name: String, _ group: Group, _ meaning: String, _ formula: String, warmUp: Int, revision: Int = 1,
        _ state: @escaping @Sendable () -> State
    ) -> Feature where State.Input == Reading {
        Feature(
            name, group, meaning, formula, warmUp: warmUp, revision: revision,
            .symbol { Block(state(), symbols: $0) })
    }

    /// Of the quotes of a bar.
    static func quotes(
        _ name: String, _ meaning: String, _ formula: String, revision: Int = 1,
        _ number: @escaping @Sendable (Reading, QuoteSummary) -> Double?
    ) -> Feature {
        Feature(
            name, .microstructure, meaning, formula, warmUp: 1, revision: revision, need: "quotes",
            .symbol { symbols in
                Block(
                    OfBar { reading in reading.quotes.flatMap { number(reading, $0) } }, symbols: symbols)
            })
    }

    /// Of a symbol's returns beside those of its company.
    static func beside(
        _ company: Universe.Company, _ name: String, _ meaning: String, _ formula: String, warmUp: Int,
        revision: Int = 1, _ state: @escaping @Sendable () -> BesideCompany
    ) -> Feature {
        Feature(
            name, .crossSectional, meaning, formula, warmUp: warmUp, revision: revision,
            need: company == .market ? "two symbols" : "two of a sector",
            .company(company) { Block(state(), symbols: $0) })
    }

    /// Of another feature, by its place among all symbols.
    static func among(
        _ feature: Feature, _ comparison: Universe.Comparison, _ name: String, _ meaning: String,
        _ formula: String, revision: Int = 1
    ) -> Feature {
        Feature(
            name, .crossSectional, meaning, formula, warmUp: feature.warmUp, revision: revision,
            need: comparison == .lessSector ? "two of a sector" : "two symbols",
            .universe(feature: feature.name, comparison))
    }
}
