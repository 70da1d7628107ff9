import Domain
import Providers

/// What happens next in the market: quotes and trades within bars, and each bar at its end. It reads one instant of
/// bars ahead, which clients never see.
struct MarketFeed {
    enum Event {
        case tick(Int, Tick)
        case bar(Int, Bar)
    }

    let symbols: [Symbol]
    private let numbers: [Symbol: Int]
    private let setup: MarketSetup
    /// Nothing where the market is told of.
    private var source: (any BarSource)?
    private var pending: [(at: Timestamp, event: Event)] = []
    private var first = 0
    private var shownUntil = Timestamp.distantPast
    private var isOver = false
    private var held: Instant?
    /// Fixed prices that were moved by hand: the bar that runs since then.
    private var moved: [Int: Bar] = [:]

    init(_ setup: MarketSetup) throws {
        self.setup = setup
        switch setup.source {
        case .files(let files):
            symbols = try MarketFeed.names(in: files)
            source = try CSVSource(files: files)
        case .invented(let names):
            symbols = names.sorted()
            let begin = setup.begin ?? MarketFeed.usualBegin
            source = try SyntheticSource(
                seed: setup.seed, symbols: names, bars: .max,
                start: MarketFeed.open(sessions: setup.historySessions, before: begin))
        case .fixed(let prices):
            symbols = prices.map(\.symbol).sorted()
            source = FixedSource(
                prices, from: setup.begin ?? MarketFeed.usualBegin, isContinuous: setup.isContinuous)
        case .live(let names): symbols = names.sorted()
        }
        numbers = Dictionary(uniqueKeysWithValues: symbols.enumerated().map { ($1, $0) })
    }

    static let usualBegin = EasternTime.moment(on: CivilDate(2024, 3, 11), at: 570 * Nanoseconds.minute)

    /// The open of the session so many sessions before that of a moment.
    private static func open(sessions count: Int, before moment: Timestamp) -> Timestamp {
        let calendar = TradingCalendar.xnys
        let index = max(calendar.index(onOrAfter: moment.dateUTC) - count, 0)
        return calendar.sessions[min(index, calendar.sessions.count - 1)].open
    }

    /// The symbols of files: those they are named with, else those that stand in them.
    private static func names(in files: [(symbol: Symbol?, path: String, span: Int64)]) throws -> [Symbol] {
        var names: Set<Symbol> = []
        for (symbol, path, span) in files {
            if let symbol {
                names.insert(symbol)
                continue
            }
            var rows = try BarRows(path: path, symbol: nil, span: span)
            while let row = try rows.next() {
                if case .bar(let bar) = row { names.insert(bar.symbol) }
            }
        }
        return names.sorted()
    }

    /// Puts what was before the beginning into the history; gives the moment of the beginning.
    mutating func begin(into memory: inout MarketMemory) throws -> Timestamp {
        if case .fixed(let prices) = setup.source { try inventHistory(prices, into: &memory) }
        while let instant = try source?.next() {
            let opens = instant.bars.map(\.openedAt).min() ?? instant.at
            guard let begin = setup.begin else {
                held = instant
                return opens
            }
            if opens >= begin || instant.at > begin {
                held = instant
                return begin
            }
            for bar in instant.bars { if let number = numbers[bar.symbol] { memory.add(bar, number) } }
        }
        isOver = true
        return setup.begin ?? memory.lastAt ?? MarketFeed.usualBegin
    }

    /// A history of invented bars that comes to the fixed price at its end.
    private func inventHistory(
        _ prices: [(symbol: Symbol, price: Price)], into memory: inout MarketMemory
    ) throws {
        guard setup.historySessions > 0 else { return }
        let begin = setup.begin ?? MarketFeed.usualBegin
        let start = MarketFeed.open(sessions: setup.historySessions, before: begin)
        var source = try SyntheticSource(
            seed: setup.seed, symbols: prices.map(\.symbol), bars: .max, start: start)
        var bars: [[Bar]] = Array(repeating: [], count: symbols.count)
        while let instant = try source.next(), instant.at <= begin {
            for bar in instant.bars { if let number = numbers[bar.symbol] { bars[number].append(bar) } }
        }
        for (symbol, price) in prices {
            guard let number = numbers[symbol], let last = bars[number].last?.close else { continue }
            for bar in bars[number] { memory.add(MarketFeed.scaled(bar, price, last), number) }
        }
    }

    private static func scaled(_ bar: Bar, _ price: Price, _ last: Price) -> Bar {
        let cent = Price(units: price >= Price(1) ? 10_000 : 100)
        func scaled(_ value: Price) -> Price {
            if value == last { return price }
            let raw = (try? value.scaled(price.units, over: last.units)) ?? price
            return max((try? raw.rounded(toMultipleOf: cent)) ?? raw, cent)
        }
        var bar = bar
        bar.open = scaled(bar.open)
        bar.close = scaled(bar.close)
        bar.high = max(scaled(bar.high), max(bar.open, bar.close))
        bar.low = min(scaled(bar.low), min(bar.open, bar.close))
        return bar
    }

    /// When something happens next; nothing at the end of the data.
    mutating func nextAt() throws -> Timestamp? {
        if first < pending.count { return pending[first].at }
        pending.removeAll(keepingCapacity: true)
        first = 0
        while pending.isEmpty {
            guard try fill() else { return nil }
        }
        return pending[first].at
    }

    mutating func take() -> Event {
        first += 1
        let event = pending[first - 1].event
        switch event {
        case .tick(let number, let tick):
            guard let running = moved[number] else { return event }
            return .tick(number, still(running.close, running.symbol, at: tick.trade.at))
        case .bar(let number, var bar):
            guard let running = moved[number] else { return event }
            (bar.open, bar.high, bar.low, bar.close) = (
                running.open, running.high, running.low, running.close
            )
            moved[number]?.open = running.close
            moved[number]?.high = running.close
            moved[number]?.low = running.close
            return .bar(number, bar)
        }
    }

    /// Moves a fixed price; gives what is shown of it at once. Nothing where prices come from bars.
    mutating func move(_ number: Int, to price: Price, from last: Price, at moment: Timestamp) -> Tick? {
        guard case .fixed = setup.source else { return nil }
        var bar =
            moved[number] ?? Bar(symbol: symbols[number], open: last, high: last, low: last, close: last)
        bar.close = price
        bar.high = max(bar.high, price)
        bar.low = min(bar.low, price)
        moved[number] = bar
        return still(price, symbols[number], at: moment)
    }

    private func still(_ price: Price, _ symbol: Symbol, at moment: Timestamp) -> Tick {
        BarTicks(
            Bar(
                symbol: symbol, span: Nanoseconds.minute, openedAt: moment, open: price, high: price,
                low: price,
                close: price, volume: Volume(10_000)), spread: setup.spread)[0]
    }

    /// Lays out what happens within the next instant of bars.
    private mutating func fill() throws -> Bool {
        guard !isOver, let instant = try held ?? source?.next() else {
            isOver = true
            return false
        }
        held = nil
        if let end = setup.end, instant.bars.contains(where: { $0.openedAt >= end }) {
            isOver = true
            return false
        }
        var events: [(at: Timestamp, event: Event)] = []
        for bar in instant.bars {
            guard let number = numbers[bar.symbol] else { continue }
            let ticks = BarTicks(bar, spread: setup.spread)
            for index in 0..<BarTicks.count {
                // Of bars of several lengths, what would lie in the past is left out.
                let at = max(ticks.at(index), shownUntil)
                events.append((at, .tick(number, ticks[index])))
            }
            events.append((instant.at, .bar(number, bar)))
        }
        // Sorted by time, those of one moment in the order in which they were made.
        pending = events.enumerated().sorted {
            $0.element.at != $1.element.at ? $0.element.at < $1.element.at : $0.offset < $1.offset
        }.map(\.element)
        shownUntil = instant.at
        return true
    }
}
