import Domain

/// The moments at which somebody wants to be woken, earliest first, and each once for whoever asked.
struct Timers {
    /// Who asked. Of those who are woken at the same moment the house comes first, in this order, and strategies
    /// last: they are told of a moment after everything else that happened in it.
    enum Owner: Equatable {
        case risk, execution
        case strategy(Int)

        fileprivate var rank: Int {
            switch self {
            case .risk: 0
            case .execution: 1
            case .strategy(let number): 2 + number
            }
        }
    }

    struct Wake: Equatable {
        /// In nanoseconds.
        var at: Int64
        var owner: Owner

        fileprivate func comes(after other: Wake) -> Bool {
            at != other.at ? at > other.at : owner.rank > other.owner.rank
        }
    }

    /// The earliest moment in nanoseconds; the end of time where there is none.
    private(set) var next = Int64.max
    /// Latest first, so that the earliest is taken off the end.
    private var wakes: [Wake] = []

    mutating func add(_ moment: Timestamp, for owner: Owner) {
        let wake = Wake(at: moment.nanoseconds, owner: owner)
        let place = wakes.firstIndex { !$0.comes(after: wake) } ?? wakes.endIndex
        if place < wakes.endIndex, wakes[place] == wake { return }
        wakes.insert(wake, at: place)
        next = wakes[wakes.endIndex - 1].at
    }

    mutating func take() -> Wake {
        let wake = wakes.removeLast()
        next = wakes.last?.at ?? .max
        return wake
    }
}
