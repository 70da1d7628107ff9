import Domain

/// What a broker's desk goes by.
public struct BrokerSetup: Sendable {
    public var account: String
    /// What is traded: of other symbols it is only noted what somebody else holds.
    public var symbols: [Symbol]
    /// What the settings say that the account has.
    public var cash: Money
    /// How long one reconciliation is from the next.
    public var interval = Nanoseconds.minute
    /// The same for a look at orders and fills while the broker tells nothing of its own accord.
    public var look = 2 * Nanoseconds.second
    /// How long the first question waits that has to be asked again; each further one waits twice as long.
    public var backOff = Nanoseconds.second
    public var backOffLongest = 30 * Nanoseconds.second
    /// After so long an order that the broker does not know is believed never to have come to it.
    public var wayLongest = 2 * Nanoseconds.minute
    /// How far the broker's clock and this machine's may be apart; zero for any distance.
    public var skewMax = 2 * Nanoseconds.second
    /// Where an order has waited so long for the end of others, a person is told.
    public var waitLongest = Nanoseconds.minute
    /// What cash may differ by: fees that come later, and rounding to the cent.
    public var cashTolerance = Money(1)
    /// For so long what is told of cash may be behind what has traded: a difference that stands less long is none.
    public var cashLag: Int64 = 0
    /// Orders that belong together are sent as one; else they are refused.
    public var takesFamilies = true
    /// The simulator takes guards away to show that it notices.
    package var guards = BrokerGuards.all

    public init(account: String, symbols: [Symbol], cash: Money) {
        self.account = account
        self.symbols = symbols
        self.cash = cash
    }

    /// How long to wait after so many attempts.
    func wait(after attempts: Int) -> Int64 {
        attempts > 20 ? backOffLongest : min(backOff << Int64(attempts), backOffLongest)
    }
}

extension Topic {
    /// What a broker's machine asks of its edge, and what the edge has seen.
    public static let brokerCall = Topic("local/call")
    public static let brokerNews = Topic("local/news")
    /// What a person wants of this very service.
    public static let brokerWish = Topic("local/wish")
}
