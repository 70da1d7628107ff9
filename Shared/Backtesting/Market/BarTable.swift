import Domain

/// The bars of a backtest in columns: one row a bar, in the order in which they became known, and by symbol where
/// several did so at once. It is made once and read by every run, on every thread.
public struct BarTable: Sendable {
    public private(set) var symbols: [Symbol] = []
    /// The length of a bar of each symbol; 0 where it has none.
    public private(set) var spans: [Int64] = []
    public let closesAt: Column<Int64>
    public let openedAt: Column<Int64>
    public let symbol: Column<Int32>
    public let open: Column<Int64>
    public let high: Column<Int64>
    public let low: Column<Int64>
    public let close: Column<Int64>
    public let volume: Column<Int64>

    /// The first row of each day in UTC that has bars: so many rows an account's course will have.
    public let dayStarts: Column<Int>
    public var dayCount: Int { dayStarts.count }
    /// How many moments there are at which bars became known.
    public private(set) var instantCount = 0

    private var places: [Symbol: Int32] = [:]
    private var dayEnd = Int64.min

    public init() {
        closesAt = Column()
        openedAt = Column()
        symbol = Column()
        open = Column()
        high = Column()
        low = Column()
        close = Column()
        volume = Column()
        dayStarts = Column()
    }

    /// A table of columns that lie in a file; nothing where they do not belong together.
    init?(symbols: [Symbol], spans: [Int64], instantCount: Int, column: (String) -> Mapped?) {
        guard let closesAt = column("closesAt")?.of(Int64.self),
            let openedAt = column("openedAt")?.of(Int64.self),
            let symbol = column("symbol")?.of(Int32.self), let open = column("open")?.of(Int64.self),
            let high = column("high")?.of(Int64.self), let low = column("low")?.of(Int64.self),
            let close = column("close")?.of(Int64.self), let volume = column("volume")?.of(Int64.self),
            let dayStarts = column("dayStarts")?.of(Int.self), symbols.count == spans.count,
            [openedAt, open, high, low, close, volume].allSatisfy({ $0.count == closesAt.count }),
            symbol.count == closesAt.count
        else { return nil }
        self.closesAt = closesAt
        self.openedAt = openedAt
        self.symbol = symbol
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
        self.dayStarts = dayStarts
        self.symbols = symbols
        self.spans = spans
        self.instantCount = instantCount
        for (place, symbol) in symbols.enumerated() { places[symbol] = Int32(place) }
        guard places.count == symbols.count else { return nil }
    }

    public var count: Int { closesAt.count }

    /// Adds a bar; times do not go back.
    public mutating func append(_ bar: Bar, closingAt end: Timestamp) {
        precondition(count == 0 || closesAt[count - 1] <= end.nanoseconds, "bars come in the order of time")
        if count == 0 || closesAt[count - 1] < end.nanoseconds { instantCount += 1 }
        if end.nanoseconds >= dayEnd {
            dayStarts.append(count)
            dayEnd = (end.dateUTC + 1).midnightUTC.nanoseconds
        }
        closesAt.append(end.nanoseconds)
        openedAt.append(bar.openedAt.nanoseconds)
        symbol.append(place(of: bar))
        open.append(bar.open.units)
        high.append(bar.high.units)
        low.append(bar.low.units)
        close.append(bar.close.units)
        volume.append(bar.volume.units)
    }

    private mutating func place(of bar: Bar) -> Int32 {
        // Most tables have one symbol, and most rows the symbol that a dictionary would only confirm.
        if symbols.count == 1, symbols[0] == bar.symbol, spans[0] != 0 { return 0 }
        let place = place(of: bar.symbol)
        if spans[Int(place)] == 0 { spans[Int(place)] = bar.span }
        return place
    }

    /// The number of a symbol, which is given one where it has none yet.
    @discardableResult
    mutating func place(of symbol: Symbol) -> Int32 {
        if let place = places[symbol] { return place }
        let place = Int32(symbols.count)
        places[symbol] = place
        symbols.append(symbol)
        spans.append(0)
        return place
    }

    /// The number of a symbol that has one.
    func number(of symbol: Symbol) -> Int32? { places[symbol] }

    /// A bar of the table, with its symbol.
    public func bar(_ row: Int) -> Bar {
        let instrument = Int(symbol[row])
        return Bar(
            symbol: symbols[instrument], span: spans[instrument],
            openedAt: Timestamp(nanoseconds: openedAt[row]), open: Price(units: open[row]),
            high: Price(units: high[row]), low: Price(units: low[row]), close: Price(units: close[row]),
            volume: Volume(units: volume[row]))
    }

    /// The time from the first bar's open to the last bar's close.
    public var range: ClosedRange<Timestamp>? {
        guard count > 0 else { return nil }
        return Timestamp(nanoseconds: openedAt[0])...Timestamp(nanoseconds: closesAt[count - 1])
    }

    /// A fingerprint of every figure: the same data have the same one.
    public var fingerprint: UInt128 {
        var hash = Fnv1a()
        for symbol in symbols { hash.add(text: symbol.text) }
        for column in [closesAt, openedAt, open, high, low, close, volume] { hash.add(folding: column) }
        return hash.value
    }
}
