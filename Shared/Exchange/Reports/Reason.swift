/// Why something became of an order, in a byte; `text` says it to a person.
public enum Reason: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    case none
    /// It was asked for.
    case requested
    /// The time in force is over.
    case timeInForce
    /// An order that is to trade at once found too little to trade with.
    case notAtOnce
    /// The other order of the pair traded, or ended.
    case otherOfPair
    /// Another order that came with it was rejected.
    case group
    /// The order that this one hangs on ended without trading.
    case parent
    /// The money that the order may spend is spent.
    case notionalSpent
    case replaced
    /// A corporate action ended the instrument.
    case delisted
    case badQuantity, badPrice, badTime, unknownSymbol, unknownAccount, unknownOrder
    /// Too late for the auction that it is meant for.
    case afterCutOff
    /// The kind of order and its time in force do not go together.
    case badCombination
    case buyingPower, shortInCashAccount, hardToBorrow
    /// The exchange closes a position that the account can no longer carry.
    case liquidation
    /// A day's interest on what is borrowed.
    case borrow
    /// The exchange misbehaves, because it was told to.
    case mischief

    /// It ends an order for an amount of money because no money is left, and not because anybody cancelled it.
    public var isSpent: Bool { self == .notionalSpent || self == .buyingPower }

    public var text: String {
        switch self {
        case .none: ""
        case .requested: "asked for"
        case .timeInForce: "its time in force is over"
        case .notAtOnce: "too little could be traded at once"
        case .otherOfPair: "the other order of the pair traded or ended"
        case .group: "an order that hangs on it was rejected"
        case .parent: "the order that it hangs on ended"
        case .notionalSpent: "the money that it may spend is spent"
        case .replaced: "replaced"
        case .delisted: "the instrument is no longer traded"
        case .badQuantity: "the quantity is not above 0"
        case .badPrice: "a price that this kind of order needs is missing or not above 0"
        case .badTime: "it is valid until a moment that has passed"
        case .unknownSymbol: "the exchange does not trade that symbol"
        case .unknownAccount: "the exchange does not know that account"
        case .unknownOrder: "the exchange knows no such working order"
        case .afterCutOff:
            "too late for the auction: the cut-offs are two minutes before the open and ten before the close"
        case .badCombination: "this kind of order cannot have this time in force"
        case .buyingPower: "the account's buying power does not reach"
        case .shortInCashAccount: "a cash account cannot sell what it does not hold"
        case .hardToBorrow: "the shares cannot be borrowed"
        case .liquidation: "the account's equity is below its maintenance margin"
        case .borrow: "interest on borrowed shares"
        case .mischief: "the exchange misbehaves, as it was told to"
        }
    }
}
