/// What a strategy thinks of an instrument.
public struct Signal: BodyPart {
    public static let name = "Signal"
    public static let kind = BodyKind.signal

    public var strategy: String = ""
    public var symbol: Symbol = Symbol()
    /// From -1 (as short as can be) to +1.
    public var strength: Double = 0
    /// From 0 to 1.
    public var confidence: Double = 0
    public var quantity: Quantity? = nil
    public var stop: Price? = nil
    public var target: Price? = nil
    /// How long it is meant to hold, in nanoseconds.
    public var horizon: Int64 = 0
    public var reason: String = ""
    public var figures: [Figure] = []

    public init() {}

    // Put together where it is asked for: what an initialiser returns is copied once more.
    @inlinable public init(
        strategy: String = "", symbol: Symbol = Symbol(), strength: Double = 0, confidence: Double = 0,
        quantity: Quantity? = nil, stop: Price? = nil, target: Price? = nil, horizon: Int64 = 0,
        reason: String = "", figures: [Figure] = []
    ) {
        self.strategy = strategy
        self.symbol = symbol
        self.strength = strength
        self.confidence = confidence
        self.quantity = quantity
        self.stop = stop
        self.target = target
        self.horizon = horizon
        self.reason = reason
        self.figures = figures
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "strategy", &strategy)
        try visitor.symbol(2, "symbol", &symbol)
        try visitor.double(3, "strength", &strength)
        try visitor.double(4, "confidence", &confidence)
        try visitor.field(5, "quantity", &quantity)
        try visitor.field(6, "stop", &stop)
        try visitor.field(7, "target", &target)
        try visitor.fixed(8, "horizon", &horizon, .span)
        try visitor.text(9, "reason", &reason)
        try visitor.messages(10, "figures", &figures)
    }

    public var body: Body { .signal(self) }
}
