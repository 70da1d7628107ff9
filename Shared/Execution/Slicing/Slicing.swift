import Domain

/// How an order is divided over time.
public enum Slicing: Equatable, Sendable {
    /// Not at all.
    case none
    /// In equal parts at equal distances (TWAP).
    case timeWeighted(over: Int64, slices: Int)
    /// At equal distances, in parts as large as what the market usually trades in each (VWAP).
    case volumeWeighted(over: Int64, slices: Int)
    /// After each bar, so much as is this share of what the market has traded since the beginning.
    case participation(Share)

    /// Over how long and in how many parts.
    var course: (over: Int64, slices: Int)? {
        switch self {
        case .none, .participation: nil
        case .timeWeighted(let over, let slices), .volumeWeighted(let over, let slices): (over, slices)
        }
    }
}

/// When the slices of an order are due. It is made when the order may begin, and never looks beyond that.
struct SliceCourse: Equatable, Sendable {
    var beginsAt: Timestamp = .distantFuture
    /// What is not sent by then is sent then.
    var endsAt: Timestamp = .distantFuture
    /// The share of the whole that each slice brings the order to, the last to all of it.
    var steps: [Share] = []
    /// All that the market had traded when it began.
    var volumeBefore: Volume = .zero

    var hasBegun: Bool { beginsAt != .distantFuture }

    mutating func begin(_ slicing: Slicing, at now: Timestamp, sessionEnd: Timestamp?, in view: MarketView) {
        beginsAt = now
        endsAt = now
        volumeBefore = view.volume
        guard let course = slicing.course else { return }
        endsAt = now + course.over
        // An order that is to be done today is done before the close.
        if let sessionEnd, sessionEnd > now { endsAt = min(endsAt, sessionEnd) }
        steps = (1...course.slices).map { Share(Int64($0), of: Int64(course.slices)) }
        if case .volumeWeighted = slicing {
            let ends = (1...course.slices).map { now + (endsAt - now) * Int64($0) / Int64(course.slices) }
            steps = view.profile.shares(from: now, through: ends) ?? steps
        }
        steps[steps.count - 1] = .all
    }

    /// Which slice it is time for, from 0.
    func slice(at now: Timestamp) -> Int {
        guard steps.count > 1, endsAt > beginsAt else { return max(steps.count - 1, 0) }
        let passed = Int128(max(now - beginsAt, 0)) * Int128(steps.count) / Int128(endsAt - beginsAt)
        return min(Int(passed), steps.count - 1)
    }

    /// When the slice after one is due; nothing after the last.
    func begin(ofSliceAfter slice: Int) -> Timestamp? {
        guard slice + 1 < steps.count else { return nil }
        let whole = Int128(endsAt - beginsAt) * Int128(slice + 1)
        return beginsAt + Int64(whole.divided(by: Int128(steps.count), rounding: .up))
    }
}
