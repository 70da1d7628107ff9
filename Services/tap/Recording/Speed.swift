import Configuration

/// How fast a recording is played: so many times as fast as it was heard, or as fast as it goes.
enum Speed: Equatable {
    case times(Double)
    case unbounded

    /// Reads `10x`, `0.5x`, `10`, `0` and `max`.
    init(_ text: String) throws(Failure) {
        if text == "max" {
            self = .unbounded
            return
        }
        let figure = text.last == "x" ? String(text.dropLast()) : text
        let isDecimal = !figure.isEmpty && figure.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 }
        guard isDecimal, let times = Double(figure), times <= 1_000_000 else {
            throw Failure(
                "--speed \(visible(text)): 10x, 0.5x, or max (or 0) for as fast as it goes would be right",
                exitCode: 2)
        }
        self = times == 0 ? .unbounded : .times(times)
    }

    /// How long after the beginning of a playback something is due that was heard so long after the beginning of the
    /// recording.
    func due(after nanoseconds: Int64) -> Int64 {
        switch self {
        case .unbounded: 0
        case .times(let times): Int64(max(0, min(Double(nanoseconds) / times, 9e18)))
        }
    }
}
