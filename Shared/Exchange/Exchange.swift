import Domain

/// The simulated exchange: takes orders and market data in order of time, and reports what becomes of the orders. It is
/// the same in backtest and paper trading.
///
/// Symbols, accounts and strategies are numbers from 0, and everything on the way of a bar is plain numbers in memory
/// of the exchange's own: a bar of a symbol in which no order can trade costs two comparisons and three stores.
/// Reports are appended to the caller's buffer in the order in which things happened.
///
/// How to drive it, instant by instant: take all bars (quotes, trades) that end in the instant, submit what was decided
/// on them, then `advance(to:)` the instant, which lets time pass for orders that wait for no market.
public struct Exchange: ~Copyable {
    public private(set) var rules: ExchangeRules

    @usableFromInline var books: Shelf<Book>
    /// Nothing that waits for a time is due before this one, in nanoseconds.
    @usableFromInline var nextDue: Int64 = .max

    var orders = OrderShelf()
    var agenda = Agenda()
    var accounts: AccountBook
    var clock: SessionClock
    var chance: Chance
    var pass = Pass()
    var executions: UInt64 = 0
    var now: Timestamp = .distantPast
    /// Until when nothing is heard, because the connection is lost.
    var silentUntil: Timestamp = .distantPast
    /// When the next day's interest on borrowed shares is due.
    var interestDue: Timestamp = .distantFuture

    /// A holding on margin has been marked since the margins were looked at.
    var marginIsDue = false

    let participation: Rate?
    let slips: Bool
    let charges: Bool
    let delaysOrders: Bool
    let delaysReports: Bool
    private(set) var misbehaves: Bool
    /// Ranges are measured, for slippage by them.
    let measures: Bool

    /// An exchange of so many symbols, and of accounts that begin with so much cash.
    public init(rules: ExchangeRules = ExchangeRules(), symbols: Int, cash: [Money] = [.zero]) {
        self.rules = rules
        var book = Book()
        book.wakesAlways = rules.slippage.needsRange
        if book.wakesAlways { book.wakesBelow = .max }
        books = Shelf(repeating: book, count: symbols)
        accounts = AccountBook(rules, symbols: symbols, cash: cash)
        clock = SessionClock(rules.hours)
        chance = Chance(seed: rules.seed)
        participation = rules.participation.map(Rate.init)
        slips = !(rules.slippage is NoSlippage)
        charges = !(rules.commission is NoCommission) || rules.regulatoryFees != nil
        delaysOrders = !(rules.latency.order is NoLatency)
        delaysReports = !(rules.latency.response is NoLatency)
        misbehaves = rules.mischief != nil
        measures = rules.slippage.needsRange
    }

    /// Takes a bar that has ended. Orders that were placed before it opened can trade in it.
    @inlinable
    public mutating func take(_ candle: Candle, of symbol: SymbolIndex, _ reports: inout [Report]) {
        let index = symbol.number
        if candle.low.units > books[index].wakesBelow, candle.high.units < books[index].wakesAbove,
            candle.closesAt.nanoseconds < nextDue
        {
            books[index].lastPrice = candle.close
            books[index].lastAt = candle.closesAt
            books[index].lastVolume = candle.volume
            return
        }
        match(candle, of: index, &reports)
    }

    /// Misbehaves from now on as it is told, or no more.
    public mutating func misbehave(_ mischief: Mischief?) {
        rules.mischief = mischief
        misbehaves = mischief != nil
    }

    /// How many orders wait, work, or are on their way.
    public var workingCount: Int { orders.count }

    /// Adds a symbol, and returns its number: the next one.
    public mutating func addSymbol() -> SymbolIndex {
        var book = Book()
        book.wakesAlways = rules.slippage.needsRange
        if book.wakesAlways { book.wakesBelow = .max }
        books.append(book)
        accounts.addSymbol()
        return SymbolIndex(books.count - 1)
    }

    /// By how much market data reaches the strategy later than it happened: one draw for one message.
    public mutating func feedDelay() -> Int64 { rules.latency.feed.draw(&chance) }

    /// Where an order stands, as the exchange knows it; nothing once it has ended.
    public func standing(of handle: OrderHandle) -> (filled: Quantity, remaining: Quantity)? {
        guard let slot = orders.slot(of: handle) else { return nil }
        return (orders[slot].filled, orders[slot].open)
    }
}

/// What is true while orders are matched against one bar or quote.
struct Pass: BitwiseCopyable {
    /// Orders that came later do not take part.
    var since: Timestamp = .distantPast
    /// How a fill is stamped.
    var at: Timestamp = .distantPast
    /// What may still be traded, in units of quantity.
    var budget: Int64 = .max
    var volume: Volume = .zero
    /// The price is the far side of a quote, whose spread is paid by it.
    var isQuoted = false
    var number: UInt64 = 0
    /// An order that hung on another was let loose by the last trade.
    var hasLoosened = false
}
