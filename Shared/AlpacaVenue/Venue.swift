import Domain
import Exchange

/// The simulated exchange as Alpaca's own service shows one: accounts, orders, positions, market data and streams, over
/// bars that are replayed or invented.
///
/// It does no I/O and reads no clock. Time passes by `pass(to:)`, requests are answered by `answer(_:)`, and what
/// clients are to hear on their sockets waits in `news` until the host takes it. The same setup, the same requests at the
/// same moments: the same answers, byte for byte, ids included.
public final class Venue {
    public let setup: VenueSetup
    /// The venue's time.
    public internal(set) var now: Timestamp

    var exchange: Exchange
    let hours: VenueHours
    let identity: Identity
    var assets: [Asset] = []
    var symbolNumbers: [String: Int] = [:]
    var memory: MarketMemory
    var feed: MarketFeed
    var accounts: [VenueAccount] = []
    var accountsByKey: [String: Int] = [:]

    var orders: [VenueOrder] = []
    var ordersById: [String: Int] = [:]
    var clientIds: [ClientId: Int] = [:]
    /// First orders of groups that wait for the market to open, or for the end of a halt.
    var waiting: [Int] = []
    var liquidations: [OrderHandle: Int] = [:]

    var reports: [Report] = []
    /// Why the exchange refused the order that is being placed.
    var refused: Refusal?
    var isPlacing = false

    var mischief: [ArmedMischief] = []
    /// Updates that are held back, by when they are due.
    var late: [(at: Timestamp, news: News)] = []
    /// What clients are to hear, oldest first.
    public var news: [News] = []
    /// Channels that somebody takes: others are not written.
    public var heard: Set<News.Channel> = []
    /// How many updates of orders there were: what clients know of orders changes with it.
    public internal(set) var said = 0

    /// When the session begins or ends next.
    var boundary: Timestamp

    struct ClientId: Hashable {
        var account: Int
        var text: String
    }

    /// A venue at the beginning of its setup. The market's history is read here.
    public init(_ setup: VenueSetup) throws {
        self.setup = setup
        identity = Identity(seed: setup.seed)
        var feed = try MarketFeed(setup.market)
        let symbols = feed.symbols
        var rules = setup.rules
        rules.margin.kind = .regulationT
        // Accounts have multipliers of their own, which the venue minds; the exchange's is the largest.
        rules.margin.overnight = 4
        rules.margin.intraday = 4
        rules.seed = setup.seed
        exchange = Exchange(rules: rules, symbols: symbols.count, cash: setup.accounts.map(\.cash))
        exchange.misbehave(nil)
        hours = VenueHours(rules.hours)
        memory = MarketMemory(symbols: symbols.count, spread: setup.market.spread)
        for (number, symbol) in symbols.enumerated() {
            assets.append(Asset(symbol))
            symbolNumbers[symbol.text] = number
        }
        now = try feed.begin(into: &memory)
        self.feed = feed
        boundary = now
        for (number, account) in setup.accounts.enumerated() {
            accountsByKey[account.key] = number
            accounts.append(
                VenueAccount(
                    account, identity.name(.account, UInt64(number)), symbols: symbols.count, at: now))
        }
        for symbol in assets.indices { showLast(symbol) }
        boundary = hours.nextBoundary(after: now)
        for account in accounts.indices { sample(account) }
    }

    func symbolNumber(_ name: String) -> Int? {
        symbolNumbers[name] ?? symbolNumbers[name.uppercased()] ?? assetsById[name.lowercased()]
    }

    private(set) lazy var assetsById: [String: Int] = Dictionary(
        uniqueKeysWithValues: assets.enumerated().map { ($1.id, $0) })

    /// The exchange learns the last price of the history, so that the first order knows what it is worth.
    func showLast(_ symbol: Int) {
        guard let quote = memory.quote(symbol, named: assets[symbol].symbol) else { return }
        exchange.take(quote, of: SymbolIndex(symbol), &reports)
        if let last = memory.last(symbol) {
            exchange.take(
                Trade(symbol: assets[symbol].symbol, at: now, price: last, size: Volume(units: 1)),
                of: SymbolIndex(symbol), &reports)
        }
        reports.removeAll()
    }
}
