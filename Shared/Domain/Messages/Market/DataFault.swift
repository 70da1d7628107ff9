/// What was wrong with a datum that the gatekeeper held back.
public enum FaultKind: Int32, Choice {
    case outOfSession, duplicate, outOfOrder, nonPositive, nonFinite, highBelowLow, openOutside
    case closeOutside, negativeVolume, jump, crossed, locked, stale, missing, providerError
    case conflict, spike, split, scale, frozen, zeroVolume, volumeSpike, misaligned, future, unreadable
    case disagreement
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

extension DataFault {
    private static let cameAt = "came_at_s"

    /// The mark of a bar that was not there in time, and stands in for the one that should have been.
    public init(standIn bar: Bar, from provider: String, at now: Timestamp) {
        self.init(
            symbol: bar.symbol, kind: .stale, at: bar.closesAt, provider: provider,
            explanation: "the bar stands in for one that did not come in time",
            figures: [Figure(name: DataFault.cameAt, value: Double(now.nanoseconds) / 1e9)])
    }

    /// The mark of a bar that came in time, and from another stream than the first one.
    public init(_ bar: Bar, ofStream provider: String) {
        self.init(
            symbol: bar.symbol, kind: .providerError, at: bar.closesAt, provider: provider,
            explanation: "the bar is of another stream than the first one")
    }

    /// When a bar that stands in came.
    public var standInCameAt: Timestamp? {
        guard kind == .stale, let figure = figures.first(where: { $0.name == DataFault.cameAt }),
            figure.value.isFinite, abs(figure.value) < 9e9
        else { return nil }
        return Timestamp(nanoseconds: Int64((figure.value * 1e9).rounded()))
    }
}
