import Domain

/// Every rule of the simulated exchange, as plain values. What is not set is the default of docs/exchange.md.
public struct ExchangeRules: Sendable {
    /// When a market order can trade.
    public enum FillTiming: String, CaseIterable, Sendable {
        /// At the open of the next bar.
        case nextOpen = "next_open"
        /// At the next quote, or at once at the last one.
        case quote
        /// At the close of the bar that it was decided on: optimistic.
        case close
    }

    /// In which order the extremes of a bar are thought to be visited.
    public enum BarPath: String, CaseIterable, Sendable {
        /// The nearer to the open first; a tie: the adverse one.
        case adaptive
        /// The one that triggers stops first.
        case pessimistic
        /// The one that trades limits first.
        case optimistic
    }

    public enum Hours: String, CaseIterable, Sendable {
        /// The sessions of the New York Stock Exchange.
        case xnys = "XNYS"
        /// Open without end; a day goes from midnight to midnight in UTC.
        case continuous
    }

    public var fill: FillTiming = .nextOpen
    public var path: BarPath = .adaptive
    public var hours: Hours = .xnys
    /// The largest share of a bar's volume, or of a quote's size, that orders of one symbol trade together; nothing:
    /// volume is not looked at, as where it is not known.
    public var participation: Double? = 1
    public var queue: any QueueModel = NoQueue()
    public var slippage: any SlippageModel = NoSlippage()
    public var commission: any CommissionModel = NoCommission()
    public var regulatoryFees: RegulatoryFees? = nil
    public var borrow = BorrowRules()
    public var margin = MarginRules()
    public var latency = LatencyRules()
    public var mischief: Mischief? = nil
    /// A quantity that is found from an amount of money is cut to a multiple of this.
    public var lot = Quantity(units: 1)
    /// Of what the exchange draws by chance: latency and mischief.
    public var seed: UInt64 = 1

    public init() {}
}

/// What borrowed shares cost, and which are not to be had.
public struct BorrowRules: Sendable {
    /// A year's interest as a share of the worth, by days over 360.
    public var annualRate: Double = 0
    /// Rates of single symbols, in place of that one.
    public var ratesBySymbol: [(symbol: SymbolIndex, annualRate: Double)] = []
    /// Selling these short is refused.
    public var hardToBorrow: [SymbolIndex] = []

    public init() {}
}

/// What an account may borrow.
public struct MarginRules: Equatable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// Nothing: what is bought is paid, what is sold is held.
        case cash
        /// As Regulation T and the brokers have it.
        case regulationT = "reg_t"
        /// Nobody asks: for measurements and for peers that do not ask either.
        case unlimited
    }

    public var kind: Kind = .cash
    /// Buying power over equity, overnight and within a session.
    public var overnight: Double = 2
    public var intraday: Double = 4
    /// The least share of the gross worth that equity has to be; below it positions are closed.
    public var maintenance: Double = 0.25

    public init() {}
}

/// The three parts of latency.
public struct LatencyRules: Sendable {
    /// From the market to the strategy: the host delays market data by `Exchange.feedDelay`.
    public var feed: any LatencyModel = NoLatency()
    /// From the sender to the exchange.
    public var order: any LatencyModel = NoLatency()
    /// From the exchange to the sender.
    public var response: any LatencyModel = NoLatency()

    public init() {}
}

/// How often the exchange misbehaves: probabilities, all of them zero at first.
public struct Mischief: Equatable, Sendable {
    /// A good order is rejected.
    public var reject: Double = 0
    /// The report of a fill comes late, by `lateness`.
    public var lateFill: Double = 0
    public var lateness: Int64 = Nanoseconds.minute
    /// The report of a fill comes twice.
    public var duplicateFill: Double = 0
    /// The report of a fill never comes; asking for the order's status shows it.
    public var missingFill: Double = 0
    /// An order trades after its cancellation was confirmed.
    public var fillAfterCancel: Double = 0
    /// The connection is lost when something is sent, for `disconnection`: nothing is heard until then.
    public var disconnect: Double = 0
    public var disconnection: Int64 = Nanoseconds.minute

    public init() {}
}
