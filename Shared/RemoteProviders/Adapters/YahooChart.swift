import Domain

/// Reads the chart's columns: times, and beside them prices that may be null.
enum YahooChart {
    static func result(of bytes: [UInt8]) throws(ProviderFault) -> JSONBody {
        let chart = try JSONBody(bytes, of: "yahoo").get("chart")
        if let error = chart.find("error") {
            let text = (try error.find("description")?.text() ?? "it does not say what").inOneLine
            throw ProviderFault(.unsupported, "yahoo cannot answer: \(String(text.prefix(200)))")
        }
        guard let first = try chart.get("result").items().first else { throw chart.wrong("result is empty") }
        return first
    }

    static func bars(
        _ result: JSONBody, _ wanted: HistoryWanted, _ events: YahooEvents
    ) throws(ProviderFault) -> [Bar] {
        // No times are no data.
        guard let times = try result.find("timestamp")?.items(), !times.isEmpty else { return [] }
        guard let quote = try result.get("indicators").get("quote").items().first else {
            throw result.wrong("indicators.quote is empty")
        }
        let columns = try ["open", "high", "low", "close", "volume"].map { name throws(ProviderFault) in
            let column = try quote.get(name).items()
            guard column.count == times.count else {
                throw quote.wrong("\(name) has \(column.count) rows, and there are \(times.count) times")
            }
            return column
        }
        var bars: [Bar] = []
        for (row, time) in times.enumerated() {
            // A null is no bar: nothing was traded, or nobody knows.
            guard !columns.contains(where: { $0[row].isNull }) else { continue }
            let moment = try BarWire.moment(seconds: try time.integer(), time)
            guard var bar = BarWire.bar(wanted.symbols[0], span: wanted.span.nanoseconds, at: moment),
                wanted.days.contains(EasternTime.local(at: moment).date)
            else { continue }
            let ratio = events.ratio(after: EasternTime.local(at: moment).date)
            bar.open = try raw(columns[0][row], ratio)
            bar.high = try raw(columns[1][row], ratio)
            bar.low = try raw(columns[2][row], ratio)
            bar.close = try raw(columns[3][row], ratio)
            let volume: Volume = try columns[4][row].decimal()
            // Whole shares were traded, and a ratio leaves crumbs.
            guard let shares = try? volume.scaled(ratio.before, over: ratio.after),
                let whole = try? shares.rounded(toMultipleOf: Volume(1))
            else { throw columns[4][row].wrong("the volume is too large") }
            bar.volume = ratio.after == ratio.before ? volume : whole
            bars.append(bar)
        }
        return bars
    }

    /// A price as it was traded. A ratio multiplies the crumbs of single precision, so it is rounded to a hundredth of
    /// a cent, the finest that a share's price ever had in the reports of its trades.
    static func raw(_ body: JSONBody, _ ratio: (after: Int64, before: Int64)) throws(ProviderFault) -> Price {
        let price = try YahooChart.price(body)
        if ratio.after == ratio.before { return price }
        guard let scaled = try? price.scaled(ratio.after, over: ratio.before),
            let rounded = try? scaled.rounded(toMultipleOf: Price(units: 100))
        else { throw body.wrong("the price before its splits is too large") }
        return rounded
    }

    /// Prices are numbers of single precision, printed with all their digits: 187.14999389648438 is 187.15.
    static func price(_ body: JSONBody) throws(ProviderFault) -> Price {
        guard case .number(let digits) = body.value else { throw body.wrong("a number would be right") }
        guard digits.utf8.count(where: { (48...57).contains($0) }) > 9, let single = Float(digits),
            single.isFinite, let price = try? Price(single.description, rounding: .toNearestOrEven)
        else { return try body.decimal() }
        return price
    }
}

/// The splits and dividends of a chart.
struct YahooEvents: Sendable {
    private var splits: [(date: CivilDate, after: Int64, before: Int64)] = []
    private var dividends: [(date: CivilDate, amount: Price)] = []

    init(_ result: JSONBody) throws(ProviderFault) {
        let events = result.find("events")
        for (_, split) in try events?.find("splits")?.members() ?? [] {
            let (after, before): (Price, Price) = (
                try split.get("numerator").decimal(), try split.get("denominator").decimal()
            )
            guard after.isPositive, before.isPositive else { throw split.wrong("a split has shares above 0") }
            let action = ActionWire.split(
                Symbol(), on: try YahooEvents.date(split), after.units, before.units)
            splits.append((try YahooEvents.date(split), action.numerator, action.denominator))
        }
        for (_, dividend) in try events?.find("dividends")?.members() ?? [] {
            let amount = try YahooChart.price(try dividend.get("amount"))
            guard !amount.isNegative else { throw dividend.wrong("a dividend is not below 0") }
            dividends.append((try YahooEvents.date(dividend), amount))
        }
        splits.sort { $0.date < $1.date }
        dividends.sort { $0.date < $1.date }
    }

    private static func date(_ event: JSONBody) throws(ProviderFault) -> CivilDate {
        let date = try event.get("date")
        return EasternTime.local(at: try BarWire.moment(seconds: try date.integer(), date)).date
    }

    /// What one share of that day became by all splits after it.
    func ratio(after date: CivilDate) -> (after: Int64, before: Int64) {
        SplitRatios(splits).ratio(after: date)
    }

    /// The actions as they happened: dividends for the shares of their day.
    func raw(_ symbol: Symbol) -> [CorporateAction] {
        var actions = splits.map { ActionWire.split(symbol, on: $0.date, $0.after, $0.before) }
        for dividend in dividends {
            let ratio = ratio(after: dividend.date)
            let at = BarWire.midnight(of: dividend.date)
            let amount = (try? dividend.amount.scaled(ratio.after, over: ratio.before)) ?? dividend.amount
            actions.append(
                CorporateAction(symbol: symbol, kind: .dividend, exAt: at, knownAt: at, amount: amount))
        }
        return actions.sorted { ($0.exAt, $0.kind.rawValue) < ($1.exAt, $1.kind.rawValue) }
    }
}
