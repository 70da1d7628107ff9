/// The calendar as a table, for a person or for another program to compare with.
extension TradingCalendar {
    /// The calendar of a market identifier code.
    public static func named(_ name: some StringProtocol) throws(CalendarError) -> TradingCalendar {
        guard name == "XNYS" else {
            throw CalendarError("There is no calendar \"\(name)\": XNYS would be right.")
        }
        return .xnys
    }

    /// Lines of comma-separated values, the heading first: one line a session,
    /// `2024-03-11,2024-03-11T13:30:00Z,2024-03-11T20:00:00Z`.
    public func csv(from first: CivilDate, to last: CivilDate) throws(CalendarError) -> [String] {
        guard first <= last else {
            throw CalendarError("The calendar cannot go from \(first) back to \(last).")
        }
        guard covers(first), covers(last) else {
            throw CalendarError(
                "The calendar \(name) covers \(range.lowerBound) to \(range.upperBound), not \(first) to \(last)."
            )
        }
        return ["date,open_utc,close_utc"]
            + sessions(from: first, to: last).map { "\($0.date),\($0.open),\($0.close)" }
    }
}

/// A question that no calendar can answer.
public struct CalendarError: Error, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
