import Domain

/// What a server says about when to ask again.
public enum RetryAfter {
    /// The moment of a `Retry-After` header: seconds, or a date as `Wed, 21 Oct 2015 07:28:00 GMT`; else of an
    /// `X-RateLimit-Reset` in seconds since 1970. Nothing where there is none, or none that can be read.
    ///
    /// A server's dates are by its own clock, which its `Date` tells: one that is an hour ahead does not mean an hour more.
    public static func moment(of response: HTTPResponse, now: Timestamp) -> Timestamp? {
        let serverNow = response.header("date").flatMap(date) ?? now
        if let text = response.header("retry-after") {
            if let seconds = Int64(text), (0...secondsMax).contains(seconds) {
                return now + seconds * Nanoseconds.second
            }
            if let date = date(text) { return max(now, now + (date - serverNow)) }
        }
        if let text = response.header("x-ratelimit-reset"), let seconds = Int64(text) {
            let wait = seconds.subtractingReportingOverflow(serverNow.nanoseconds / Nanoseconds.second)
            guard !wait.overflow, (0...secondsMax).contains(wait.partialValue) else { return nil }
            return now + wait.partialValue * Nanoseconds.second
        }
        return nil
    }

    /// No server means more than a day.
    private static let secondsMax: Int64 = 86_400

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The one form of dates that HTTP writes since 1997.
    static func date(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), let year = Int(parts[3]),
            let month = months.firstIndex(where: { $0 == parts[2] }), (1970...2200).contains(year),
            let date = CivilDate(year: year, month: month + 1, day: day)
        else { return nil }
        let clock = parts[4].split(separator: ":").map { Int64($0) ?? -1 }
        guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]),
            (0...60).contains(clock[2])
        else { return nil }
        return date.midnightUTC + (clock[0] * 3600 + clock[1] * 60 + clock[2]) * Nanoseconds.second
    }
}
