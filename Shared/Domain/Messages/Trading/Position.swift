/// What an account holds of an instrument.
public struct Position: BodyPart {
    public static let name = "Position"
    public static let kind = BodyKind.position

    public var account: String = ""
    public var symbol: Symbol = Symbol()
    public var quantity: Quantity = .zero
    public var averagePrice: Price = .zero
    public var marketPrice: Price = .zero
    public var realised: Money = .zero
    public var unrealised: Money = .zero
    /// What moved it, and what the lots brought after fees that this closed.
    public var fill: Fill? = nil
    public var closed: Money? = nil

    public init() {}

    public init(
        account: String = "", symbol: Symbol = Symbol(), quantity: Quantity = .zero,
        averagePrice: Price = .zero, marketPrice: Price = .zero, realised: Money = .zero,
        unrealised: Money = .zero, fill: Fill? = nil, closed: Money? = nil
    ) {
        self.account = account
        self.symbol = symbol
        self.quantity = quantity
        self.averagePrice = averagePrice
        self.marketPrice = marketPrice
        self.realised = realised
        self.unrealised = unrealised
        self.fill = fill
        self.closed = closed
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "account", &account)
        try visitor.symbol(2, "symbol", &symbol)
        try visitor.field(3, "quantity", &quantity)
        try visitor.field(4, "average_price", &averagePrice)
        try visitor.field(5, "market_price", &marketPrice)
        try visitor.field(6, "realised", &realised)
        try visitor.field(7, "unrealised", &unrealised)
        try visitor.message(8, "fill", &fill)
        try visitor.field(9, "closed", &closed)
    }

    public var body: Body { .position(self) }
}
