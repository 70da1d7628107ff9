/// One trading day of an exchange: from `open` on, and up to but not including `close`.
public struct Session: Hashable, Sendable {
    public let date: CivilDate
    public let open: Timestamp
    public let close: Timestamp
    /// The exchange closed earlier than on other days.
    public let isHalfDay: Bool

    public var length: Int64 { close - open }
    /// How many minutes the session has: 390, or 210 on a half day.
    public var minutes: Int { Int(length / Nanoseconds.minute) }

    public func contains(_ moment: Timestamp) -> Bool { open <= moment && moment < close }

    /// Which minute of the session a moment belongs to, from 0; nothing outside the session.
    public func minute(of moment: Timestamp) -> Int? {
        contains(moment) ? Int((moment - open) / Nanoseconds.minute) : nil
    }

    /// The moment at which a minute of the session begins; minute 0 is the open.
    public func start(ofMinute minute: Int) -> Timestamp { open + Int64(minute) * Nanoseconds.minute }
}
