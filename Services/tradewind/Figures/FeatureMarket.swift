import Backtesting
import Configuration
import Domain
import Features
import Indicators
import Providers
import Trading

/// Files of bars and quotes as features look at them: a place for each symbol and instant.
struct FeatureMarket {
    let set: FeatureSet
    let symbols: [Symbol]
    /// When the bars of each instant were known, in order.
    private(set) var moments: [Timestamp] = []
    private(set) var candles: [[Candle?]]
    private var quotes: [[QuoteSummary?]]
    private let sectors: [Int]

    static let options: [OptionSpec] = [
        .option(
            "csv", value: "SYMBOL=FILE", required: true, repeats: true,
            help: "Bars of a symbol; FILE alone where a column names the symbol; or a folder of such files."),
        .option(
            "quotes", value: "SYMBOL=FILE", repeats: true,
            help: "Quotes: symbol,time,bid,bid_size,ask,ask_size; those of a bar's time belong to it."),
        .option(
            "sector", value: "SYMBOL=SECTOR", repeats: true,
            help: "The sector of a symbol; those without one share a sector."),
        .option("symbols", value: "A,B", type: .list, help: "Only these symbols."),
        .option("features", value: "A,B", type: .list, help: "Only these features, in this order."),
        .option(
            "span", value: "SPAN",
            help: "The length of bars with a time of day, such as 5m; else it is found."),
    ]

    init(_ parsed: Parsed) throws {
        set = try parsed.list(ifGiven: "features").map(FeaturesCommand.set) ?? .all
        var files = MarketFiles()
        files.bars = try parsed.texts("csv").flatMap { try OptionText.files($0) }
        files.selection.symbols = try (parsed.list(ifGiven: "symbols") ?? []).map {
            try OptionText.symbol($0)
        }
        files.selection.span = try parsed.text(ifGiven: "span").map { try OptionText.span($0, of: "--span") }
        let bars = try files.load().bars
        symbols = bars.symbols
        sectors = try FeatureMarket.sectors(of: bars.symbols, parsed.texts("sector"))
        var makers = try QuoteColumns(parsed.texts("quotes").flatMap { try OptionText.files($0) })
        candles = symbols.map { _ in [] }
        quotes = candles.map { _ in [] }
        for row in 0..<bars.count {
            let known = Timestamp(nanoseconds: bars.closesAt[row])
            if moments.last != known {
                moments.append(known)
                for symbol in symbols.indices {
                    candles[symbol].append(nil)
                    quotes[symbol].append(nil)
                }
            }
            let (symbol, bar) = (Int(bars.symbol[row]), bars.bar(row))
            candles[symbol][moments.count - 1] = Candle(bar)
            quotes[symbol][moments.count - 1] = makers.summary(
                of: bar.symbol, from: bar.openedAt, until: known)
        }
    }

    func columns() -> FeatureColumns {
        FeatureColumns(set, candles: candles, quotes: quotes, sectors: sectors)
    }

    /// A number for each sector; 0 for all symbols that were given none.
    private static func sectors(of symbols: [Symbol], _ words: [String]) throws -> [Int] {
        var named: [Symbol: String] = [:]
        for word in words {
            let (name, sector) = try OptionText.assignment(word, of: "--sector")
            let symbol = try OptionText.symbol(name)
            guard symbols.contains(symbol) else {
                throw Failure("--sector \(word): there are no bars of \(symbol)", exitCode: 2)
            }
            named[symbol] = sector
        }
        let names = Set(named.values).sorted()
        return symbols.map { symbol in
            named[symbol].flatMap { names.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
        }
    }
}

/// The quotes of files, by symbol and in order of time.
private struct QuoteColumns {
    private var quotes: [Symbol: [Quote]] = [:]
    private var next: [Symbol: Int] = [:]

    init(_ files: [(symbol: Symbol?, path: String)]) throws {
        for (symbol, path) in files {
            var file = try TickFile(path, of: .quotes, symbol: symbol)
            while let quote = try file.nextQuote() { quotes[quote.symbol, default: []].append(quote) }
        }
        for symbol in quotes.keys {
            // Files are in order by themselves; several of one symbol need not be.
            quotes[symbol] = quotes[symbol].map { $0.enumerated() }?.sorted {
                ($0.element.at.nanoseconds, $0.offset) < ($1.element.at.nanoseconds, $1.offset)
            }.map(\.element)
        }
    }

    /// Of those from one moment until before another; times do not go back.
    mutating func summary(of symbol: Symbol, from first: Timestamp, until last: Timestamp) -> QuoteSummary? {
        guard let all = quotes[symbol] else { return nil }
        var place = next[symbol] ?? 0
        var summary: QuoteSummary?
        while place < all.count, all[place].at < last {
            if all[place].at >= first {
                var sum = summary ?? QuoteSummary()
                sum.add(QuoteSummary(all[place]))
                summary = sum
            }
            place += 1
        }
        next[symbol] = place
        return summary
    }
}
