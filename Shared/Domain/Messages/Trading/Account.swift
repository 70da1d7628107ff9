/// The state of an account.
public struct Account: BodyPart {
    public static let name = "Account"
    public static let kind = BodyKind.account

    public var account: String = ""
    public var cash: Money = .zero
    public var equity: Money = .zero
    public var highWater: Money = .zero
    public var buyingPower: Money = .zero
    public var gross: Money = .zero
    public var net: Money = .zero

    public init() {}

    public init(
        account: String = "", cash: Money = .zero, equity: Money = .zero, highWater: Money = .zero,
        buyingPower: Money = .zero, gross: Money = .zero, net: Money = .zero
    ) {
        self.account = account
        self.cash = cash
        self.equity = equity
        self.highWater = highWater
        self.buyingPower = buyingPower
        self.gross = gross
        self.net = net
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "account", &account)
        try visitor.field(2, "cash", &cash)
        try visitor.field(3, "equity", &equity)
        try visitor.field(4, "high_water", &highWater)
        try visitor.field(5, "buying_power", &buyingPower)
        try visitor.field(6, "gross", &gross)
        try visitor.field(7, "net", &net)
    }

    public var body: Body { .account(self) }
}
