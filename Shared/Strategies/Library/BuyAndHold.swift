import Domain

/// Buys everything at the first opportunity and keeps it: the yard-stick of all others.
public struct BuyAndHold: Strategy {
    public static let name = "buy-and-hold"
    public static let summary = "buy each symbol when it is first seen, and keep it"
    public static let rule = [
        "Buys each symbol at its first bar, and never sells."
    ]
    public static let parameters: [Parameter] = []

    @usableFromInline let isBought: Slots<Bool>

    public init(_ arguments: Arguments, symbols: [Symbol]) {
        isBought = Slots(repeating: false, count: symbols.count)
    }

    public var warmUp: Int { 1 }

    @inlinable public mutating func onBar(
        _ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {
        guard !isBought[instrument] else { return }
        isBought[instrument] = true
        opinions.say(1, of: instrument, because: "it is bought once and kept")
    }
}
