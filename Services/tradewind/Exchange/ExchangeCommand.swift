import AlpacaVenue
import Configuration
import Domain
import Glibc
import Synchronization
import VenueServer

/// `tradewind exchange`: the simulated exchange behind Alpaca's own interface, for any program that speaks it.
enum ExchangeCommand {
    static let spec = CommandSpec(
        "exchange", summary: "serve a simulated exchange behind Alpaca's own interface",
        discussion: """
            Answers Alpaca's trading and market data requests and its two streams, over bars that are replayed, invented \
            or fixed, at any speed. Programs written for Alpaca need nothing but its address. Orders trade by the rules \
            of the backtest's exchange. docs/exchange.md says what it does, and how to have it misbehave.
            """,
        options: [
            .option(
                "listen", value: "ADDRESS:PORT", default: .text("127.0.0.1:8099"),
                help: "Listen there; port 0 takes any that is free.", group: "Server"),
            .option(
                "account", value: "KEY:SECRET:CASH", repeats: true,
                help: "Open an account; without any, demo:demo:100000.", group: "Server"),
            .option(
                "state", value: "FOLDER", type: .path,
                help: "Keep what was asked there, and go on from it.", group: "Server"),
            .flag(
                "administration",
                help: "Answer requests below /admin from other machines too.", group: "Server"),
            .option(
                "replay", value: "WHAT", repeats: true,
                help: "Bars of a FILE or SYMBOL=FILE, or of a day 2024-03-11 or a month 2024-03.",
                group: "Market"),
            .option(
                "fixed", value: "SYMBOL=PRICE,…", repeats: true,
                help: "Prices that stay where they are.", group: "Market"),
            .flag(
                "live", help: "What the feed of the running mesh says of --symbols.", group: "Market"),
            .option(
                "symbols", value: "SYMBOL,…", type: .list, default: .list(["AAPL", "MSFT", "SPY"]),
                help: "What is traded where bars are invented or live.", group: "Market"),
            .option(
                "from", value: "TIME", help: "Begin then: 2024-03-11, or 2024-03-11T14:30:00Z.",
                group: "Market"),
            .option(
                "speed", value: "TIMES", default: .text("1x"),
                help: "Let time go so many times faster; 0 stands still until /admin/clock moves it.",
                group: "Market"),
            .flag(
                "nights", help: "Do not pass over the time in which the market is closed.", group: "Market"),
            .option(
                "history", value: "SESSIONS", type: .integer(0...2_000), default: .integer(60),
                help: "Invent so many sessions before the beginning; of a live market, ask for so many.",
                group: "Market"),
            .option(
                "spread", value: "PRICE", help: "Between bid and ask; 0.02, or 0 where prices are fixed.",
                group: "Market"),
            .option(
                "fill", value: "RULE", type: .choice(["quote", "next_open", "close"]),
                default: .text("quote"),
                help: "When market orders trade: docs/exchange.md.", group: "Market"),
            .option(
                "hours", value: "HOURS", type: .choice(["XNYS", "continuous"]),
                help: "When the market is open; without end where prices are fixed.", group: "Market"),
            .option(
                "seed", value: "NUMBER", type: .integer(0...Int.max), default: .integer(1),
                help: "Of ids and of invented bars.", group: "Market"),
        ],
        examples: [
            .init(
                "tradewind exchange --fixed AAPL=190.00,MSFT=400.00",
                "constant prices: market orders trade at once"),
            .init(
                "tradewind exchange --replay 2024-03 --speed 60x",
                "a month of invented bars, a minute a second"),
            .init(
                "tradewind exchange --live --symbols AAPL,MSFT --state paper-account",
                "the market of the mesh that runs here, traded on paper by any program"),
        ])

    private static let isOver = Atomic<Bool>(false)
    /// For the signal handler alone.
    private nonisolated(unsafe) static var host: VenueHost?

    static func run(_ parsed: Parsed) throws {
        let choices = try ExchangeChoices(parsed)
        let venue = try Venue(choices.setup)
        var journal: VenueJournal?
        if let folder = choices.folder {
            journal = try VenueJournal(folder: folder, setup: choices.text, venue: venue)
        }
        let watch = try LiveWatch(choices, parsed)
        let host: VenueHost
        do {
            host = try VenueHost(venue, choices.options, journal: journal)
        } catch {
            throw Failure("\(error)", exitCode: 1)
        }
        self.host = host
        let name = "\(choices.options.address):\(host.port)"
        var lines = "exchange: \(choices.market)\n"
        lines += "  http://\(name)            trading (v2) and market data (v2/stocks)\n"
        lines += "  ws://\(name)/stream       trade updates\n"
        lines += "  ws://\(name)/v2/iex       market data\n"
        for account in choices.setup.accounts {
            lines += "  key \(account.key)  secret \(account.secret)  cash \(account.cash)\n"
        }
        try Console.write(lines + "It is \(venue.now); Ctrl-C ends it.\n")
        host.sayEnd = { _ = Console.out("The data are at their end; the clock stands still.\n") }
        for number in [SIGINT, SIGTERM] {
            signal(number) { _ in
                ExchangeCommand.isOver.store(true, ordering: .sequentiallyConsistent)
                ExchangeCommand.host?.stop()
            }
        }
        signal(SIGPIPE, SIG_IGN)
        try watch?.begin(after: venue.known, at: venue.now)
        host.run { isOver.load(ordering: .sequentiallyConsistent) }
        self.host = nil
        watch?.end()
        if let failure = host.failure { throw Failure("\(failure)", exitCode: 1) }
    }
}
