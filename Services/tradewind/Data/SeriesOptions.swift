import Configuration
import Domain
import Providers
import Store
import Trading

/// Which bars of a store a command means.
struct SeriesOptions {
    let store: BarFolder
    let from: Timestamp
    let to: Timestamp
    let asKnownAt: Timestamp?
    private let interval: Interval?
    private let adjustment: Adjustment
    private let actions: (Symbol) throws -> [CorporateAction]

    static let specs: [OptionSpec] = [
        StorePlace.option,
        .option(
            "span", value: "SPAN",
            help: "Bars of that length, made of shorter ones if need be; else the shortest there are."),
        .option("from", value: "DATE", help: "The first day."),
        .option("to", value: "DATE", help: "The last day."),
        .option(
            "as-known-at", value: "TIME",
            help: "As the bars were known then: without what came later, and before it was corrected."),
        .option(
            "adjusted", value: "HOW", type: .choice(["raw", "split", "all"]), default: .text("raw"),
            help: "Prices with the splits after them taken into account, or with splits and dividends."),
        .option(
            "actions", value: "FILE", repeats: true,
            help: "The splits and dividends; those of the store or of `tradewind data catalog` if not given."),
    ]

    init(_ parsed: Parsed) throws {
        store = try StorePlace.opened(parsed)
        from =
            try parsed.text(ifGiven: "from").map { try OptionText.date($0, of: "--from").midnightUTC }
            ?? .distantPast
        to =
            try parsed.text(ifGiven: "to").map { (try OptionText.date($0, of: "--to") + 1).midnightUTC }
            ?? .distantFuture
        interval = try parsed.text(ifGiven: "span").map {
            Interval(nanoseconds: try OptionText.span($0, of: "--span"))
        }
        asKnownAt = try parsed.text(ifGiven: "as-known-at").map {
            try OptionText.moment($0, of: "--as-known-at")
        }
        adjustment = Adjustment(rawValue: parsed.text("adjusted")) ?? .raw
        if adjustment == .raw {
            actions = { _ in [] }
        } else {
            actions = try SeriesOptions.actions(parsed, store)
        }
    }

    /// The series of a symbol that is meant.
    func key(of symbol: Symbol) throws -> SeriesKey {
        let keys = try store.keys()
        let own = keys.filter { $0.symbol == symbol }
        guard !own.isEmpty else { throw StorePlace.lacks(symbol, store, keys) }
        guard let interval else { return own[0] }
        let wanted = SeriesKey(symbol, interval)
        guard source(of: wanted, among: own) != nil else {
            let lengths = own.map { "\($0.interval)" }.joined(separator: ", ")
            throw Failure(
                "\(store.path) has no bars of \(interval) of \(symbol), nor any to make them of; it has \(lengths)"
            )
        }
        return wanted
    }

    /// The series itself, or the longest of those that its bars can be made of.
    private func source(of key: SeriesKey, among own: [SeriesKey]) -> SeriesKey? {
        if own.contains(key) { return key }
        guard key.interval <= .day else { return nil }
        return own.last {
            $0.interval < key.interval && key.interval.nanoseconds % $0.interval.nanoseconds == 0
        }
    }

    /// The bars, made of shorter ones where the store has none of that length.
    func bars(of key: SeriesKey) throws -> BarSeries {
        let own = try store.keys().filter { $0.symbol == key.symbol }
        let source = source(of: key, among: own) ?? key
        // What a price is adjusted for may have happened after the last bar that is wanted.
        let end = adjustment == .raw ? to : .distantFuture
        let bars = try store.read(source, from: from, to: end, asKnownAt: asKnownAt)
            .resampled(from: source.interval, to: key.interval)
        guard adjustment != .raw else { return bars }
        let adjusted = bars.adjusted(
            for: adjustment, try actions(key.symbol), asKnownAt: asKnownAt ?? .distantFuture)
        return bars.priced(adjusted).before(to)
    }

    /// Where the splits and dividends of a symbol are found: in files that are named, beside the bars of the store, or
    /// in the database.
    private static func actions(
        _ parsed: Parsed, _ store: BarFolder
    ) throws -> (Symbol) throws -> [CorporateAction] {
        let named = parsed.texts("actions")
        let files = try named.isEmpty ? store.actionFiles() : named
        guard files.isEmpty else {
            let all = try files.flatMap { try ActionFile.read($0) }
            return { symbol in all.filter { $0.symbol == symbol } }
        }
        let settings = try Configuration.Settings.load(for: parsed)
        guard CatalogCommand.exists(settings) else {
            throw Failure(
                "--adjusted takes splits and dividends, and \(store.path) has none: `tradewind data fetch` puts them "
                    + "there, --actions FILE names them, and `tradewind data catalog --actions FILE` puts them into "
                    + "the database", exitCode: 2)
        }
        let catalog = try CatalogCommand.opened(settings)
        return { symbol in try catalog.actions(of: symbol) }
    }
}

extension BarSeries {
    /// The same bars at adjusted prices, to the next millionth: to be looked at, and never traded on.
    fileprivate func priced(_ adjusted: AdjustedSeries) -> BarSeries {
        // A number that a column cannot hold stays the largest that it can.
        func units(_ values: [Double], _ scale: Int64) -> [Int64] {
            values.map { Int64(exactly: ($0 * Double(scale)).rounded(.toNearestOrEven)) ?? .max }
        }
        var bars = self
        bars.open = units(adjusted.open, Price.scale)
        bars.high = units(adjusted.high, Price.scale)
        bars.low = units(adjusted.low, Price.scale)
        bars.close = units(adjusted.close, Price.scale)
        bars.volume = units(adjusted.volume, Volume.scale)
        return bars
    }
}
