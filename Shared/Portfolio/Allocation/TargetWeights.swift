import Allocation

/// Which share of the equity each instrument should have: above 0 long, below 0 short.
public enum TargetWeights {
    /// A signal in force, and the yearly volatility of its instrument where it is known.
    public struct Wish: Sendable, Equatable {
        public var instrument: Int
        public var strength: Double
        public var confidence: Double
        public var volatility: Double?
        /// The share of the equity that is in it now, above 0 on the side that is wished for.
        public var held: Double
        public var sector: Int?

        public init(
            instrument: Int, strength: Double, confidence: Double = 1, volatility: Double? = nil,
            held: Double = 0, sector: Int? = nil
        ) {
            self.instrument = instrument
            self.strength = strength
            self.confidence = confidence
            self.volatility = volatility
            self.held = held
            self.sector = sector
        }

        var conviction: Double { strength.magnitude * confidence }
        var side: Double { strength < 0 ? -1 : 1 }
    }

    public typealias Weights = [(instrument: Int, weight: Double)]

    /// The weights of the wishes that are heeded, in the order of instruments. Their magnitudes add up to 1 - the
    /// cash reserve, or less.
    public static func weights(
        _ wishes: [Wish], _ settings: AllocationSettings, _ book: ReturnBook? = nil
    ) throws(AllocationFailure) -> Weights {
        let heeded = heeded(wishes, settings)
        guard !heeded.isEmpty else { return [] }
        let answer = try answer(heeded, settings, book)
        let shares = settings.rule.spread(answer.shares, spending: 1 - settings.cashReserve)
        guard shares.contains(where: { $0 > 0 }) else { return [] }
        return zip(heeded, shares).map { wish, share in
            (wish.instrument, wish.strength < 0 ? -share : share)
        }
    }

    /// The wishes that can have a share, in the order of instruments.
    static func heeded(_ wishes: [Wish], _ settings: AllocationSettings) -> [Wish] {
        var heeded = wishes.filter { $0.conviction > 0 }
        if settings.rule.usesVolatility {
            // Without a volatility there is no weight: to guess one would be to bet on it.
            heeded = heeded.filter { ($0.volatility ?? 0) > 0 }
        }
        if heeded.count > settings.positionsMax {
            heeded.sort {
                $0.conviction != $1.conviction
                    ? $0.conviction > $1.conviction : $0.instrument < $1.instrument
            }
            heeded.removeLast(heeded.count - settings.positionsMax)
        }
        heeded.sort { $0.instrument < $1.instrument }
        return heeded
    }

    private static func answer(
        _ wishes: [Wish], _ settings: AllocationSettings, _ book: ReturnBook?
    ) throws(AllocationFailure) -> AllocationAnswer {
        let spent = 1 - settings.cashReserve
        var question = AllocationQuestion(
            wishes.map { wish in
                AllocationQuestion.Wish(
                    strength: wish.strength.magnitude, confidence: wish.confidence,
                    volatility: wish.volatility, held: spent > 0 ? max(0, wish.held) / spent : 0,
                    sector: wish.sector)
            })
        if settings.rule.needs.history, let book {
            question.returns = book.returns(
                of: wishes.map { ($0.instrument, $0.side) }, days: settings.rule.needs.days)
        }
        return try settings.rule.answer(question)
    }
}
