import Configuration
import Domain
import Providers
import Trading

/// A market that a command line asks for, made symbol by symbol.
struct InventedMarket {
    /// A symbol's bars, and what its company did.
    struct Series {
        var symbol: Symbol
        var bars: [Bar] = []
        var actions: [CorporateAction] = []
    }

    /// What was made of a symbol, and where its bars were put.
    struct Made {
        var symbol: Symbol
        var file: String
        var bars: Int
        var first: Price
        var last: Price
        var splits: Int
        var dividends: Int
        var planted: [PlantedFaults.Planted] = []

        init(_ series: Series, in file: String) {
            symbol = series.symbol
            self.file = file
            bars = series.bars.count
            first = series.bars.first?.open ?? .zero
            last = series.bars.last?.close ?? .zero
            splits = series.actions.count { $0.kind == .split }
            dividends = series.actions.count { $0.kind == .dividend }
        }
    }

    let symbols: [Symbol]
    let days: ClosedRange<CivilDate>
    let span: Int64
    let seed: Int
    let market: String
    let parts: MarketParts
    let faults: [FaultKind]
    /// How many bars a symbol has.
    let barsEach: Int

    init(_ parsed: Parsed) throws {
        let settings = try Configuration.Settings.load(for: parsed)
        var symbols: [Symbol] = []
        for symbol in try parsed.texts("SYMBOL").map({ try OptionText.symbol($0) })
        where !symbols.contains(symbol) {
            symbols.append(symbol)
        }
        self.symbols = symbols
        days = try GivenDays.range(parsed)
        span = try OptionText.span(parsed.text("interval"), of: "--interval")
        // Half days have seven half hours, whole ones thirteen: so all bars are whole, and none is missing.
        guard span == Nanoseconds.day || 30 * Nanoseconds.minute % span == 0 else {
            throw Failure(
                "--interval \(parsed.text("interval")) does not measure half an hour, and the last bar of a session would "
                    + "not be whole: 1m, 5m, 30m or 1d would be right", exitCode: 2)
        }
        seed = parsed.int("seed")
        market = parsed.text("market")
        parts = MarketParts(market: market) { settings.text("synthetic.\($0)") }
        faults = try InventedMarket.faults(
            parsed.text(ifGiven: "faults") ?? "", isDaily: span == Nanoseconds.day)
        let span = span
        barsEach = TradingCalendar.xnys.sessions(from: days.lowerBound, to: days.upperBound).reduce(0) {
            $0 + SyntheticSource.slots(of: $1, span)
        }
        guard barsEach > 0 else {
            throw Failure(
                "there is no session from \(days.lowerBound) to \(days.upperBound); other days would be right",
                exitCode: 2)
        }
    }

    private static func faults(_ text: String, isDaily: Bool) throws -> [FaultKind] {
        let known = PlantedFaults.kinds.map { "\($0)" }
        // What stands for all is all that one file can have.
        if text == "all" {
            return PlantedFaults.kinds.filter { $0 != .disagreement && !(isDaily && $0 == .misaligned) }
        }
        var kinds: [FaultKind] = []
        for word in text.split(separator: ",").map(String.init) {
            guard let kind = PlantedFaults.kinds.first(where: { "\($0)" == word }) else {
                let near = Spelling.nearest(to: word, among: known).map { "; did you mean \($0)?" } ?? ""
                throw Failure(
                    "--faults \(word): there are \(known.joined(separator: ", ")), and all\(near)",
                    exitCode: 2)
            }
            if !kinds.contains(kind) { kinds.append(kind) }
        }
        guard !kinds.contains(.disagreement) || kinds.count == 1 else {
            throw Failure(
                "--faults disagreement makes a second file of each symbol that differs in one row: by itself would be right",
                exitCode: 2)
        }
        return kinds
    }

    /// A symbol's series; the same whichever others are made.
    func make(_ symbol: Symbol, progress: (Int) -> Void) throws -> Series {
        var made = Series(symbol: symbol)
        made.bars.reserveCapacity(barsEach)
        do {
            var source = try SyntheticSource(
                seed: UInt64(seed), symbols: [symbol], bars: barsEach, span: span,
                start: days.lowerBound.midnightUTC, parts)
            while let instant = try source.next() {
                made.bars += instant.bars
                made.actions += instant.actions
                if made.bars.count % 1000 == 0 { progress(made.bars.count) }
            }
        } catch { throw Failure(error.description) }
        return made
    }
}
