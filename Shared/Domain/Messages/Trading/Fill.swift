/// A part of an order that was traded.
public struct Fill: BodyPart {
    public static let name = "Fill"
    public static let kind = BodyKind.fill

    /// The venue's name of the execution: the same fill twice is one fill.
    public var id: String = ""
    public var orderName: OrderName
    public var account: String = ""
    public var strategy: String = ""
    public var symbol: Symbol = Symbol()
    public var side: Side = .buy
    public var quantity: Quantity = .zero
    public var price: Price = .zero
    public var fee: Money = .zero
    public var at: Timestamp = .zero

    /// The id of the orders by which a venue closes what an account can no longer carry.
    public static let liquidation = "liquidation"

    public init() { orderName = OrderName() }

    public init(
        id: String = "", orderId: String, account: String = "", strategy: String = "",
        symbol: Symbol = Symbol(), side: Side = .buy, quantity: Quantity = .zero, price: Price = .zero,
        fee: Money = .zero, at: Timestamp = .zero
    ) {
        self.init(
            id: id, orderName: OrderName(orderId), account: account, strategy: strategy, symbol: symbol,
            side: side, quantity: quantity, price: price, fee: fee, at: at)
    }

    // Put together where it is asked for: what an initialiser returns is copied once more.
    @inlinable public init(
        id: String = "", orderName: OrderName = OrderName(), account: String = "", strategy: String = "",
        symbol: Symbol = Symbol(), side: Side = .buy, quantity: Quantity = .zero, price: Price = .zero,
        fee: Money = .zero, at: Timestamp = .zero
    ) {
        self.id = id
        self.orderName = orderName
        self.account = account
        self.strategy = strategy
        self.symbol = symbol
        self.side = side
        self.quantity = quantity
        self.price = price
        self.fee = fee
        self.at = at
    }

    /// The name of its order in words, made anew each time.
    public var orderId: String {
        get { orderName.text }
        set { orderName = OrderName(newValue) }
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "id", &id)
        try visitor.text(2, "order_id", &orderId)
        try visitor.text(3, "account", &account)
        try visitor.text(4, "strategy", &strategy)
        try visitor.symbol(5, "symbol", &symbol)
        try visitor.choice(6, "side", &side)
        try visitor.field(7, "quantity", &quantity)
        try visitor.field(8, "price", &price)
        try visitor.field(9, "fee", &fee)
        try visitor.field(10, "at", &at)
    }

    public var body: Body { .fill(self) }
}
