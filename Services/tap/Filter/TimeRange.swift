import Configuration
import Domain
import Explaining

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
            try from.map { text throws(Failure) in try moment(text, "--from", isEnd: false) }
            ?? TimeRange.always.from
        self.to =
            try to.map { text throws(Failure) in try moment(text, "--to", isEnd: true) }
            ?? TimeRange.always.to
        guard self.from <= self.to else {
            throw Failure("--from \(from ?? "") is later than --to \(to ?? "")", exitCode: 2)
        }
    }

    var isAlways: Bool { from == TimeRange.always.from && to == TimeRange.always.to }

    func contains(_ time: Timestamp) -> Bool { from <= time && time <= to }
}
