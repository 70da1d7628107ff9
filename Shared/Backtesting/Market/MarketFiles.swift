import Domain
import Providers
import Store

/// The files that a market is read from.
public struct MarketFiles: Sendable {
    public typealias File = BarFiles.File

    public var bars: [File] = []
    /// Bars of a store, in the place of files.
    public var store: BarFolder?
    public var quotes: [File] = []
    public var trades: [File] = []
    /// Splits, dividends and delistings; files of bars may carry columns of them as well. Without any those that a
    /// store has beside its bars.
    public var actions: [File] = []
    /// A symbol of the bars, or of a file of its own.
    public var benchmark: (symbol: Symbol, path: String?)?
    /// Lengths that strategies ask for: where no file has bars of such a length, they are made of shorter ones.
    public var spans: Set<Int64> = []
    public var selection = BarFiles.Selection()

    public init() {}

    public func load() throws(SourceError) -> Market {
        var market = Market()
        if let store {
            (market.bars, market.longerBars) = try BarFiles.read(store, selection)
        } else if !bars.isEmpty {
            (market.bars, market.longerBars) = try BarFiles.read(bars, selection)
        }
        market.ticks = try ticks(&market)
        let actions = try allActions()
        market.take(actions)
        market.makeBars(of: spans)
        if let benchmark { market.benchmark = try line(of: benchmark, actions) }
        return market
    }

    // MARK: Quotes and trades

    /// Merged by time; of several at the same time those of quotes come first, and then in the order of files.
    private func ticks(_ market: inout Market) throws(SourceError) -> TickTable {
        var table = TickTable()
        guard !quotes.isEmpty || !trades.isEmpty else { return table }
        var readers: [TickReader] = []
        for file in quotes { readers.append(try TickReader(file, of: .quotes, selection)) }
        for file in trades { readers.append(try TickReader(file, of: .trades, selection)) }
        while let next = readers.min(by: { $0.at < $1.at }), next.at < .max {
            let number = Int(market.bars.place(of: next.symbol))
            switch next.kind {
            case .quotes: table.append(next.quote, of: number)
            case .trades: table.append(next.trade, of: number)
            }
            try next.advance()
        }
        guard table.count > 0 else {
            throw SourceError(
                "no quote or trade of the symbols and days that were asked for lies in "
                    + (quotes + trades).map(\.path).joined(separator: ", "))
        }
        return table
    }

    // MARK: Corporate actions

    private func allActions() throws(SourceError) -> [CorporateAction] {
        var found: [CorporateAction] = []
        for file in actions { found += try ActionFile.read(file.path, symbol: file.symbol) }
        for file in bars { found += try ActionFile.besideBars(file.path, symbol: file.symbol) }
        if actions.isEmpty, let store {
            let files: [String]
            do throws(StoreError) {
                files = try store.actionFiles()
            } catch { throw SourceError(error.description) }
            for file in files { found += try ActionFile.read(file) }
        }
        if let moment = selection.asKnownAt { found.removeAll { $0.knownAt > moment } }
        return found
    }

    // MARK: The benchmark

    private func line(
        of benchmark: (symbol: Symbol, path: String?), _ actions: [CorporateAction]
    ) throws(SourceError) -> Benchmark {
        var selection = selection
        selection.symbols = [benchmark.symbol]
        var files = bars
        var actions = actions
        if let path = benchmark.path {
            files = [(benchmark.symbol, path)]
            actions += try ActionFile.besideBars(path, symbol: benchmark.symbol)
        }
        if let store, benchmark.path == nil {
            var market = Market(try BarFiles.read(store, selection).shortest)
            market.take(actions)
            return MarketFiles.line(benchmark.symbol, market)
        }
        guard !files.isEmpty else {
            throw SourceError(
                "the benchmark \(benchmark.symbol) has no bars: --benchmark \(benchmark.symbol)=FILE names them"
            )
        }
        var market = Market(try BarFiles.load(files, selection))
        market.take(actions)
        return MarketFiles.line(benchmark.symbol, market)
    }

    private static func line(_ symbol: Symbol, _ market: Market) -> Benchmark {
        let closes = (0..<market.bars.count).map { row in
            (Timestamp(nanoseconds: market.bars.closesAt[row]), Price(units: market.bars.close[row]))
        }
        return Benchmark(symbol, closes: closes, actions: market.actions.map(\.action))
    }
}

/// A file of quotes or trades with its next one in hand.
private final class TickReader {
    let kind: TickFile.Kind
    /// The end of time after the last.
    private(set) var at = Int64.max
    private(set) var symbol = Symbol()
    private(set) var quote = Quote()
    private(set) var trade = Trade()
    private var file: TickFile
    private let selection: BarFiles.Selection

    init(
        _ file: BarFiles.File, of kind: TickFile.Kind, _ selection: BarFiles.Selection
    ) throws(SourceError) {
        self.file = try TickFile(file.path, of: kind, symbol: file.symbol)
        self.kind = kind
        self.selection = selection
        try advance()
    }

    func advance() throws(SourceError) {
        repeat {
            switch kind {
            case .quotes:
                guard let next = try file.nextQuote() else { return end() }
                (quote, symbol, at) = (next, next.symbol, next.at.nanoseconds)
            case .trades:
                guard let next = try file.nextTrade() else { return end() }
                (trade, symbol, at) = (next, next.symbol, next.at.nanoseconds)
            }
        } while !selection.takes(symbol, at: Timestamp(nanoseconds: at))
    }

    private func end() { at = .max }
}
