/// Bars of an instrument in a span of time, oldest first, in pages.
public struct History: Fielded {
    public static let name = "History"

    public var symbol: Symbol = Symbol()
    public var span: Int64 = 0
    public var from: Timestamp = .zero
    public var to: Timestamp = .zero
    public var limit: UInt64 = 0

    public init() {}

    public init(
        symbol: Symbol = Symbol(), span: Int64 = 0, from: Timestamp = .zero, to: Timestamp = .zero,
        limit: UInt64 = 0
    ) {
        self.symbol = symbol
        self.span = span
        self.from = from
        self.to = to
        self.limit = limit
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.symbol(1, "symbol", &symbol)
        try visitor.fixed(2, "span", &span, .span)
        try visitor.field(3, "from", &from)
        try visitor.field(4, "to", &to)
        try visitor.count(5, "limit", &limit)
    }
}
