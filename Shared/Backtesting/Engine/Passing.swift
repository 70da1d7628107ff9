import Domain
import Exchange
import Strategies

/// What passes beside the bars that instruments are traded on: quotes and trades, longer bars, and what is on its way to
/// strategies where market data take their time.
struct Passing {
    /// Something that strategies are shown later than it happened.
    enum View {
        case bar(Bar)
        case quote(Quote)
        case trade(Trade)
    }

    let delays: Bool
    fileprivate let ticks: TickColumns
    fileprivate let longer: [LongerBar]
    /// By instrument: it has no bars, and has not traded yet.
    fileprivate var isQuotedOnly: [Bool]
    fileprivate var tick = 0
    fileprivate var bar = 0
    /// In the order in which they are seen, which is the one in which they happened.
    private var views: [(at: Int64, instrument: Int, view: View)] = []
    private var seen = 0
    private var latest = Int64.min

    /// A strategy that is alone is shown the bars that its instruments are traded on, and no others.
    init(_ market: borrowing Market, delays: Bool, showsLonger: Bool) {
        self.delays = delays
        ticks = TickColumns(market.ticks)
        isQuotedOnly = market.bars.spans.map { $0 == 0 }
        longer = showsLonger ? market.longerBars : []
    }

    fileprivate var nextTick: Int64 { tick < ticks.count ? ticks.at[tick] : .max }
    fileprivate var nextLonger: Int64 { bar < longer.count ? longer[bar].at : .max }
    fileprivate var nextView: Int64 { seen < views.count ? views[seen].at : .max }
    /// When the next of all happens.
    var next: Int64 { min(nextTick, nextLonger, nextView) }

    /// Keeps something until it is seen. What happened later is never seen sooner.
    fileprivate mutating func keep(_ view: View, of instrument: Int, until moment: Int64) {
        latest = max(latest, moment)
        views.append((latest, instrument, view))
    }

    fileprivate mutating func takeView() -> (instrument: Int, view: View) {
        let (_, instrument, view) = views[seen]
        seen += 1
        if seen == views.count || seen == 4096 {
            views.removeFirst(seen)
            seen = 0
        }
        return (instrument, view)
    }
}

extension Drive {
    /// Everything that happens before a moment, each at its own.
    @inline(never) mutating func pass(until end: Int64) throws {
        while true {
            let other = min(
                desk.timers.next, desk.acting.next, desk.booking.next, passing.nextLonger, passing.nextView)
            let tick = passing.nextTick
            if tick < end, tick < other {
                try takeTick(at: tick)
            } else if other < end {
                try happen(at: other)
            } else {
                break
            }
        }
        refresh()
    }

    /// All that is due at a moment between two instants: what was on its way arrives, shares are split, time passes for
    /// orders, and then strategies see and are woken.
    private mutating func happen(at moment: Int64) throws {
        let now = Timestamp(nanoseconds: moment)
        desk.open(instant: moment)
        // What a company does has an instant of its own on a mesh, and what is asked for in that leaves after it.
        let isInstant = desk.hearing.isLate && desk.acting.next <= moment
        if isInstant {
            desk.beginHearing()
            desk.executing.kept = []
        }
        if desk.exchange.isDue(at: now) { desk.exchange.advance(to: now, &desk.reports) }
        desk.noteBuyingPower(at: now)
        try settle(at: now)
        if desk.acting.next <= moment {
            try desk.act(at: now)
            showsOtherwise = passing.delays || desk.acting.rescales
            desk.noteBuyingPower(at: now)
            try settle(at: now)
        }
        if isInstant {
            desk.endHearing()
            desk.askWhatWasKept(at: now)
            try settle(at: now)
        }
        while passing.nextTick == moment { try takeTick(at: moment) }
        while passing.nextView <= moment {
            let (instrument, view) = passing.takeView()
            reveal(view, of: instrument, at: now)
        }
        try decide(at: now)
    }

    // MARK: Quotes and trades

    private mutating func takeTick(at moment: Int64) throws {
        let now = Timestamp(nanoseconds: moment)
        let row = passing.tick
        passing.tick += 1
        let instrument = passing.ticks.instrument(row)
        let index = SymbolIndex(instrument)
        desk.open(instant: moment)
        if passing.ticks.isQuote(row) {
            let quote = passing.ticks.quote(row)
            desk.exchange.take(quote, of: index, &desk.reports)
            if !desk.reports.isEmpty { try settle(at: now) }
            // Where there are bars or trades they are what a share is worth, and else what is between bid and ask.
            if passing.isQuotedOnly[instrument] {
                desk.ledger.mark(index, at: .midpoint(quote.bid, quote.ask))
            }
            if showsOtherwise {
                show(.quote(quote), of: instrument, at: now)
            } else {
                voice.onQuote(quote, of: instrument, at: now, &opinions)
            }
            if desk.watchesBars {
                desk.watch(quote, of: instrument, at: now)
                try desk.respond(at: now)
                try settle(at: now)
            }
        } else {
            let trade = passing.ticks.trade(row)
            passing.isQuotedOnly[instrument] = false
            desk.exchange.take(trade, of: index, &desk.reports)
            if !desk.reports.isEmpty { try settle(at: now) }
            desk.ledger.mark(index, at: trade.price)
            if showsOtherwise {
                show(.trade(trade), of: instrument, at: now)
            } else {
                voice.onTrade(trade, of: instrument, at: now, &opinions)
            }
        }
        if !opinions.isEmpty || due <= moment { try decide(at: now) }
        if desk.exchange.isDue(at: now) { try advance(to: now) }
        desk.close(instant: moment)
    }

    // MARK: What strategies see

    /// Shows the longer bars that are over.
    mutating func showLongerBars(until now: Timestamp) {
        while passing.nextLonger <= now.nanoseconds {
            let longer = passing.longer[passing.bar]
            passing.bar += 1
            show(.bar(longer.bar), of: Int(longer.instrument), at: now)
        }
    }

    @inline(never) mutating func show(_ bar: Bar, of instrument: Int, at now: Timestamp) {
        show(.bar(bar), of: instrument, at: now)
    }

    /// Shows something in the measure of strategies, or keeps it until it is seen.
    private mutating func show(_ view: Passing.View, of instrument: Int, at now: Timestamp) {
        let view = desk.acting.measures[instrument].shown(view)
        guard passing.delays else { return reveal(view, of: instrument, at: now) }
        passing.keep(view, of: instrument, until: now.nanoseconds + max(desk.exchange.feedDelay(), 0))
        pending = min(pending, passing.next)
    }

    private mutating func reveal(_ view: Passing.View, of instrument: Int, at now: Timestamp) {
        switch view {
        case .bar(let bar): voice.onBar(bar, of: instrument, at: now, &opinions)
        case .quote(let quote): voice.onQuote(quote, of: instrument, at: now, &opinions)
        case .trade(let trade): voice.onTrade(trade, of: instrument, at: now, &opinions)
        }
    }
}

extension Measure {
    fileprivate func shown(_ view: Passing.View) -> Passing.View {
        switch view {
        case .bar(let bar): .bar(shown(bar))
        case .quote(let quote): .quote(shown(quote))
        case .trade(let trade): .trade(shown(trade))
        }
    }
}
