/// What weights may be: each of them, those of a sector together, all together, and how far from those that are held.
public struct WeightLimits: Sendable, Equatable {
    public struct Group: Sendable, Equatable {
        public var members: [Int]
        public var range: ClosedRange<Double>

        public init(members: [Int], range: ClosedRange<Double>) {
            self.members = members
            self.range = range
        }
    }

    public var each: [ClosedRange<Double>]
    public var sum: ClosedRange<Double>
    public var groups: [Group]
    /// What is held now, and how much of it may be bought and sold in all.
    public var turnover: (held: [Double], most: Double)? {
        didSet { precondition(turnover.map { $0.held.count == each.count } ?? true) }
    }

    /// Weights from 0 to 1 that add up to 1.
    public init(count: Int) {
        each = Array(repeating: 0...1, count: count)
        sum = 1...1
        groups = []
    }

    public var count: Int { each.count }

    public static func == (one: WeightLimits, other: WeightLimits) -> Bool {
        one.each == other.each && one.sum == other.sum && one.groups == other.groups
            && one.turnover?.held == other.turnover?.held && one.turnover?.most == other.turnover?.most
    }
}

/// Weights as the variables of a program. Where turnover is limited there are two for each weight: what is bought, and what
/// is sold of what is held.
struct WeightVariables {
    let limits: WeightLimits
    private let held: [Double]
    private var isSplit: Bool { limits.turnover != nil }

    init(_ limits: WeightLimits) {
        self.limits = limits
        held = limits.turnover?.held ?? Array(repeating: 0, count: limits.count)
    }

    var count: Int { isSplit ? 2 * limits.count : limits.count }

    var bounds: [ClosedRange<Double>] {
        guard isSplit else { return limits.each }
        let bought = zip(limits.each, held).map { range, held in
            max(0, range.lowerBound - held)...max(0, range.upperBound - held)
        }
        let sold = zip(limits.each, held).map { range, held in
            max(0, held - range.upperBound)...max(0, held - range.lowerBound)
        }
        return bought + sold
    }

    /// The rows of all limits that are not those of one weight, and further ones of the caller's.
    func rows(and more: [(factors: [Double], range: ClosedRange<Double>)] = []) -> (
        rows: Matrix, bounds: [ClosedRange<Double>]
    ) {
        var lines = [(factors: Array(repeating: 1.0, count: limits.count), range: limits.sum)]
        for group in limits.groups {
            var factors = Array(repeating: 0.0, count: limits.count)
            for member in group.members { factors[member] = 1 }
            lines.append((factors, group.range))
        }
        lines += more
        var numbers = lines.flatMap { spread($0.factors) }
        var ranges = lines.map { line in
            let already = dot(line.factors, held)
            return (line.range.lowerBound - already)...(line.range.upperBound - already)
        }
        if let turnover = limits.turnover {
            numbers += Array(repeating: 1, count: count)
            ranges.append((-Double.infinity)...turnover.most)
        }
        return (Matrix(rows: ranges.count, columns: count, numbers), ranges)
    }

    /// Factors of weights as factors of the variables.
    func spread(_ factors: [Double]) -> [Double] { isSplit ? factors + factors.map { -$0 } : factors }

    /// What a weight would be with nothing bought or sold.
    func heldProduct(_ factors: [Double]) -> Double { isSplit ? dot(factors, held) : 0 }

    func quadratic(_ covariance: Matrix) -> Matrix {
        guard isSplit else { return covariance }
        let count = limits.count
        var whole = Matrix(rows: 2 * count, columns: 2 * count)
        for row in 0..<count {
            for column in 0..<count {
                let number = covariance[row, column]
                whole[row, column] = number
                whole[row + count, column + count] = number
                whole[row, column + count] = -number
                whole[row + count, column] = -number
            }
        }
        // To buy and sell the same changes nothing, and the form would not tell the two apart.
        let trace = covariance.diagonal.reduce(0, +) / Double(count)
        for place in 0..<(2 * count) { whole[place, place] += 1e-10 * trace }
        return whole
    }

    /// The linear part: Σ · held pulls too.
    func linear(_ expected: [Double], _ covariance: Matrix) -> [Double] {
        guard isSplit else { return expected }
        return spread(zip(expected, covariance.times(held)).map { $0 - $1 })
    }

    func weights(_ x: [Double]) -> [Double] {
        guard isSplit else { return x }
        let count = limits.count
        // A weight within rounding of nothing is nothing.
        return (0..<count).map { place in
            let weight = held[place] + x[place] - x[place + count]
            return weight.magnitude < 1e-15 ? 0 : weight
        }
    }
}
