import Domain

/// Lets market data pass or holds them back, and says why.
///
/// Nothing else sees a bar, quote or trade before it has. What is held back goes no further as a datum: it becomes a
/// `DataFault` with its figures. Missing data mean that nothing is known: the gatekeeper makes up nothing.
public struct Gatekeeper: Sendable {
    /// What is remembered of a symbol's bars of one length, its quotes, or its trades.
    struct Series: Equatable {
        var last = Timestamp.distantPast
        var level = Level()
        /// A print of the last datum: the same one again is a duplicate.
        var figures: [Int64] = []
        /// Since when quotes are crossed or locked.
        var crossedSince: Timestamp?
    }

    enum Kind: Int64, Comparable {
        case bars, quotes, trades
        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    struct Name: Hashable, Comparable {
        var symbol: Symbol
        var kind: Kind
        var span: Int64 = 0

        static func < (left: Self, right: Self) -> Bool {
            (left.symbol, left.kind, left.span) < (right.symbol, right.kind, right.span)
        }
    }

    public let limits: GateLimits
    /// Whose data these are, for the faults.
    public let provider: String
    var series: [Name: Series] = [:]
    /// Actions whose day has not come for all of a symbol's series.
    var actions: [Symbol: [CorporateAction]] = [:]
    /// The symbols that are silent, and were said to be.
    var silent: Set<Symbol> = []

    public init(_ limits: GateLimits = GateLimits(), provider: String = "") {
        self.limits = limits
        self.provider = provider
    }

    /// A split or dividend explains a jump on its day.
    public mutating func heed(_ action: CorporateAction) {
        guard !(actions[action.symbol] ?? []).contains(action) else { return }
        actions[action.symbol, default: []].append(action)
        // Those of years ago explain nothing that comes.
        if actions[action.symbol]!.count > Gatekeeper.actionsMax { actions[action.symbol]!.removeFirst() }
    }

    private static let actionsMax = 64

    // MARK: what comes

    public mutating func judge(_ bar: Bar, at now: Timestamp) -> DataFault? {
        let figures = [
            bar.open.units, bar.high.units, bar.low.units, bar.close.units, bar.volume.units,
        ]
        let name = Name(symbol: bar.symbol, kind: .bars, span: bar.span)
        let fault =
            Shape.fault(of: bar) ?? outOfSession(bar)
            ?? follows(name, at: bar.openedAt, figures) ?? old(bar.closesAt, at: now)
            ?? jumps(name, to: bar.open, bar.close, at: bar.openedAt)
        if let fault {
            return said(fault, of: bar.symbol, at: bar.openedAt, Shape.figures(of: bar))
        }
        passed(name, at: bar.openedAt, figures)
        return nil
    }

    public mutating func judge(_ quote: Quote, at now: Timestamp) -> DataFault? {
        let figures = [quote.bid.units, quote.ask.units, quote.bidSize.units, quote.askSize.units]
        let name = Name(symbol: quote.symbol, kind: .quotes)
        let middle = Price(units: quote.bid.units / 2 + quote.ask.units / 2)
        let fault =
            Shape.fault(of: quote) ?? outOfSession(quote.at) ?? follows(name, at: quote.at, figures)
            ?? old(quote.at, at: now) ?? crossed(quote, name) ?? jumps(name, to: middle, middle, at: quote.at)
        if let fault { return said(fault, of: quote.symbol, at: quote.at, Shape.figures(of: quote)) }
        passed(name, at: quote.at, figures)
        return nil
    }

    public mutating func judge(_ trade: Trade, at now: Timestamp) -> DataFault? {
        let figures = [trade.price.units, trade.size.units, Int64(bitPattern: trade.id)]
        let name = Name(symbol: trade.symbol, kind: .trades)
        let shape: Fault? =
            !trade.price.isPositive
            ? (.nonPositive, "a price of \(trade.price)")
            : trade.size.isNegative ? (.negativeVolume, "a size of \(trade.size)") : nil
        let fault =
            shape ?? outOfSession(trade.at) ?? follows(name, at: trade.at, figures) ?? old(trade.at, at: now)
            ?? jumps(name, to: trade.price, trade.price, at: trade.at)
        if let fault {
            return said(
                fault, of: trade.symbol, at: trade.at,
                [
                    Figure(name: "price", value: Double(trade.price)),
                    Figure(name: "size", value: Double(trade.size)),
                ])
        }
        passed(name, at: trade.at, figures)
        return nil
    }

    /// The symbols of which an open session has brought nothing for too long; each is told once.
    public mutating func silence(at now: Timestamp) -> [DataFault] {
        guard limits.silenceMax > 0, limits.isOpen(at: now) else { return [] }
        let since = limits.session(at: now)?.open ?? .distantPast
        var latest: [Symbol: Timestamp] = [:]
        for (name, series) in series where series.last > .distantPast {
            let known = series.last + (name.kind == .bars ? name.span : 0)
            latest[name.symbol] = max(latest[name.symbol] ?? since, known)
        }
        var faults: [DataFault] = []
        for (symbol, last) in latest.sorted(by: { $0.key < $1.key }) {
            let waited = now - max(last, since)
            guard waited > limits.silenceMax else {
                silent.remove(symbol)
                continue
            }
            guard silent.insert(symbol).inserted else { continue }
            let seconds = Double(waited) / Double(Nanoseconds.second)
            faults.append(
                said(
                    (.missing, "nothing came for \(Int(seconds)) s of an open session"), of: symbol, at: now,
                    [Figure(name: "seconds", value: seconds)]))
        }
        return faults
    }

    // MARK: rules

    typealias Fault = (kind: FaultKind, sentence: String)

    private func outOfSession(_ bar: Bar) -> Fault? {
        guard let calendar = limits.calendar else { return nil }
        if bar.span == Nanoseconds.day {
            let date = EasternTime.local(at: bar.openedAt).date
            return calendar.session(on: date) == nil ? (.outOfSession, "\(date) has no session") : nil
        }
        return outOfSession(bar.openedAt)
    }

    private func outOfSession(_ moment: Timestamp) -> Fault? {
        limits.isOpen(at: moment) ? nil : (.outOfSession, "the exchange is closed at \(moment)")
    }

    private func follows(_ name: Name, at moment: Timestamp, _ figures: [Int64]) -> Fault? {
        guard let known = series[name] else { return nil }
        if moment < known.last { return (.outOfOrder, "\(known.last) came before it") }
        guard moment == known.last else { return nil }
        if figures == known.figures { return (.duplicate, "the same came before it") }
        // Several quotes and trades may come in one nanosecond; a bar's time is its name.
        return name.kind == .bars ? (.conflict, "another one of that time passed before it") : nil
    }

    private func old(_ moment: Timestamp, at now: Timestamp) -> Fault? {
        guard limits.ageMax > 0, now - moment > limits.ageMax else { return nil }
        return (.stale, "it is \((now - moment) / Nanoseconds.millisecond) ms old")
    }

    /// A crossed quote passes for a moment: the sides come from different places.
    private mutating func crossed(_ quote: Quote, _ name: Name) -> Fault? {
        guard quote.bid >= quote.ask else {
            series[name]?.crossedSince = nil
            return nil
        }
        let since = series[name]?.crossedSince ?? quote.at
        series[name, default: Series()].crossedSince = since
        guard quote.at - since > limits.crossedGrace else { return nil }
        let isLocked = quote.bid == quote.ask
        return (
            isLocked ? .locked : .crossed,
            "the bid \(quote.bid) \(isLocked ? "equals" : "is above") the ask \(quote.ask) since \(since)"
        )
    }

    /// The price that comes first is held against what was; the one that is left is what will be.
    private mutating func jumps(_ name: Name, to first: Price, _ last: Price, at moment: Timestamp) -> Fault?
    {
        var level = series[name]?.level ?? Level()
        let before = series[name]?.last ?? .distantPast
        for action in actions[name.symbol] ?? [] where action.exAt > before && action.exAt <= moment {
            level.follow(action)
        }
        let known = level.price
        var verdict = level.judge(first, limits)
        if verdict == .near { verdict = level.judge(last, limits) }
        series[name, default: Series()].level = level
        guard case .jumps(let change) = verdict, let known else { return nil }
        return (.jump, "\(Shape.percent(change)) from \(known), and no split or dividend explains it")
    }

    private mutating func passed(_ name: Name, at moment: Timestamp, _ figures: [Int64]) {
        series[name, default: Series()].last = moment
        series[name]!.figures = figures
        silent.remove(name.symbol)
    }

    private func said(
        _ fault: Fault, of symbol: Symbol, at moment: Timestamp, _ figures: [Figure]
    ) -> DataFault {
        DataFault(
            symbol: symbol, kind: fault.kind, at: moment, provider: provider, explanation: fault.sentence,
            figures: figures)
    }
}
