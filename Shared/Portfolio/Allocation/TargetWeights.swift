/// Which share of the equity each instrument should have: above 0 long, below 0 short.
public enum TargetWeights {
    /// A signal in force, and the yearly volatility of its instrument where it is known.
    public struct Wish: Sendable, Equatable {
        public var instrument: Int
        public var strength: Double
        public var confidence: Double
        public var volatility: Double?

        public init(instrument: Int, strength: Double, confidence: Double = 1, volatility: Double? = nil) {
            self.instrument = instrument
            self.strength = strength
            self.confidence = confidence
            self.volatility = volatility
        }

        var conviction: Double { strength.magnitude * confidence }
    }

    /// The weights of the wishes that are heeded, in the order of instruments. Their magnitudes add up to 1 - the
    /// cash reserve, or less.
    public static func weights(_ wishes: [Wish], _ settings: AllocationSettings) -> [(
        instrument: Int, weight: Double
    )] {
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
        let raw = heeded.map { share(of: $0, among: heeded.count, settings) }
        let sum = raw.reduce(0, +)
        guard sum > 0 else { return [] }
        // A volatility target may leave money unused, and never asks for more than there is.
        let scale =
            (settings.rule == .volatilityTargeted ? min(1, 1 / sum) : 1 / sum) * (1 - settings.cashReserve)
        return zip(heeded, raw).map { wish, share in
            (wish.instrument, (wish.strength < 0 ? -share : share) * scale)
        }
    }

    private static func share(of wish: Wish, among count: Int, _ settings: AllocationSettings) -> Double {
        switch settings.rule {
        case .allIn, .equalWeight, .riskSized: 1
        case .signalWeighted: wish.conviction
        case .inverseVolatility: 1 / (wish.volatility ?? .infinity)
        case .volatilityTargeted:
            settings.volatilityTarget / (wish.volatility ?? .infinity) / Double(count)
        }
    }
}
