import Allocation
import Configuration
import Parameters
import Portfolio

/// What an allocator makes of prices: the weights of all symbols, and what it thought of them.
struct AllocationOutcome {
    /// What is wanted of a symbol: below 0 to be sold short.
    struct Want {
        var strength = 1.0
        var confidence = 1.0
    }

    let symbols: [String]
    /// Of each symbol, below 0 where it is sold short.
    private(set) var weights: [Double]
    /// Of the symbols that are wanted, as positions: mirrored where they are sold short.
    let wanted: [Int]
    let answer: AllocationAnswer
    /// Days of returns that were looked at.
    private(set) var days = 0

    init(
        _ rule: AllocationRule, _ prices: AllocationPrices, wants: [String: Want], held: [String: Double],
        sectors: [String: String]
    ) throws {
        let symbols = prices.symbols
        let all = symbols.map { wants[$0] ?? (wants.isEmpty ? Want() : Want(strength: 0)) }
        let wanted = all.indices.filter { all[$0].strength != 0 && all[$0].confidence > 0 }
        self.symbols = symbols
        self.wanted = wanted
        let names = Set(sectors.values).sorted()
        let needs = rule.needs
        var question = AllocationQuestion(
            try wanted.map { place in
                let sector = sectors[symbols[place]].flatMap { names.firstIndex(of: $0) }
                return AllocationQuestion.Wish(
                    strength: all[place].strength.magnitude, confidence: all[place].confidence,
                    volatility: needs.volatility ? try prices.volatility(of: place) : nil,
                    held: held[symbols[place]] ?? 0, sector: sector)
            })
        if needs.history {
            var returns = prices.returns(days: needs.days, of: wanted)
            days = returns.rows
            guard days >= needs.daysLeast else {
                throw Failure(
                    "\(rule.name) wants \(needs.daysLeast) days of returns, and there are \(days): more prices, or a smaller "
                        + "`least`, would be right")
            }
            for (column, place) in wanted.enumerated() where all[place].strength < 0 {
                for row in 0..<days { returns[row, column] = -returns[row, column] }
            }
            question.returns = returns
        }
        do throws(AllocationFailure) {
            answer = wanted.isEmpty ? AllocationAnswer([]) : try rule.answer(question)
        } catch {
            throw Failure("\(rule.name) has no answer: \(error)")
        }
        weights = Array(repeating: 0, count: symbols.count)
        for (place, share) in zip(wanted, rule.spread(answer.shares)) {
            weights[place] = all[place].strength < 0 ? -share : share
        }
    }

    /// The volatility of the whole, a year, where the allocator had an opinion.
    var volatility: Double? {
        answer.covariance.map { $0.form(wanted.map { weights[$0].magnitude }).squareRoot() }
    }

    /// What the whole was expected to earn in a year, where the allocator had an opinion.
    var expected: Double? {
        answer.expected.map { expected in
            zip(wanted, expected).reduce(0) { $0 + weights[$1.0].magnitude * $1.1 }
        }
    }

    /// Which part of the whole's variance each wanted symbol brings.
    var parts: [Double]? {
        guard let covariance = answer.covariance, let volatility, volatility > 0 else { return nil }
        let own = wanted.map { weights[$0].magnitude }
        return zip(own, covariance.times(own)).map { $0 * $1 / (volatility * volatility) }
    }
}
