import Domain

/// What a strategy said while it looked at one thing, in order.
public struct Opinions: Sendable {
    /// A signal, and the instrument it is about.
    public struct Item: Sendable {
        public var instrument: Int
        public var signal: Signal
    }

    public private(set) var items: [Item] = []
    public private(set) var wakes: [Timestamp] = []

    private let strategy: String
    private let symbols: [Symbol]

    public init(of strategy: String, symbols: [Symbol]) {
        self.strategy = strategy
        self.symbols = symbols
    }

    @inlinable public var isEmpty: Bool { items.isEmpty && wakes.isEmpty }

    /// Says what is thought of an instrument: from -1, as short as can be, over 0, nothing, to +1.
    ///
    /// The reason is a literal, and what varies stands in the figures, so that nothing is formatted on the way.
    public mutating func say(
        _ strength: Double, of instrument: Int, because reason: StaticString, _ figures: [Figure] = [],
        confidence: Double = 1, stop: Price? = nil, target: Price? = nil, horizon: Int64 = 0
    ) {
        // A calculation that failed keeps the signal before it.
        guard strength.isFinite else { return }
        items.append(
            Item(
                instrument: instrument,
                signal: Signal(
                    strategy: strategy, symbol: symbols[instrument], strength: min(max(strength, -1), 1),
                    confidence: confidence, stop: stop, target: target, horizon: horizon,
                    reason: String(describing: reason), figures: figures)))
    }

    /// Asks for `onTimer` at that moment.
    public mutating func wake(at moment: Timestamp) { wakes.append(moment) }

    public mutating func forgetWakes() { wakes.removeAll(keepingCapacity: true) }

    public mutating func removeAll() {
        items.removeAll(keepingCapacity: true)
        wakes.removeAll(keepingCapacity: true)
    }
}
