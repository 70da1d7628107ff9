import Domain

/// The moments at which somebody wants to be woken, earliest first, and each once for whoever asked.
struct Timers {
    /// Who asked. Of those who are woken at the same moment the house comes first, in this order, and the strategy
    /// last: it is told of a moment after everything else that happened in it.
    enum Owner: UInt8 { case risk, execution, strategy }

    struct Wake: Equatable {
        /// In nanoseconds.
        var at: Int64
        var owner: Owner

        fileprivate func comes(after other: Wake) -> Bool {
            at != other.at ? at > other.at : owner.rawValue > other.owner.rawValue
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
