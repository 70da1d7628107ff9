/// What is kept of a sweep while its points pass by: the best ones, and one number for each.
public struct SweepSurvey: Sendable {
    public let plan: SweepPlan
    public let score: SweepScore
    /// The best points, best first; among equals the first of the plan comes first.
    public private(set) var best: [SweepPoint] = []
    public private(set) var refused = 0
    private let top: Int
    /// The score of each point, in order: NaN where it has none.
    private(set) var scores: [Double] = []

    public init(_ plan: SweepPlan, by score: SweepScore, top: Int) {
        self.plan = plan
        self.score = score
        self.top = top
        scores.reserveCapacity(plan.count)
    }

    /// How many points have passed.
    public var count: Int { scores.count }

    public mutating func take(_ point: SweepPoint) {
        precondition(point.number == scores.count, "points come in order")
        guard let figures = point.figures else {
            refused += 1
            return scores.append(.nan)
        }
        let own = score.of(figures) ?? .nan
        scores.append(own)
        let rank = own.isNaN ? -Double.infinity : own
        if best.count == top, let last = best.last, rank <= self.rank(last) { return }
        let place = best.firstIndex { self.rank($0) < rank } ?? best.endIndex
        best.insert(point, at: place)
        if best.count > top { best.removeLast() }
    }

    private func rank(_ point: SweepPoint) -> Double {
        let own = scores[point.number]
        return own.isNaN ? -.infinity : own
    }

    public func score(of point: Int) -> Double? { scores[point].isNaN ? nil : scores[point] }

    // MARK: How much of it is luck

    /// What the points around one came to: a peak that stands alone is chance, a plateau may be more.
    public struct Neighbourhood: Sendable, Equatable {
        public var count: Int
        public var mean: Double
        public var worst: Double
    }

    /// How many samples are neighbours: on a grid those are that differ by at most a step on each axis.
    static let samplesNear = 10

    /// The neighbours of a point, without itself; nothing where none has a score.
    public func neighbourhood(of point: Int) -> Neighbourhood? {
        let near = neighbours(of: point).map { scores[$0] }.filter { !$0.isNaN }
        guard let worst = near.min() else { return nil }
        return Neighbourhood(
            count: near.count, mean: near.reduce(0, +) / Double(near.count), worst: worst)
    }

    func neighbours(of point: Int) -> [Int] {
        guard case .grid = plan.sampling else { return nearest(to: point) }
        let here = plan.coordinates(point)
        var found = [0]
        for (axis, place) in zip(plan.axes, here) {
            let count = axis.count ?? 1
            let steps = (max(0, place - 1)...min(count - 1, place + 1))
            found = found.flatMap { base in steps.map { base * count + $0 } }
        }
        return found.filter { $0 != point && $0 < scores.count }
    }

    private func nearest(to point: Int) -> [Int] {
        let here = plan.position(point)
        var near: [(number: Int, distance: Double)] = []
        for number in scores.indices where number != point && !scores[number].isNaN {
            let distance = zip(here, plan.position(number)).reduce(0) {
                $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
            }
            guard near.count < SweepSurvey.samplesNear || distance < near[near.count - 1].distance else {
                continue
            }
            near.insert((number, distance), at: near.firstIndex { $0.distance > distance } ?? near.endIndex)
            if near.count > SweepSurvey.samplesNear { near.removeLast() }
        }
        return near.map(\.number)
    }

    /// All points together: from the worst over quarters to the best, and which share lies above 0.
    public struct Spread: Sendable, Equatable {
        public var worst: Double
        public var lowerQuarter: Double
        public var median: Double
        public var upperQuarter: Double
        public var best: Double
        public var shareAboveZero: Double
    }

    public var spread: Spread? {
        let sorted = scores.filter { !$0.isNaN }.sorted()
        guard let worst = sorted.first, let best = sorted.last else { return nil }
        func part(_ part: Double) -> Double {
            let place = part * Double(sorted.count - 1)
            let low = Int(place)
            let high = min(low + 1, sorted.count - 1)
            return sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
        }
        return Spread(
            worst: worst, lowerQuarter: part(0.25), median: part(0.5), upperQuarter: part(0.75), best: best,
            shareAboveZero: Double(sorted.count { $0 > 0 }) / Double(sorted.count))
    }
}
