import Domain

/// When a job is due: at the open or the close of a session, some time before or after it, or at an hour of New York.
///
///     open   close+30m   open-1h   18:00   18:00:30   daily@03:00
///
/// An hour is that of the days of sessions, and with `daily@` of every day.
public struct JobTime: Equatable, Sendable, CustomStringConvertible {
    enum Anchor: Equatable, Sendable {
        case open(Int64)
        case close(Int64)
        case hour(Int64, everyDay: Bool)
    }

    /// A moment at which a job is due, and the day that it belongs to.
    public struct Due: Equatable, Sendable {
        public var at: Timestamp
        public var day: CivilDate
    }

    let anchor: Anchor
    public let description: String

    public init(_ text: String) throws(ScheduleError) {
        description = text
        if let offset = try JobTime.offset(in: text, from: "open") {
            anchor = .open(offset)
        } else if let offset = try JobTime.offset(in: text, from: "close") {
            anchor = .close(offset)
        } else {
            let everyDay = text.hasPrefix("daily@")
            guard let hour = JobTime.hour(everyDay ? text.dropFirst(6) : text[...]) else {
                throw JobTime.error(text)
            }
            anchor = .hour(hour, everyDay: everyDay)
        }
    }

    /// The first moment after another; nothing where the calendar ends before.
    public func next(after moment: Timestamp, _ calendar: TradingCalendar) -> Due? {
        let today = EasternTime.local(at: moment).date
        for day in (today - JobTime.reach)...(today + JobTime.daysMax) {
            if let at = time(on: day, calendar), at > moment { return Due(at: at, day: day) }
        }
        return nil
    }

    /// All moments after one and up to another, the last ones where they are very many.
    public func all(after first: Timestamp, through last: Timestamp, _ calendar: TradingCalendar) -> [Due] {
        guard first < last else { return [] }
        let today = EasternTime.local(at: last).date
        let begin = max(EasternTime.local(at: first).date - JobTime.reach, today - JobTime.daysMax)
        var found: [Due] = []
        for day in begin...max(begin, today + JobTime.reach) {
            if let at = time(on: day, calendar), at > first, at <= last {
                found.append(Due(at: at, day: day))
            }
        }
        return found
    }

    /// When it is due on a day, if it is.
    private func time(on day: CivilDate, _ calendar: TradingCalendar) -> Timestamp? {
        switch anchor {
        case .open(let offset): calendar.session(on: day).map { $0.open + offset }
        case .close(let offset): calendar.session(on: day).map { $0.close + offset }
        case .hour(let hour, let everyDay):
            everyDay || calendar.session(on: day) != nil ? EasternTime.moment(on: day, at: hour) : nil
        }
    }

    /// An offset is less than a day, so that a moment lies within a day of that to which it belongs.
    private static let reach = 2
    private static let daysMax = 400

    // MARK: reading

    private static func offset(in text: String, from word: String) throws(ScheduleError) -> Int64? {
        guard text.hasPrefix(word) else { return nil }
        let rest = text.dropFirst(word.count)
        guard let sign = rest.first else { return 0 }
        guard sign == "+" || sign == "-", let length = try? Interval(rest.dropFirst()),
            length < Interval.day
        else { throw error(text) }
        return sign == "+" ? length.nanoseconds : -length.nanoseconds
    }

    /// Nanoseconds since midnight of 18:00 or 18:00:30.
    private static func hour(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3 else { return nil }
        var since: Int64 = 0
        for (part, (most, unit)) in zip(
            parts, [(23, Nanoseconds.hour), (59, Nanoseconds.minute), (59, Nanoseconds.second)])
        {
            guard part.count == 2, let number = Int64(part), (0...Int64(most)).contains(number) else {
                return nil
            }
            since += number * unit
        }
        return since
    }

    private static func error(_ text: String) -> ScheduleError {
        ScheduleError(
            "\(text) is no time of a job: open, close+30m, open-1h, 18:00 of New York on days with a session, or "
                + "daily@03:00 would be right, with less than a day before or after")
    }
}

/// A schedule that cannot be, in one sentence.
public struct ScheduleError: Error, CustomStringConvertible, Sendable {
    public let description: String
    package init(_ description: String) { self.description = description }
}
