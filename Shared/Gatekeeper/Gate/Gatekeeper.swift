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
        var print: UInt64 = 0
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

    /// Whether an action of that kind and day was heeded.
    public func heeds(_ action: CorporateAction) -> Bool {
        (actions[action.symbol] ?? []).contains { $0.kind == action.kind && $0.exAt == action.exAt }
    }

    /// When the last bar of a symbol opened that passed.
    public func lastBar(of symbol: Symbol, span: Int64) -> Timestamp? {
        series[Name(symbol: symbol, kind: .bars, span: span)].flatMap {
            $0.last > .distantPast ? $0.last : nil
        }
    }

    // MARK: what comes

    /// Why a bar cannot be, whatever came before it; nothing where it can.
    public static func objection(to bar: Bar) -> String? { Shape.fault(of: bar)?.sentence }

    public mutating func judge(_ bar: Bar, at now: Timestamp) -> DataFault? {
        let name = Name(symbol: bar.symbol, kind: .bars, span: bar.span)
        var known = series[name] ?? Series()
        let print = Gatekeeper.print(
            bar.open.units, bar.high.units, bar.low.units, bar.close.units, bar.volume.units)
        let fault =
            Shape.fault(of: bar) ?? outOfSession(bar) ?? follows(known, bar.openedAt, print, .bars)
            ?? old(bar.closesAt, at: now)
            ?? jumps(&known, bar.symbol, to: bar.open, bar.close, at: bar.openedAt)
        return settle(name, known, fault, at: bar.openedAt, print) { Shape.figures(of: bar) }
    }

    /// What is told of a bar that corrects one that passed: that they differ, or why it cannot be right.
    func fault(ofCorrection bar: Bar) -> DataFault {
        let fault =
            Shape.fault(of: bar) ?? outOfSession(bar)
            ?? (.conflict, "it corrects one of that time that passed before it")
        return said(fault, of: bar.symbol, at: bar.openedAt, Shape.figures(of: bar))
    }

    public mutating func judge(_ quote: Quote, at now: Timestamp) -> DataFault? {
        let name = Name(symbol: quote.symbol, kind: .quotes)
        var known = series[name] ?? Series()
        let print = Gatekeeper.print(
            quote.bid.units, quote.ask.units, quote.bidSize.units, quote.askSize.units)
        let middle = Price(units: quote.bid.units / 2 + quote.ask.units / 2)
        let fault =
            Shape.fault(of: quote) ?? outOfSession(quote.at) ?? follows(known, quote.at, print, .quotes)
            ?? old(quote.at, at: now) ?? crossed(quote, &known)
            ?? jumps(&known, quote.symbol, to: middle, middle, at: quote.at)
        return settle(name, known, fault, at: quote.at, print) { Shape.figures(of: quote) }
    }

    public mutating func judge(_ trade: Trade, at now: Timestamp) -> DataFault? {
        let name = Name(symbol: trade.symbol, kind: .trades)
        var known = series[name] ?? Series()
        let print = Gatekeeper.print(trade.price.units, trade.size.units, Int64(bitPattern: trade.id))
        let fault =
            Shape.fault(of: trade) ?? outOfSession(trade.at) ?? follows(known, trade.at, print, .trades)
            ?? old(trade.at, at: now)
            ?? jumps(&known, trade.symbol, to: trade.price, trade.price, at: trade.at)
        return settle(name, known, fault, at: trade.at, print) { Shape.figures(of: trade) }
    }

    /// Keeps what the datum has taught, and says what is wrong with it.
    @inline(__always)
    private mutating func settle(
        _ name: Name, _ known: Series, _ fault: Fault?, at moment: Timestamp, _ print: UInt64,
        _ figures: () -> [Figure]
    ) -> DataFault? {
        var known = known
        if fault == nil { (known.last, known.print) = (moment, print) }
        series[name] = known
        if let fault { return said(fault, of: name.symbol, at: moment, figures()) }
        if !silent.isEmpty { silent.remove(name.symbol) }
        return nil
    }

    /// Numbers mixed into one; two data with the same are taken for the same.
    @inline(__always)
    private static func print(_ numbers: Int64...) -> UInt64 {
        var mixed: UInt64 = 0xcbf2_9ce4_8422_2325
        for number in numbers { mixed = (mixed ^ UInt64(bitPattern: number)) &* 0x9e37_79b9_7f4a_7c15 }
        return mixed
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

    private func follows(_ known: Series, _ moment: Timestamp, _ print: UInt64, _ kind: Kind) -> Fault? {
        if moment > known.last { return nil }
        if moment < known.last { return (.outOfOrder, "\(known.last) came before it") }
        if print == known.print { return (.duplicate, "the same came before it") }
        // Several quotes and trades may come in one nanosecond; a bar's time is its name.
        return kind == .bars ? (.conflict, "another one of that time passed before it") : nil
    }

    private func old(_ moment: Timestamp, at now: Timestamp) -> Fault? {
        guard limits.ageMax > 0, now - moment > limits.ageMax else { return nil }
        return (.stale, "it is \((now - moment) / Nanoseconds.millisecond) ms old")
    }

    /// A crossed quote passes for a moment: the sides come from different places.
    private func crossed(_ quote: Quote, _ known: inout Series) -> Fault? {
        guard quote.bid >= quote.ask else {
            known.crossedSince = nil
            return nil
        }
        let since = known.crossedSince ?? quote.at
        known.crossedSince = since
        guard quote.at - since > limits.crossedGrace else { return nil }
        let isLocked = quote.bid == quote.ask
        return (
            isLocked ? .locked : .crossed,
            "the bid \(quote.bid) \(isLocked ? "equals" : "is above") the ask \(quote.ask) since \(since)"
        )
    }

    /// The price that comes first is held against what was; the one that is left is what will be.
    private func jumps(
        _ known: inout Series, _ symbol: Symbol, to first: Price, _ last: Price, at moment: Timestamp
    ) -> Fault? {
        if !actions.isEmpty {
            for action in actions[symbol] ?? [] where action.exAt > known.last && action.exAt <= moment {
                known.level.follow(action)
            }
        }
        let before = known.level.price
        var verdict = known.level.judge(first, limits)
        if verdict == .near { verdict = known.level.judge(last, limits) }
        guard case .jumps(let change) = verdict, let before else { return nil }
        return (.jump, "\(Shape.percent(change)) from \(before), and no split or dividend explains it")
    }

    private func said(
        _ fault: Fault, of symbol: Symbol, at moment: Timestamp, _ figures: [Figure]
    ) -> DataFault {
        DataFault(
            symbol: symbol, kind: fault.kind, at: moment, provider: provider, explanation: fault.sentence,
            figures: figures)
    }
}
