import Domain

/// How providers have been doing: who is out for good, who rests for a while, who is well again.
struct Health {
    private struct State {
        var failures = 0
        var until = Timestamp.distantPast
        var isOut = false
        var text = ""
    }

    private var states: [String: State] = [:]

    /// Half a minute after the first failure, twice as long after each further one, and ten minutes at most.
    private static let restFirst = 30 * Nanoseconds.second
    private static let doublingsMax = 4

    mutating func succeed(_ name: String) { states[name] = State(text: "answers") }

    mutating func fail(_ name: String, _ fault: ProviderFault, at now: Timestamp) {
        var state = states[name] ?? State()
        state.failures += 1
        state.text = fault.description
        switch fault.kind {
        case .refused: state.isOut = true
        case .limited(let until?): state.until = until
        case .limited(nil), .unreachable, .wrong:
            let doublings = min(state.failures - 1, Health.doublingsMax)
            state.until = now + Health.restFirst << Int64(doublings)
        case .unknown, .unsupported: break
        }
        states[name] = state
    }

    func isOut(_ name: String) -> Bool { states[name]?.isOut ?? false }

    func isWell(_ name: String, at now: Timestamp) -> Bool {
        guard let state = states[name] else { return true }
        return !state.isOut && state.until <= now
    }

    var told: [(name: String, text: String)] {
        states.sorted { $0.key < $1.key }.map { ($0.key, $0.value.text) }
    }
}
