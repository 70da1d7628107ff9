import Domain

/// Protects what an entry has traded: a stop and a target, of which never both work.
///
/// Where the venue keeps brackets, its own legs do it. Elsewhere one order works at a time: the stop rests, and once the
/// price is at the target the stop is cancelled and, when that is confirmed, the target is placed. Two orders that work
/// side by side could both be traded before one of them was cancelled.
struct Guard: Equatable, Sendable {
    var plan: Int
    var instrument: Int
    /// The side of the legs.
    var side: Side
    /// What the entry has traded, less what has been sold of it again.
    var held: Quantity = .zero
    /// Sum of price × quantity of the entry's fills in units of both, and their quantity.
    var worth: Int128 = 0
    var bought: Quantity = .zero
    /// Orders that work for it: the legs of brackets, or the one that is placed here.
    var legs: [Int] = []
    /// Legs that are over, and of which the venue says that they have traded more than it has reported.
    var owing: [Int] = []
    /// Its legs belong to brackets that the venue keeps.
    var isKept = false
    var wantsTarget = false
    /// An exit is under way, and its legs are in the way.
    var standsDown = false
    var generation: UInt32 = 0
    var retries = 0
    var notBefore: Timestamp = .distantPast

    init(plan: Int, instrument: Int, side: Side) {
        self.plan = plan
        self.instrument = instrument
        self.side = side
    }

    var averagePrice: Price {
        guard bought.isPositive else { return .zero }
        return Price(units: Int64(worth.divided(by: Int128(bought.units), rounding: .toNearestOrEven)))
    }
}
