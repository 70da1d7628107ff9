import Domain

/// How and when a process ended.
public struct ProcessExit: Equatable, Sendable {
    public enum Reason: Equatable, Sendable {
        case code(Int)
        case signal(Int)
        /// It was adopted, and only its parent is told.
        case unknown
    }

    public var reason: Reason
    public var at: Timestamp
    /// How long it ran, in nanoseconds.
    public var ranFor: Int64
    /// The last line that it wrote.
    public var lastLine: String
    /// Somebody wanted it to end.
    public var isAsked: Bool

    public init(_ reason: Reason, at: Timestamp, ranFor: Int64, lastLine: String = "", isAsked: Bool = false)
    {
        self.reason = reason
        self.at = at
        self.ranFor = ranFor
        self.lastLine = lastLine
        self.isAsked = isAsked
    }

    /// Whether it did what it was there for. Of an adopted process that is not known.
    public var isSuccess: Bool { reason == .code(0) }

    /// `code 1`, `signal 9 (killed)`.
    public var text: String {
        switch reason {
        case .code(let code): return "code \(code)"
        case .signal(let number):
            let names = [
                2: "interrupted", 4: "illegal instruction", 6: "aborted", 7: "bus error", 8: "arithmetic",
                9: "killed",
                11: "bad memory access", 15: "terminated", 24: "processor time used up", 25: "file too large",
            ]
            return "signal \(number)" + (names[number].map { " (\($0))" } ?? "")
        case .unknown: return "unknown (it was adopted)"
        }
    }
}
