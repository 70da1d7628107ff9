import Domain

/// What the exchange keeps of one symbol: its orders in the order of their arrival, and the last it saw of the market.
@usableFromInline
struct Book: BitwiseCopyable {
    /// A bar whose low is above the first and whose high is below the second concerns no order: the two comparisons
    /// that a bar costs while nothing can happen.
    @usableFromInline var wakesBelow: Int64 = .min
    @usableFromInline var wakesAbove: Int64 = .max
    @usableFromInline var lastPrice: Price = .zero
    @usableFromInline var lastAt: Timestamp = .distantPast
    @usableFromInline var lastVolume: Volume = .zero

    var first: Int32 = -1
    var last: Int32 = -1
    /// Orders that have not ended; others wait for the sweep.
    var working: Int32 = 0
    var needsSweep = false
    /// Something needs every bar: a model that measures ranges, or an account on margin that holds the symbol.
    var wakesAlways = false
    var isTraded = true

    /// What has been traded of the volume of the bar that ended at `takenAt`.
    var taken: Quantity = .zero
    var takenAt: Timestamp = .distantPast

    var quote = LastQuote()
    var hasTrades = false
    var range: Price = .zero
    var rangeCount: Int32 = 0

    @usableFromInline init() {}
}

/// The best bid and offer, and what of their sizes has been taken already.
struct LastQuote: BitwiseCopyable {
    var at: Timestamp = .distantPast
    var bid: Price = .zero
    var ask: Price = .zero
    var bidSize: Volume = .zero
    var askSize: Volume = .zero
    var bidTaken: Quantity = .zero
    var askTaken: Quantity = .zero
    /// What the market itself has traded at them since.
    var bidTraded: Volume = .zero
    var askTraded: Volume = .zero
    var isKnown: Bool { at != .distantPast }
}
