import Parameters

/// What weights an allocator may give.
struct LimitChoice: Sendable {
    let weightMin: Double
    let weightMax: Double
    let sectorMax: Double
    let turnoverMax: Double

    static let parameters: [Parameter] = [
        .number("weight_min", 0...1, default: 0, "The least share of each."),
        .number("weight_max", 0...1, default: 1, "The largest share of one."),
        .number(
            "sector_max", 0...1, default: 1,
            "The largest share of one sector; --sector says which is in which."),
        .number(
            "turnover_max", 0...2, default: 2,
            "The most that is bought and sold at once, beside what free money buys; 2 limits nothing."),
    ]

    init(_ arguments: Arguments) throws(ParameterError) {
        weightMin = arguments.number("weight_min")
        weightMax = arguments.number("weight_max")
        sectorMax = arguments.number("sector_max")
        turnoverMax = arguments.number("turnover_max")
        guard weightMin <= weightMax else {
            throw ParameterError(
                "weight_min must be no more than weight_max, but weight_min is \(weightMin) and weight_max is "
                    + "\(weightMax)")
        }
        guard weightMax > 0, sectorMax > 0 else {
            throw ParameterError("weight_max and sector_max must be above 0: nothing could be held otherwise")
        }
    }

    /// Limits for the wishes of a question. All the money is spent, or as much as the largest shares allow: few signals
    /// under a small `weight_max` leave the rest in cash.
    func limits(_ question: AllocationQuestion, spendsAll: Bool = true) -> WeightLimits {
        var limits = WeightLimits(count: question.count)
        limits.each = Array(repeating: weightMin...weightMax, count: question.count)
        let groups = sectorMax < 1 ? sectors(question) : []
        var most = weightMax * Double(question.count)
        for members in groups {
            limits.groups.append(WeightLimits.Group(members: members, range: 0...sectorMax))
            most -= max(0, weightMax * Double(members.count) - sectorMax)
        }
        let sum = min(1, most)
        limits.sum = spendsAll ? sum...sum : 0...sum
        let held = question.wishes.map(\.held)
        let already = held.reduce(0, +)
        if turnoverMax < 2, already > 0 {
            limits.turnover = (
                held, turnoverMax + (spendsAll ? (sum - already).magnitude : max(0, already - sum))
            )
        }
        return limits
    }

    private func sectors(_ question: AllocationQuestion) -> [[Int]] {
        var members: [Int: [Int]] = [:]
        for (place, wish) in question.wishes.enumerated() {
            if let sector = wish.sector { members[sector, default: []].append(place) }
        }
        return members.keys.sorted().compactMap { members[$0] }
    }

    /// The limits in words, for whoever finds that they cannot all be kept.
    var words: String {
        var words: [String] = []
        if weightMin > 0 { words.append("weight_min \(weightMin)") }
        if weightMax < 1 { words.append("weight_max \(weightMax)") }
        if sectorMax < 1 { words.append("sector_max \(sectorMax)") }
        if turnoverMax < 2 { words.append("turnover_max \(turnoverMax)") }
        return words.joined(separator: ", ")
    }

    /// Does some work of the solver, and says in a sentence why there is no outcome.
    func solved<Outcome>(
        _ question: AllocationQuestion, more: String = "", _ work: () throws(SolverFailure) -> Outcome
    ) throws(AllocationFailure) -> Outcome {
        do {
            return try work()
        } catch {
            let all = [words, more].filter { !$0.isEmpty }.joined(separator: ", ")
            throw AllocationFailure(error, question, all)
        }
    }
}
