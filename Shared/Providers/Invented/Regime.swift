/// The mood of all symbols of an invented market for a while, as a Markov chain of days.
enum Regime: Int, CaseIterable {
    case calm, rising, falling, panic

    /// What it does to every symbol's volatility.
    var volatility: Double {
        switch self {
        case .calm: 0.8
        case .rising: 1
        case .falling: 1.3
        case .panic: 2.5
        }
    }

    /// What it adds to the logarithm of every price in a day.
    var drift: Double {
        switch self {
        case .calm: 0.0004
        case .rising: 0.001
        case .falling: -0.001
        case .panic: -0.006
        }
    }

    /// How likely the next day is of each other regime; else it is of the same one.
    private var changes: [(to: Regime, chance: Double)] {
        switch self {
        case .calm: [(.rising, 0.015), (.falling, 0.005), (.panic, 0.002)]
        case .rising: [(.calm, 0.02), (.falling, 0.008), (.panic, 0.002)]
        case .falling: [(.calm, 0.02), (.rising, 0.015), (.panic, 0.015)]
        case .panic: [(.calm, 0.04), (.rising, 0.04), (.falling, 0.07)]
        }
    }

    /// The regime of the next day, by a number from 0 up to 1.
    func next(_ chance: Double) -> Regime {
        var left = chance
        for (regime, share) in changes {
            if left < share { return regime }
            left -= share
        }
        return self
    }
}
