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
