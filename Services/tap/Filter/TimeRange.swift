import Configuration
import Domain

/// The times between which messages were sent: `--from` and `--to`, each a time or a whole day in UTC.
struct TimeRange {
    let from: Timestamp
    let to: Timestamp

    static let always = TimeRange(
        from: Timestamp(nanoseconds: .min), to: Timestamp(nanoseconds: .max))

    init(from: Timestamp, to: Timestamp) {
        self.from = from
        self.to = to
    }

    init(from: String?, to: String?) throws(Failure) {
        self.from =
            try from.map { text throws(Failure) in try TimeRange.moment(text, "--from", isEnd: false) }
            ?? TimeRange.always.from
        self.to =
            try to.map { text throws(Failure) in try TimeRange.moment(text, "--to", isEnd: true) }
            ?? TimeRange.always.to
        guard self.from <= self.to else {
            throw Failure("--from \(from ?? "") is later than --to \(to ?? "")", exitCode: 2)
        }
    }

    var isAlways: Bool { from == TimeRange.always.from && to == TimeRange.always.to }

    func contains(_ time: Timestamp) -> Bool { from <= time && time <= to }

    /// A day stands for its first moment, or as an end for its last.
    private static func moment(_ text: String, _ option: String, isEnd: Bool) throws(Failure) -> Timestamp {
        if let day = try? CivilDate(text), (1678...2261).contains(day.year) {
            return isEnd ? Timestamp(nanoseconds: (day + 1).midnightUTC.nanoseconds - 1) : day.midnightUTC
        }
        do { return try Timestamp(text) } catch {
            throw Failure(
                "\(option) \"\(text)\" is neither a day nor a time: 2024-03-11 or 2024-03-11T13:30:00Z would be right",
                exitCode: 2)
        }
    }
}
