import Domain

/// A time of every day in UTC, such as 22:30.
public struct DailyTime: Equatable, Sendable {
    private let minutes: Int64

    public init(_ text: String) throws(StoreError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isNumber) }),
            let hour = Int64(parts[0]), let minute = Int64(parts[1]), hour < 24, minute < 60
        else {
            throw StoreError(.refused, "\"\(text)\" is no time of a day; 22:30 would be right")
        }
        minutes = hour * 60 + minute
    }

    /// The last moment at which it was that time, at another moment or before it.
    public func latest(at now: Timestamp) -> Timestamp {
        let today = on(now.dateUTC)
        return today <= now ? today : on(now.dateUTC - 1)
    }

    /// The first moment after another at which it will be that time.
    public func next(after now: Timestamp) -> Timestamp { on(latest(at: now).dateUTC + 1) }

    private func on(_ date: CivilDate) -> Timestamp { date.midnightUTC + minutes * Nanoseconds.minute }
}
