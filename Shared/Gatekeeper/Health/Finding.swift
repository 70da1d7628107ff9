import Domain

/// Something that is wrong with recorded data, or looks so.
public struct Finding: Sendable, Equatable {
    public var fault: DataFault
    /// The file and the line where it stands; a line of 0 where nothing stands there.
    public var file: String
    public var line: Int

    public init(_ fault: DataFault, file: String, line: Int) {
        self.fault = fault
        self.file = file
        self.line = line
    }
}

extension FaultKind {
    /// What it means, for a person.
    public var meaning: String {
        switch self {
        case .outOfSession: "lies outside the sessions of the exchange"
        case .duplicate: "is there twice"
        case .conflict: "has the time of another one with other figures"
        case .outOfOrder: "is older than the one before it"
        case .nonPositive: "has a price that is not above 0"
        case .nonFinite: "has NaN or infinity for a number"
        case .highBelowLow: "has a high below its low"
        case .openOutside: "opens outside its high and low"
        case .closeOutside: "closes outside its high and low"
        case .negativeVolume: "has a volume below 0"
        case .jump: "is far from the price before it, with no action to explain it"
        case .spike: "is far from the prices before and after it"
        case .split: "looks like a split that is not among the actions"
        case .scale: "is off by a power of ten"
        case .frozen: "repeats the one before it, again and again"
        case .zeroVolume: "has no volume, though its price moved or its like have"
        case .volumeSpike: "has a volume far above what is usual"
        case .misaligned: "does not open on a multiple of its length"
        case .future: "lies in the future"
        case .unreadable: "cannot be read"
        case .disagreement: "differs from another provider's"
        case .missing: "is not there"
        case .stale: "is old"
        case .crossed: "has a bid above the ask"
        case .locked: "has a bid equal to the ask"
        case .providerError: "was refused by the provider"
        }
    }
}
