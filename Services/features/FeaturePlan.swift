import Configuration
import Domain
import Features

/// Which features of which symbols the settings want.
struct FeaturePlan {
    let setup: FeatureDesk.Setup

    init(_ settings: Configuration.Settings) throws {
        let named = settings.list("trading.symbols")
        let symbols = try (named.isEmpty ? settings.list("feed.symbols") : named).map {
            try Symbol(validating: $0)
        }
        guard !symbols.isEmpty else {
            throw Failure(
                "no symbol is named whose features are wanted: feed.symbols=AAPL,MSFT would be right",
                exitCode: 2)
        }
        let names = settings.list("features.names")
        do {
            setup = FeatureDesk.Setup(
                symbols: symbols,
                sectors: try FeaturePlan.sectors(of: symbols, settings.list("risk.sectors")),
                set: names.isEmpty ? .all : try FeatureSet(names),
                span: try Interval(settings.text("feed.span")).nanoseconds)
        } catch let error as FeatureError {
            let near = error.unknown.flatMap {
                Spelling.nearest(to: $0, among: FeatureSet.all.features.map(\.name))
            }
            throw Failure(
                "features.names: \(error)" + (near.map { "; did you mean \($0)?" } ?? ""), exitCode: 2)
        }
    }

    /// A number for each sector; 0 for all symbols that were given none.
    private static func sectors(of symbols: [Symbol], _ words: [String]) throws -> [Int] {
        var named: [String: String] = [:]
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw Failure(
                    "risk.sectors: \(word) is no sector; AAPL=technology would be right", exitCode: 2)
            }
            named[parts[0]] = parts[1]
        }
        let sectors = Set(named.values).sorted()
        return symbols.map { symbol in
            named[symbol.text].flatMap { sectors.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
        }
    }
}
