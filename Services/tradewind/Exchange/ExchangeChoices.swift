import AlpacaVenue
import Configuration
import Domain
import Exchange
import Providers
import VenueServer

/// What the command line of `tradewind exchange` asks for, found to make sense.
struct ExchangeChoices {
    var setup: VenueSetup
    var options = VenueHost.Options()
    var folder: String?
    /// What the market is, for a person.
    var market: String
    /// What the venue is made of, for its journal: another text is another venue.
    var text: String
    /// What is watched in the mesh; empty where the market is not live.
    var live: [Symbol] = []

    init(_ parsed: Parsed) throws(Failure) {
        folder = parsed.text(ifGiven: "state")
        let seed = UInt64(parsed.int("seed"))
        let prices = try ExchangeChoices.prices(parsed.texts("fixed"))
        let replay = try Replay(parsed.texts("replay"))
        let isFixed = !prices.isEmpty
        let isLive = parsed.flag("live")
        guard [isFixed, isLive, !parsed.texts("replay").isEmpty].count(where: { $0 }) <= 1 else {
            throw wrong(
                "prices are fixed, live or replayed: one of --fixed, --live and --replay would be right")
        }
        options.speed = try ExchangeChoices.speed(parsed.text("speed"))
        guard !isLive || options.speed == 1 else {
            throw wrong("--speed \(parsed.text("speed")) with --live: a live market has its own speed")
        }
        options.skipsNights = !parsed.flag("nights") && !isLive
        try ExchangeChoices.listen(parsed.text("listen"), &options)
        options.isAdministered = options.address.hasPrefix("127.") || parsed.flag("administration")

        var begin = try parsed.text(ifGiven: "from").map(ExchangeChoices.moment)
        var source: MarketSetup.Source
        let names = parsed.list("symbols")
        // A venue that goes on begins where it began.
        let beginning =
            begin ?? folder.flatMap(VenueJournal.setup).flatMap(ExchangeChoices.begin) ?? VenueClock.today()
        if isFixed {
            source = .fixed(prices)
            market = "fixed prices of \(prices.map { "\($0.symbol) \($0.price)" }.joined(separator: ", "))"
            options.isToday = begin == nil && options.speed == 1
            begin = beginning
        } else if isLive {
            live = try ExchangeChoices.symbols(names)
            source = .live(live)
            market = "what the mesh hears of \(names.joined(separator: ", "))"
            options.isToday = begin == nil
            options.inbox = LiveInbox()
            begin = beginning
        } else if !replay.files.isEmpty {
            source = .files(replay.files)
            market = "bars of \(replay.files.map(\.path).joined(separator: ", "))"
        } else {
            source = .invented(try ExchangeChoices.symbols(names))
            market = "invented bars of \(names.joined(separator: ", "))"
        }
        begin = begin ?? replay.begin
        let spread = try ExchangeChoices.price(
            parsed.text(ifGiven: "spread") ?? (isFixed ? "0" : "0.02"), "spread")
        var market = MarketSetup(source, begin: begin, end: replay.end, spread: spread)
        market.historySessions = parsed.int("history")
        market.seed = seed
        var rules = ExchangeRules()
        rules.fill = ExchangeRules.FillTiming(rawValue: parsed.text("fill")) ?? .quote
        let hours = parsed.text(ifGiven: "hours") ?? (isFixed ? "continuous" : "XNYS")
        rules.hours = ExchangeRules.Hours(rawValue: hours) ?? .xnys
        market.isContinuous = rules.hours == .continuous
        // Where nothing moves nothing runs out.
        if isFixed { rules.participation = nil }
        let accounts = try ExchangeChoices.accounts(parsed.texts("account"))
        setup = VenueSetup(accounts: accounts, market: market, rules: rules, seed: seed)
        let files = replay.files.map { "\($0.symbol.map { "\($0)=" } ?? "")\($0.path)" }.joined(
            separator: ",")
        text =
            "begin=\(begin.map { String($0.nanoseconds) } ?? "") \(self.market) files=\(files) end=\(replay.end.map { "\($0)" } ?? "") "
            + "seed=\(seed) spread=\(spread) history=\(market.historySessions) fill=\(rules.fill.rawValue) "
            + "hours=\(hours) accounts=\(accounts.map { "\($0.key):\($0.cash)" }.joined(separator: ","))"
    }

    /// The moment at which a kept venue began.
    private static func begin(of text: String) -> Timestamp? {
        guard let word = text.split(separator: " ").first, word.hasPrefix("begin=") else { return nil }
        return Int64(word.dropFirst(6)).map(Timestamp.init(nanoseconds:))
    }

    private static func speed(_ text: String) throws(Failure) -> Double {
        let digits = text.last == "x" ? text.dropLast() : text[...]
        guard let speed = Double(digits), speed >= 0, speed <= 1_000_000 else {
            throw wrong(
                "--speed \(text) is no speed; 1x, 60x, or 0 for a clock that stands still would be right")
        }
        return speed
    }

    private static func listen(_ text: String, _ options: inout VenueHost.Options) throws(Failure) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { throw wrong("--listen \(text) is no address with a port; 127.0.0.1:8099 would be right") }
        options.address = String(text[..<colon])
        if options.address.isEmpty || options.address == "localhost" { options.address = "127.0.0.1" }
        options.port = port
    }

    private static func accounts(_ texts: [String]) throws(Failure) -> [VenueSetup.Account] {
        if texts.isEmpty { return [VenueSetup.Account(key: "demo", secret: "demo", cash: Money(100_000))] }
        var accounts: [VenueSetup.Account] = []
        for text in texts {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3, !parts[0].isEmpty, !parts[1].isEmpty, let cash = try? Money(parts[2]),
                cash.isPositive
            else { throw wrong("--account \(text) is no account; KEY:SECRET:100000 would be right") }
            guard !accounts.contains(where: { $0.key == parts[0] }) else {
                throw wrong("--account names the key \(parts[0]) twice; another key would be right")
            }
            accounts.append(VenueSetup.Account(key: parts[0], secret: parts[1], cash: cash))
        }
        return accounts
    }

    private static func prices(_ texts: [String]) throws(Failure) -> [(symbol: Symbol, price: Price)] {
        var prices: [(symbol: Symbol, price: Price)] = []
        for text in texts.flatMap({ $0.split(separator: ",") }) {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, let symbol = Symbol(parts[0]),
                let price = try? Price(parts[1]), price.isPositive
            else { throw wrong("--fixed \(text) is no price; AAPL=190.00 would be right") }
            guard !prices.contains(where: { $0.symbol == symbol }) else {
                throw wrong("--fixed names \(symbol) twice; once would be right")
            }
            prices.append((symbol, price))
        }
        return prices
    }

    private static func symbols(_ names: [String]) throws(Failure) -> [Symbol] {
        var symbols: [Symbol] = []
        for name in names {
            guard !name.isEmpty, let symbol = Symbol(name), !symbols.contains(symbol) else {
                throw wrong("--symbols \(name) is no symbol, or stands twice; AAPL,MSFT would be right")
            }
            symbols.append(symbol)
        }
        guard !symbols.isEmpty else { throw wrong("--symbols is empty; AAPL,MSFT would be right") }
        return symbols
    }

    private static func price(_ text: String, _ option: String) throws(Failure) -> Price {
        guard let price = try? Price(text), !price.isNegative else {
            throw wrong("--\(option) \(text) is no price; 0.02 would be right")
        }
        return price
    }

    private static func moment(_ text: String) throws(Failure) -> Timestamp {
        if let date = try? CivilDate(text) {
            return TradingCalendar.xnys.session(on: date)?.open ?? EasternTime.moment(on: date, at: 0)
        }
        guard let moment = try? Timestamp(text) else {
            throw wrong("--from \(text) is no time; 2024-03-11 or 2024-03-11T14:30:00Z would be right")
        }
        return moment
    }
}

/// What is to be replayed: files, or the days of a window.
private struct Replay {
    var files: [(symbol: Symbol?, path: String, span: Int64)] = []
    var begin: Timestamp?
    var end: Timestamp?

    init(_ texts: [String]) throws(Failure) {
        for text in texts {
            if let window = Replay.window(text) {
                guard begin == nil else { throw wrong("--replay \(text): one day or month would be right") }
                let midnight = EasternTime.moment(on: window.first, at: 0)
                let last = EasternTime.moment(on: window.last + 1, at: 0)
                guard let session = TradingCalendar.xnys.next(after: midnight), session.open < last else {
                    let next = TradingCalendar.xnys.next(after: midnight).map {
                        "; \($0.date) would be right"
                    }
                    throw wrong("--replay \(text): the exchange is closed then\(next ?? "")")
                }
                begin = session.open
                end = last
                continue
            }
            var path = text
            var symbol: Symbol?
            if let equals = text.firstIndex(of: "="), let name = Symbol(text[..<equals]) {
                symbol = name
                path = String(text[text.index(after: equals)...])
            }
            do {
                let span = try BarRows.usualSpan(path: path, symbol: symbol)
                files.append((symbol, path, span))
            } catch {
                throw Failure("--replay \(text): \(error)", exitCode: 1)
            }
        }
    }

    /// `2024-03` or `2024-03-11`.
    private static func window(_ text: String) -> (first: CivilDate, last: CivilDate)? {
        if let date = try? CivilDate(text) { return (date, date) }
        guard text.utf8.count == 7, let first = try? CivilDate(text + "-01") else { return nil }
        let (year, month, _) = first.parts
        return (first, CivilDate(year, month, CivilDate.length(ofMonth: month, in: year)))
    }
}

/// A command line that makes no sense.
private func wrong(_ sentence: String) -> Failure { Failure(sentence, exitCode: 2) }
