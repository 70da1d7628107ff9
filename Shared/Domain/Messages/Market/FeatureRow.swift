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

    /// Bit by bit: a value that is not defined is no number, and equals itself all the same.
    public static func == (left: Self, right: Self) -> Bool {
        left.symbol == right.symbol && left.at == right.at && left.version == right.version
            && left.values.elementsEqual(right.values) { $0.bitPattern == $1.bitPattern }
    }
}
