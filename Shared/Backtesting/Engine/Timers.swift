import Domain

/// The moments at which a strategy wants to be woken, earliest first, each once.
struct Timers {
    /// The earliest one in nanoseconds; the end of time where there is none.
    private(set) var next = Int64.max
    /// Latest first, so that the earliest is taken off the end.
    private var moments: [Int64] = []

    mutating func add(_ wakes: [Timestamp]) {
        for wake in wakes {
            let moment = wake.nanoseconds
            let place = moments.firstIndex { $0 <= moment } ?? moments.endIndex
            if place < moments.endIndex, moments[place] == moment { continue }
            moments.insert(moment, at: place)
        }
        next = moments.last ?? .max
    }

    mutating func take() {
        moments.removeLast()
        next = moments.last ?? .max
    }
}
