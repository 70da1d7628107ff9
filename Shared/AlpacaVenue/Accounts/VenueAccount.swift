import Domain

/// An account of the venue, beside what the exchange keeps of it.
struct VenueAccount {
    struct Settings {
        var isLongOnly = false
        var isSuspended = false
        var isFractional = true
        var multiplier = "2"
        var confirmations = "all"
        var isWithoutPartnershipException = false
        var isOvernightDisabled = false
        var optionsLevel: Int64 = 0
        var dayTradeCheck = "entry"
        var patternCheck = "entry"
    }

    /// What a position cost, and what it was worth when the day before it ended.
    struct Holding {
        var cost: Money = .zero
        var dayCost: Money = .zero
    }

    struct Activity {
        var id: String
        var type: String
        var at: Timestamp
        var document: Document
    }

    struct Sample {
        var at: Timestamp
        var equity: Money
    }

    /// About two months of minutes.
    static let samplesMax = 20_000

    let key: String
    let secret: String
    let id: String
    let number: String
    let cashAtFirst: Money
    let createdAt: Timestamp
    var settings = Settings()
    var holdings: [Holding]
    /// Of every order that it ever had, and of those that are not over.
    var orders: [Int] = []
    var working: [Int] = []
    var activities: [Activity] = []
    var fills: [Venue.Fill] = []
    var watchlists: [Watchlist] = []
    var lastEquity: Money
    var samples: [Sample] = []
    var sampledAt = Timestamp.distantPast

    init(_ setup: VenueSetup.Account, _ id: String, symbols: Int, at moment: Timestamp) {
        key = setup.key
        secret = setup.secret
        self.id = id
        number = "PA" + id.filter { $0 != "-" }.prefix(10).uppercased()
        cashAtFirst = setup.cash
        createdAt = moment
        lastEquity = setup.cash
        holdings = Array(repeating: Holding(), count: symbols)
    }

    var multiplier: Int { Int(settings.multiplier) ?? 2 }
}
