import AlpacaVenue
import Domain
import Exchange
import Testing

@Suite("the venue")
struct VenueTests {
    static let begin = Timestamp(seconds: 1_710_165_600)

    static func venue(seed: UInt64 = 1, hours: ExchangeRules.Hours = .xnys) throws -> Venue {
        var market = MarketSetup(
            .invented([Symbol("ABC")!, Symbol("XYZ")!]), begin: begin, spread: Price(units: 20_000))
        market.historySessions = 3
        market.seed = seed
        var rules = ExchangeRules()
        rules.fill = .quote
        rules.hours = hours
        let accounts = [
            VenueSetup.Account(key: "k", secret: "s", cash: Money(100_000)),
            VenueSetup.Account(key: "l", secret: "s", cash: Money(5_000)),
        ]
        return try Venue(VenueSetup(accounts: accounts, market: market, rules: rules, seed: seed))
    }

    static func ask(_ venue: Venue, _ method: String, _ path: String, _ body: String = "", key: String = "k")
        -> (
            status: Int, text: String
        )
    {
        let answer = venue.answer(
            AlpacaRequest(method, path, key: key, secret: "s", body: Array(body.utf8)))
        return (answer.status, answer.document.map { String(decoding: $0.json, as: UTF8.self) } ?? "")
    }

    /// Orders by chance on both accounts for some hours; everything that was answered and told, as one text.
    static func session(_ venue: Venue, stepsEach: Int, seed: UInt64) throws -> String {
        var chance = Chance(seed: seed)
        var told = ""
        for round in 0..<120 {
            let goal = begin + Int64(round) * 97 * Nanoseconds.second
            let from = venue.now
            for step in 1...stepsEach {
                try venue.pass(to: from + (goal - from) / Int64(stepsEach) * Int64(step))
            }
            try venue.pass(to: max(goal, venue.now))
            let symbol = chance.happens(0.5) ? "ABC" : "XYZ"
            let side = chance.happens(0.5) ? "buy" : "sell"
            let size = 1 + chance.next() % 40
            let key = chance.happens(0.7) ? "k" : "l"
            let order =
                #"{"symbol":"\#(symbol)","qty":\#(size),"side":"\#(side)","type":"market","time_in_force":"day"}"#
            let limit =
                #"{"symbol":"\#(symbol)","qty":\#(size),"side":"\#(side)","type":"trailing_stop","trail_percent":0.3,"#
                + #""time_in_force":"gtc"}"#
            told += ask(venue, "POST", "/v2/orders", chance.happens(0.6) ? order : limit, key: key).text
            if chance.happens(0.1) { told += ask(venue, "DELETE", "/v2/positions/\(symbol)", key: key).text }
            if chance.happens(0.05) { told += ask(venue, "DELETE", "/v2/orders", key: key).text }
        }
        for path in ["/v2/account", "/v2/positions", "/v2/orders", "/v2/account/activities"] {
            for key in ["k", "l"] { told += ask(venue, "GET", path, key: key).text }
        }
        for piece in venue.news {
            if case .update(_, let message) = piece {
                told += String(decoding: message.bytes(packed: false), as: UTF8.self)
            }
        }
        return told
    }

    @Test(
        "in how many steps one comes to a moment makes no difference", arguments: 1...6 as ClosedRange<UInt64>
    )
    func steps(_ seed: UInt64) throws {
        let once = try VenueTests.session(VenueTests.venue(seed: seed), stepsEach: 1, seed: seed)
        let often = try VenueTests.session(VenueTests.venue(seed: seed), stepsEach: 7, seed: seed)
        #expect(once == often)
        #expect(once.contains(#""event":"fill""#) && once.contains("insufficient"))
        #expect(
            once != (try VenueTests.session(VenueTests.venue(seed: seed + 100), stepsEach: 1, seed: seed)))
    }

    @Test("cash and positions are what the fills say", arguments: 1...6 as ClosedRange<UInt64>)
    func ledger(_ seed: UInt64) throws {
        let venue = try VenueTests.venue(seed: seed)
        _ = try VenueTests.session(venue, stepsEach: 2, seed: seed)
        for (key, cash) in [("k", Money(100_000)), ("l", Money(5_000))] {
            var money = cash
            var held: [String: Quantity] = [:]
            for fill in venue.fills(of: key) {
                let worth = try #require(Money.worth(of: fill.quantity, at: fill.price))
                money += fill.isBuy ? -worth : worth
                held[fill.symbol, default: .zero] += fill.isBuy ? fill.quantity : -fill.quantity
            }
            #expect(venue.cash(of: key) == money)
            for (symbol, quantity) in held { #expect(venue.position(of: key, in: symbol) == quantity) }
            #expect(!held.isEmpty)
        }
    }
}
