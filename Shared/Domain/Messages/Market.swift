/// What a market did in one interval. Known at its close, and not to be acted on before.
public struct Bar: BodyPart {
    public static let name = "Bar"
    public static let kind = BodyKind.bar

    public var symbol: Symbol = Symbol()
    /// The length of the interval in nanoseconds.
    public var span: Int64 = 0
    /// The stamp of a bar is its open.
    public var openedAt: Timestamp = .zero
    public var open: Price = .zero
    public var high: Price = .zero
    public var low: Price = .zero
    public var close: Price = .zero
    public var volume: Volume = .zero
    /// How many trades made the bar, where the provider says so.
    public var trades: UInt64 = 0

    public init() {}

    // Inlined into the codec: 5 ns of a message.
    @inlinable
    public init(
        symbol: Symbol = Symbol(), span: Int64 = 0, openedAt: Timestamp = .zero, open: Price = .zero,
        high: Price = .zero, low: Price = .zero, close: Price = .zero, volume: Volume = .zero,
        trades: UInt64 = 0
    ) {
        self.symbol = symbol
        self.span = span
        self.openedAt = openedAt
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
        self.trades = trades
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.symbol(1, "symbol", &symbol)
        try visitor.fixed(2, "span", &span, .span)
        try visitor.field(3, "opened_at", &openedAt)
        try visitor.field(4, "open", &open)
        try visitor.field(5, "high", &high)
        try visitor.field(6, "low", &low)
        try visitor.field(7, "close", &close)
        try visitor.field(8, "volume", &volume)
        try visitor.count(9, "trades", &trades)
    }

    public var body: Body { .bar(self) }
}

/// The best bid and offer at a moment.
public struct Quote: BodyPart {
    public static let name = "Quote"
    public static let kind = BodyKind.quote

    public var symbol: Symbol = Symbol()
    public var at: Timestamp = .zero
    public var bid: Price = .zero
    public var ask: Price = .zero
    public var bidSize: Volume = .zero
    public var askSize: Volume = .zero

    public init() {}

    // Inlined into the codec: 5 ns of a message.
    @inlinable
    public init(
        symbol: Symbol = Symbol(), at: Timestamp = .zero, bid: Price = .zero, ask: Price = .zero,
        bidSize: Volume = .zero, askSize: Volume = .zero
    ) {
        self.symbol = symbol
        self.at = at
        self.bid = bid
        self.ask = ask
        self.bidSize = bidSize
        self.askSize = askSize
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.symbol(1, "symbol", &symbol)
        try visitor.field(2, "at", &at)
        try visitor.field(3, "bid", &bid)
        try visitor.field(4, "ask", &ask)
        try visitor.field(5, "bid_size", &bidSize)
        try visitor.field(6, "ask_size", &askSize)
    }

    public var body: Body { .quote(self) }
}

/// One trade that a market reported.
public struct Trade: BodyPart {
    public static let name = "Trade"
    public static let kind = BodyKind.trade

    public var symbol: Symbol = Symbol()
    public var at: Timestamp = .zero
    public var price: Price = .zero
    public var size: Volume = .zero
    /// The provider's number of the trade, so that corrections and repeats are recognised.
    public var id: UInt64 = 0

    public init() {}

    // Inlined into the codec: 5 ns of a message.
    @inlinable
    public init(
        symbol: Symbol = Symbol(), at: Timestamp = .zero, price: Price = .zero, size: Volume = .zero,
        id: UInt64 = 0
    ) {
        self.symbol = symbol
        self.at = at
        self.price = price
        self.size = size
        self.id = id
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.symbol(1, "symbol", &symbol)
        try visitor.field(2, "at", &at)
        try visitor.field(3, "price", &price)
        try visitor.field(4, "size", &size)
        try visitor.count(5, "id", &id)
    }

    public var body: Body { .trade(self) }
}

/// What a company did to its shares.
public enum ActionKind: Int32, Choice {
    case split, dividend, symbolChange, merger, delisting
}

/// A split, dividend or change of an instrument, valid from its ex-date.
public struct CorporateAction: BodyPart {
    public static let name = "CorporateAction"
    public static let kind = BodyKind.corporateAction

    public var symbol: Symbol = Symbol()
    public var kind: ActionKind = .split
    public var exAt: Timestamp = .zero
    /// When it became known: never used before.
    public var knownAt: Timestamp = .zero
    /// Shares after, for `denominator` shares before.
    public var numerator: Int64 = 0
    public var denominator: Int64 = 0
    /// Cash for a share.
    public var amount: Price = .zero
    public var newSymbol: Symbol = Symbol()

    public init() {}

    public init(
        symbol: Symbol = Symbol(), kind: ActionKind = .split, exAt: Timestamp = .zero,
        knownAt: Timestamp = .zero, numerator: Int64 = 0, denominator: Int64 = 0, amount: Price = .zero,
        newSymbol: Symbol = Symbol()
    ) {
        self.symbol = symbol
        self.kind = kind
        self.exAt = exAt
        self.knownAt = knownAt
        self.numerator = numerator
        self.denominator = denominator
        self.amount = amount
        self.newSymbol = newSymbol
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.symbol(1, "symbol", &symbol)
        try visitor.choice(2, "kind", &kind)
        try visitor.field(3, "ex_at", &exAt)
        try visitor.field(4, "known_at", &knownAt)
        try visitor.fixed(5, "numerator", &numerator, .number)
        try visitor.fixed(6, "denominator", &denominator, .number)
        try visitor.field(7, "amount", &amount)
        try visitor.symbol(8, "new_symbol", &newSymbol)
    }

    public var body: Body { .corporateAction(self) }
}

/// What was wrong with a datum that the gatekeeper held back.
public enum FaultKind: Int32, Choice {
    case outOfSession, duplicate, outOfOrder, nonPositive, nonFinite, highBelowLow, openOutside
    case closeOutside, negativeVolume, jump, crossed, locked, stale, missing, providerError
}

/// A datum that goes no further, and why.
public struct DataFault: BodyPart {
    public static let name = "DataFault"
    public static let kind = BodyKind.dataFault

    public var symbol: Symbol = Symbol()
    public var kind: FaultKind = .outOfSession
    public var at: Timestamp = .zero
    public var provider: String = ""
    public var explanation: String = ""
    public var figures: [Figure] = []

    public init() {}

    public init(
        symbol: Symbol = Symbol(), kind: FaultKind = .outOfSession, at: Timestamp = .zero,
        provider: String = "", explanation: String = "", figures: [Figure] = []
    ) {
        self.symbol = symbol
        self.kind = kind
        self.at = at
        self.provider = provider
        self.explanation = explanation
        self.figures = figures
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.symbol(1, "symbol", &symbol)
        try visitor.choice(2, "kind", &kind)
        try visitor.field(3, "at", &at)
        try visitor.text(4, "provider", &provider)
        try visitor.text(5, "explanation", &explanation)
        try visitor.messages(6, "figures", &figures)
    }

    public var body: Body { .dataFault(self) }
}

/// The features of an instrument at a moment.
public struct FeatureRow: BodyPart {
    public static let name = "FeatureRow"
    public static let kind = BodyKind.featureRow

    public var symbol: Symbol = Symbol()
    public var at: Timestamp = .zero
    /// The hash of the definitions that the values were made by.
    public var version: UInt64 = 0
    public var values: [Double] = []

    public init() {}

    public init(
        symbol: Symbol = Symbol(), at: Timestamp = .zero, version: UInt64 = 0, values: [Double] = []
    ) {
        self.symbol = symbol
        self.at = at
        self.version = version
        self.values = values
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.symbol(1, "symbol", &symbol)
        try visitor.field(2, "at", &at)
        try visitor.count(3, "version", &version)
        try visitor.doubles(4, "values", &values)
    }

    public var body: Body { .featureRow(self) }
}

/// In a replay: every message of this instant has been sent.
public struct Step: BodyPart {
    public static let name = "Step"
    public static let kind = BodyKind.step

    public var time: Timestamp = .zero
    /// There are no more steps: the replay ends here.
    public var last: Bool = false
    /// The owner's topics that moved in this instant, so that a taker knows when it has all of it.
    public var heads: [TopicHead] = []

    public init() {}

    public init(
        time: Timestamp = .zero, last: Bool = false, heads: [TopicHead] = []
    ) {
        self.time = time
        self.last = last
        self.heads = heads
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.field(1, "time", &time)
        try visitor.flag(2, "last", &last)
        try visitor.messages(3, "heads", &heads)
    }

    public var body: Body { .step(self) }
}
