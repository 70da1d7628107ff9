import Domain

/// Times as TWS writes and reads them.
public enum TWSTime {
    /// `20240311-13:30:00`, which is UTC.
    public static func utc(_ moment: Timestamp) -> String {
        let seconds = moment.sinceMidnightUTC / Nanoseconds.second
        return day(moment.dateUTC) + "-"
            + [seconds / 3600, seconds / 60 % 60, seconds % 60].map { two(Int($0)) }.joined(separator: ":")
    }

    /// `20240311`.
    public static func day(_ date: CivilDate) -> String {
        let (year, month, day) = date.parts
        return "\(year)" + two(month) + two(day)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// The date of `20240311`.
    public static func date(_ text: some StringProtocol) -> CivilDate? {
        guard text.utf8.count == 8, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text)
        else { return nil }
        return CivilDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
    }

    /// The moment of `20240311 09:30:00 US/Eastern`, of `20240311-13:30:00`, which is UTC, or of
    /// `20240311  09:30:00`, which is at the gateway's own time: nobody but its settings knows which that is, so it is
    /// told in New York's.
    public static func moment(_ text: String) throws(TWSFault) -> Timestamp {
        let parts = text.split(whereSeparator: { $0 == " " })
        if parts.count == 1, parts[0].utf8.count == 17 {
            let halves = parts[0].split(separator: "-")
            if halves.count == 2, let date = date(halves[0]), let since = sinceMidnight(halves[1]) {
                return date.midnightUTC + since
            }
        }
        guard parts.count == 2 || parts.count == 3, let date = date(parts[0]),
            (1900...2200).contains(date.year),
            let since = sinceMidnight(parts[1])
        else {
            throw TWSFault(
                "\(String(text.prefix(40)).inOneLine) is no time; 20240311 09:30:00 US/Eastern would be right"
            )
        }
        guard parts.count == 3 else { return EasternTime.moment(on: date, at: since) }
        switch parts[2] {
        case "US/Eastern", "America/New_York", "EST", "EDT", "EST5EDT":
            return EasternTime.moment(on: date, at: since)
        case "UTC", "GMT", "Etc/UTC", "Universal", "Z": return date.midnightUTC + since
        default:
            throw TWSFault(
                "the time zone \(String(parts[2].prefix(40)).inOneLine) is not known here: US/Eastern or UTC, to be set "
                    + "at the gateway, would be right")
        }
    }

    private static func sinceMidnight(_ text: some StringProtocol) -> Int64? {
        let parts = text.split(separator: ":")
        guard parts.count == 3, parts.allSatisfy({ $0.utf8.count == 2 }), let hours = Int64(parts[0]),
            let minutes = Int64(parts[1]), let seconds = Int64(parts[2]), (0..<24).contains(hours),
            (0..<60).contains(minutes), (0...60).contains(seconds)
        else { return nil }
        return (hours * 3600 + minutes * 60 + seconds) * Nanoseconds.second
    }
}
