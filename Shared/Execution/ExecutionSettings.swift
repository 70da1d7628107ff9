import Domain

/// How approved orders are worked: at which price, in how many parts, and how long before what.
public struct ExecutionSettings: Equatable, Sendable {
    public enum Style: String, CaseIterable, Sendable {
        /// At market, as it was approved.
        case market
        /// At a limit beside the market's price; at market only in an emergency.
        case limit
    }

    public var style: Style = .limit
    public var offset: LimitOffset = .fixed(.basisPoints(5))
    public var slicing: Slicing = .none
    public var bracket: BracketRule? = nil
    /// No entry begins so soon after the open of a session, nor so shortly before its close. Exits always may.
    public var entryWindow: Int64 = 5 * Nanoseconds.minute

    /// How long an order may work before it is looked at again: what has traded is then enough, or the price is not.
    /// It lasts one bar at least.
    public var patience: Int64 = Nanoseconds.minute
    /// The share that is enough once patience is at an end: the rest is cancelled.
    public var enough: Share = .percent(80)
    /// How often an order is placed anew at a new price. After that an entry is given up, and an exit goes at market.
    public var repricesMax = 3

    /// How often an order is placed anew that the venue rejected.
    public var retriesMax = 3
    /// How long the first retry waits; each further one waits twice as long, up to `backOffLongest`.
    public var backOff: Int64 = Nanoseconds.second
    public var backOffLongest: Int64 = Nanoseconds.minute
    /// After so many rejections in a row nothing is opened any more, and a halt is asked for.
    public var rejectionsMax = 5
    /// How long an answer may take before the venue is asked.
    public var answerPatience: Int64 = 5 * Nanoseconds.second
    /// How long an order that the venue does not know may still be on its way to it.
    public var wayLongest: Int64 = 2 * Nanoseconds.minute
    /// After so many questions without an answer a halt is asked for; the questions go on.
    public var asksMax = 8

    /// Quantities are multiples of it.
    public var lot = Quantity(units: 1)
    /// What the venue does of itself; the rest is done here.
    public var venue = VenueAbilities()

    public init() {}
}

/// What a venue does of itself.
public struct VenueAbilities: Equatable, Sendable {
    /// It keeps an entry and its two legs as one bracket.
    public var brackets = false
    /// It keeps the legs of a bracket as large as what the entry has traded, also when the rest of that is cancelled.
    public var sizesLegs = true
    /// It tells what has become of an order as soon as that can be known, however long it takes, and before that nothing:
    /// a broker's desk, which asks the broker itself. It is not asked, and no answer is believed but an end.
    public var tellsEnds = false

    public init(brackets: Bool = false) { self.brackets = brackets }

    /// The desk beside a broker.
    public static let broker: VenueAbilities = {
        var abilities = VenueAbilities(brackets: true)
        abilities.sizesLegs = false
        abilities.tellsEnds = true
        return abilities
    }()
}

/// Where an entry is to be left again, as shares of the price at which it was traded on average.
public struct BracketRule: Equatable, Sendable {
    /// How much worse the stop lies, and how much better the target; one of them may be missing.
    public var stop: Share?
    public var target: Share?

    public init(stop: Share? = nil, target: Share? = nil) {
        self.stop = stop
        self.target = target
    }

    func stopPrice(for side: Side, at price: Price) -> Price? {
        stop.map { max(side == .buy ? price - $0.of(price) : price + $0.of(price), Price(units: 1)) }
            .map { $0.onTick(.toNearestOrEven) }
    }

    func targetPrice(for side: Side, at price: Price) -> Price? {
        target.map { max(side == .buy ? price + $0.of(price) : price - $0.of(price), Price(units: 1)) }
            .map { $0.onTick(.toNearestOrEven) }
    }
}
