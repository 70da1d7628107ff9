/// What an allocator is asked: how to spread money over some positions that are wanted.
///
/// A short position is a long one in the mirror: its returns have the other sign, and its share is above zero like any
/// other. So no allocator has to think of sides.
public struct AllocationQuestion: Sendable {
    public struct Wish: Sendable, Equatable {
        /// How strongly the position is wanted, above 0 to 1.
        public var strength: Double
        public var confidence: Double
        /// A year's, where it is known and asked for.
        public var volatility: Double?
        /// The share of the money that is in it now.
        public var held: Double
        /// Which sector, where it is known.
        public var sector: Int?

        public init(
            strength: Double = 1, confidence: Double = 1, volatility: Double? = nil, held: Double = 0,
            sector: Int? = nil
        ) {
            self.strength = strength
            self.confidence = confidence
            self.volatility = volatility
            self.held = held
            self.sector = sector
        }

        var conviction: Double { strength * confidence }
    }

    public var wishes: [Wish]
    /// A row for each day, the oldest first, and a column for each wish: what the position would have earned. Empty where
    /// the allocator asks for no history.
    public var returns: Matrix

    public init(_ wishes: [Wish], returns: Matrix? = nil) {
        self.wishes = wishes
        self.returns = returns ?? Matrix(rows: 0, columns: wishes.count)
    }

    public var count: Int { wishes.count }
}

/// What an allocator answers.
public struct AllocationAnswer: Sendable, Equatable {
    /// The share of each wish, from 0. Where an allocator spends all, only their proportions count.
    public var shares: [Double]
    /// What it expected of a year, where it had an opinion.
    public var expected: [Double]?
    /// How it took the positions to move together, a year, where it had an opinion.
    public var covariance: Matrix?

    public init(_ shares: [Double], expected: [Double]? = nil, covariance: Matrix? = nil) {
        self.shares = shares
        self.expected = expected
        self.covariance = covariance
    }
}

/// What has to be known of the positions before an allocator can answer.
public struct AllocationNeeds: Sendable, Equatable {
    public var volatility = false
    /// Days of returns that it looks at, and those that there must be; none where it needs no history.
    public var days = 0
    public var daysLeast = 0

    public init(volatility: Bool = false, days: Int = 0, daysLeast: Int = 0) {
        self.volatility = volatility
        self.days = days
        self.daysLeast = daysLeast
    }

    public var history: Bool { days > 0 }
}
