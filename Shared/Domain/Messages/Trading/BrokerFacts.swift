/// The broker's clock.
public struct BrokerClock: Fielded {
    public static let name = "BrokerClock"

    public var at: Timestamp = .zero
    public var isOpen: Bool = false
    public var nextOpen: Timestamp = .zero
    public var nextClose: Timestamp = .zero

    public init() {}

    public init(
        at: Timestamp = .zero, isOpen: Bool = false, nextOpen: Timestamp = .zero, nextClose: Timestamp = .zero
    ) {
        self.at = at
        self.isOpen = isOpen
        self.nextOpen = nextOpen
        self.nextClose = nextClose
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.field(1, "at", &at)
        try visitor.flag(2, "open", &isOpen)
        try visitor.field(3, "next_open", &nextOpen)
        try visitor.field(4, "next_close", &nextClose)
    }
}

/// What may be done with a symbol at the broker.
public struct BrokerAsset: Fielded {
    public static let name = "BrokerAsset"

    public var symbol: Symbol = Symbol()
    public var isTradable: Bool = false
    public var isShortable: Bool = false
    public var isFractionable: Bool = false

    public init() {}

    public init(
        symbol: Symbol = Symbol(), isTradable: Bool = false, isShortable: Bool = false,
        isFractionable: Bool = false
    ) {
        self.symbol = symbol
        self.isTradable = isTradable
        self.isShortable = isShortable
        self.isFractionable = isFractionable
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.symbol(1, "symbol", &symbol)
        try visitor.flag(2, "tradable", &isTradable)
        try visitor.flag(3, "shortable", &isShortable)
        try visitor.flag(4, "fractionable", &isFractionable)
    }
}
