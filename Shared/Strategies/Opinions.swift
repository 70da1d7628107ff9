import Domain

/// What strategies said while they looked at one thing, in order.
public struct Opinions: Sendable {
    /// A signal, the instrument it is about, and the number of the strategy that gave it.
    public struct Item: Sendable {
        public var instrument: Int
        public var speaker: Int
        public var signal: Signal
    }

    /// A moment at which a strategy wants to be woken.
    public struct Wake: Sendable, Hashable {
        public var at: Timestamp
        public var speaker: Int
    }

    public private(set) var items: [Item] = []
    public private(set) var wakes: [Wake] = []
    /// Nothing was said, and nobody wants to be woken; asked after each bar, so it is not counted anew each time.
    public private(set) var isEmpty = true
    /// The number of the strategy that is asked; where there is only one, 0.
    public var speaker = 0

    private let strategies: [String]
    private let symbols: [Symbol]
    /// Somebody is shown the figures of signals. In a backtest nobody is, and none are made.
    private let keepsFigures: Bool
    /// The reasons that were given, by the address of the literal: a text is made of each once.
    private var reasons: [(literal: UInt, text: String)] = []

    public init(of strategy: String, symbols: [Symbol]) {
        self.init(of: [strategy], symbols: symbols)
    }

    public init(of strategies: [String], symbols: [Symbol], keepsFigures: Bool = true) {
        self.strategies = strategies
        self.symbols = symbols
        self.keepsFigures = keepsFigures
    }

    /// Says what is thought of an instrument: from -1, as short as can be, over 0, nothing, to +1.
    ///
    /// The reason is a literal, and what varies stands in the figures, so that nothing is formatted on the way.
    public mutating func say(
        _ strength: Double, of instrument: Int, because reason: StaticString,
        _ figures: @autoclosure () -> [Figure] = [], confidence: Double = 1, stop: Price? = nil,
        target: Price? = nil, horizon: Int64 = 0
    ) {
        // A calculation that failed keeps the signal before it.
        guard strength.isFinite else { return }
        say(
            strength, of: instrument, inWords: text(of: reason), figures(), confidence: confidence,
            stop: stop,
            target: target, horizon: horizon)
    }

    /// The same with a reason that was put together once, such as the text of a rule.
    public mutating func say(
        _ strength: Double, of instrument: Int, inWords reason: String,
        _ figures: @autoclosure () -> [Figure] = [], confidence: Double = 1, stop: Price? = nil,
        target: Price? = nil, horizon: Int64 = 0
    ) {
        guard strength.isFinite else { return }
        isEmpty = false
        // Field by field: a signal that is put together elsewhere is copied on its way here.
        var item = Item(instrument: instrument, speaker: speaker, signal: Signal())
        item.signal.strategy = strategies[speaker]
        item.signal.symbol = symbols[instrument]
        item.signal.strength = min(max(strength, -1), 1)
        item.signal.confidence = confidence
        item.signal.stop = stop
        item.signal.target = target
        item.signal.horizon = horizon
        item.signal.reason = reason
        if keepsFigures { item.signal.figures = figures() }
        items.append(item)
    }

    private mutating func text(of reason: StaticString) -> String {
        guard reason.hasPointerRepresentation else { return reason.description }
        let literal = UInt(bitPattern: reason.utf8Start)
        for known in reasons where known.literal == literal { return known.text }
        reasons.append((literal, reason.description))
        return reason.description
    }

    /// Asks for `onTimer` at that moment.
    public mutating func wake(at moment: Timestamp) {
        isEmpty = false
        wakes.append(Wake(at: moment, speaker: speaker))
    }

    /// Hands over what was said, one after the other, where it lies: what is left in its place is forgotten.
    public mutating func takeItems(_ take: (inout Item) -> Void) {
        for place in items.indices { take(&items[place]) }
        while !items.isEmpty { items.removeLast() }
    }

    /// The moments have been noted elsewhere.
    mutating func forgetWakes() { wakes.removeAll(keepingCapacity: true) }

    public mutating func removeAll() {
        isEmpty = true
        // One by one: most often it is a single one, and to empty a whole array takes three times as long.
        while !items.isEmpty { items.removeLast() }
        while !wakes.isEmpty { wakes.removeLast() }
    }
}
