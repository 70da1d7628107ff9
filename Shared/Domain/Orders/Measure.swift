/// The measure in which strategies see an instrument: shares as they were when the run, or the account, began. A split of 2 for 1 halves
/// the price of a share and not what the company is worth, so from then on a strategy sees the price of two shares, and
/// its averages go on as though nothing had happened. Orders, positions and the record stay as they are.
public struct Measure: Equatable, Sendable {
    /// Shares of today for `before` of the run's beginning.
    public private(set) var now: Int64 = 1
    public private(set) var before: Int64 = 1

    public init() {}

    /// After an error it is as it was before.
    public mutating func split(_ action: CorporateAction) throws(CorporateActionError) {
        try action.checkRatio()
        let (now, tooMany) = now.multipliedReportingOverflow(by: action.numerator)
        let (before, tooFew) = before.multipliedReportingOverflow(by: action.denominator)
        guard !tooMany, !tooFew else {
            throw CorporateActionError(action, "is one too many for 64 bits")
        }
        var (large, small) = (now, before)
        while small != 0 { (large, small) = (small, large % small) }
        self.now = now / large
        self.before = before / large
    }

    public func shown(_ price: Price) -> Price { scaled(price, now, before) }
    public func shown(_ volume: Volume) -> Volume { scaled(volume, before, now) }
    /// A price that a strategy names, as the market knows it.
    public func real(_ price: Price) -> Price { scaled(price, before, now) }

    public func shown(_ bar: Bar) -> Bar {
        if now == before { return bar }
        var bar = bar
        bar.open = shown(bar.open)
        bar.high = shown(bar.high)
        bar.low = shown(bar.low)
        bar.close = shown(bar.close)
        bar.volume = shown(bar.volume)
        return bar
    }

    /// The same backwards: a bar in the measure of the run's beginning, as the market of today would have it.
    public func real(_ bar: Bar) -> Bar {
        if now == before { return bar }
        var bar = bar
        bar.open = real(bar.open)
        bar.high = real(bar.high)
        bar.low = real(bar.low)
        bar.close = real(bar.close)
        bar.volume = scaled(bar.volume, now, before)
        return bar
    }

    public func shown(_ quote: Quote) -> Quote {
        if now == before { return quote }
        var quote = quote
        quote.bid = shown(quote.bid)
        quote.ask = shown(quote.ask)
        quote.bidSize = shown(quote.bidSize)
        quote.askSize = shown(quote.askSize)
        return quote
    }

    public func shown(_ trade: Trade) -> Trade {
        if now == before { return trade }
        var trade = trade
        trade.price = shown(trade.price)
        trade.size = shown(trade.size)
        return trade
    }

    public func shown(_ fill: Fill) -> Fill {
        if now == before { return fill }
        var fill = fill
        fill.price = shown(fill.price)
        fill.quantity = scaled(fill.quantity, before, now)
        return fill
    }

    /// Prices that a strategy has named, as the market knows them.
    public func real(_ signal: Signal) -> Signal {
        if now == before { return signal }
        var signal = signal
        signal.stop = signal.stop.map(real)
        signal.target = signal.target.map(real)
        return signal
    }

    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.integer(&now)
        try walk.integer(&before)
        guard now > 0, before > 0 else {
            throw SnapshotMismatch("shares are counted as \(now) for \(before), and both must be above 0")
        }
    }

    private func scaled<Value: FixedPoint>(_ value: Value, _ numerator: Int64, _ denominator: Int64) -> Value
    {
        do {
            return try value.scaled(numerator, over: denominator)
        } catch {
            preconditionFailure("a figure of the market is too large after its splits: \(error)")
        }
    }
}
