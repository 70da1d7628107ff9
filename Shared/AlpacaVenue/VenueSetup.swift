import Domain
import Exchange

/// What a venue begins with.
public struct VenueSetup: Sendable {
    public struct Account: Sendable {
        public var key: String
        public var secret: String
        public var cash: Money

        public init(key: String, secret: String, cash: Money) {
            self.key = key
            self.secret = secret
            self.cash = cash
        }
    }

    public var accounts: [Account]
    public var market: MarketSetup
    public var rules: ExchangeRules
    /// Of names, invented bars and everything drawn by chance.
    public var seed: UInt64

    public init(
        accounts: [Account], market: MarketSetup, rules: ExchangeRules = ExchangeRules(), seed: UInt64 = 1
    ) {
        self.accounts = accounts
        self.market = market
        self.rules = rules
        self.seed = seed
    }
}
