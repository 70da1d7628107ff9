import Configuration
import Domain
import Trading

/// The days that `--from` and `--to` name.
enum GivenDays {
    /// Both are given.
    static func range(_ parsed: Parsed) throws -> ClosedRange<CivilDate> {
        let from = try OptionText.date(parsed.text("from"), of: "--from")
        return try checked(from, try OptionText.date(parsed.text("to"), of: "--to"))
    }

    /// `first` stands for a first day that is not given, and `last` says which is the last one then.
    static func range(
        _ parsed: Parsed, from first: CivilDate, to last: (CivilDate) -> CivilDate
    ) throws -> ClosedRange<CivilDate> {
        let from = try parsed.text(ifGiven: "from").map { try OptionText.date($0, of: "--from") } ?? first
        let to = try parsed.text(ifGiven: "to").map { try OptionText.date($0, of: "--to") } ?? last(from)
        return try checked(from, to)
    }

    private static func checked(_ from: CivilDate, _ to: CivilDate) throws -> ClosedRange<CivilDate> {
        guard from <= to else {
            throw Failure(
                "--from \(from) is after --to \(to); the first day and then the last would be right",
                exitCode: 2)
        }
        let calendar = TradingCalendar.xnys.range
        guard calendar.contains(from), calendar.contains(to) else {
            throw Failure(
                "the calendar has the days from \(calendar.lowerBound) to \(calendar.upperBound), and not all from "
                    + "\(from) to \(to)", exitCode: 2)
        }
        return from...to
    }
}
