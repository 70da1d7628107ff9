import Domain

/// Dates and times in bytes: `2012-01-03`, `20120103`, `2012-01-03T14:30:00.5Z`, `2012-01-03 09:30:00-05:00`,
/// and counts since 1970 in seconds, milli-, micro- or nanoseconds.
///
/// A time without a zone is UTC.
enum MomentField {
    struct Fault: Error {}

    /// A timestamp holds these years whole, with a zone's hours on either side.
    private static var years: ClosedRange<Int> { 1700...2200 }

    /// A date, and the nanoseconds since its midnight in UTC if there is a time of day: below zero or above a
    /// day's length where a zone moves it.
    struct Moment {
        var date: CivilDate
        var inDay: Int64?
    }

    @inline(__always)
    static func moment(_ bytes: borrowing Span<UInt8>, _ field: Range<Int>) throws(Fault) -> Moment {
        let start = field.lowerBound
        let count = field.count
        if count >= 10, bytes[start + 4] == UInt8(ascii: "-") {
            guard bytes[start + 7] == UInt8(ascii: "-") else { throw Fault() }
            let date = try date(
                try digits(bytes, start, 4), try digits(bytes, start + 5, 2), try digits(bytes, start + 8, 2))
            if count == 10 { return Moment(date: date, inDay: nil) }
            let separator = bytes[start + 10]
            guard separator == UInt8(ascii: "T") || separator == UInt8(ascii: " ") else { throw Fault() }
            return Moment(date: date, inDay: try time(bytes, start + 11..<field.upperBound))
        }
        if count == 8 {
            let date = try date(
                try digits(bytes, start, 4), try digits(bytes, start + 4, 2), try digits(bytes, start + 6, 2))
            return Moment(date: date, inDay: nil)
        }
        return try sinceEpoch(bytes, field)
    }

    /// `14:30`, `14:30:00`, `143000`, with a fraction of the second and a zone if there is one.
    static func time(_ bytes: borrowing Span<UInt8>, _ field: Range<Int>) throws(Fault) -> Int64 {
        var at = field.lowerBound
        let end = field.upperBound
        guard at + 4 <= end else { throw Fault() }
        let hours = try digits(bytes, at, 2)
        at += 2
        let colons = bytes[at] == UInt8(ascii: ":")
        if colons { at += 1 }
        guard at + 2 <= end else { throw Fault() }
        let minutes = try digits(bytes, at, 2)
        at += 2
        var seconds = 0
        var fraction: Int64 = 0
        let hasSeconds = at < end && (colons ? bytes[at] == UInt8(ascii: ":") : bytes[at] &- 48 <= 9)
        if hasSeconds {
            if colons { at += 1 }
            guard at + 2 <= end else { throw Fault() }
            seconds = try digits(bytes, at, 2)
            at += 2
            if at < end, bytes[at] == UInt8(ascii: ".") {
                at += 1
                fraction = try Self.fraction(bytes, &at, end)
            }
        }
        guard hours < 24, minutes < 60, seconds < 60 else { throw Fault() }
        let offset = try zone(bytes, at..<end)
        return Int64(hours * 3600 + minutes * 60 + seconds - offset) * Nanoseconds.second + fraction
    }

    /// One to nine digits after the point of a second, in nanoseconds.
    private static func fraction(
        _ bytes: borrowing Span<UInt8>, _ at: inout Int, _ end: Int
    ) throws(Fault) -> Int64 {
        var value: Int64 = 0
        var unit: Int64 = 1_000_000_000
        while at < end, bytes[at] &- 48 <= 9 {
            guard unit > 1 else { throw Fault() }
            unit /= 10
            value += Int64(bytes[at] &- 48) * unit
            at += 1
        }
        guard unit < 1_000_000_000 else { throw Fault() }
        return value
    }

    /// Seconds east of UTC: nothing, `Z`, `-05:00` or `-0500`.
    private static func zone(_ bytes: borrowing Span<UInt8>, _ field: Range<Int>) throws(Fault) -> Int {
        if field.isEmpty { return 0 }
        let start = field.lowerBound
        let sign = bytes[start]
        if sign == UInt8(ascii: "Z"), field.count == 1 { return 0 }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { throw Fault() }
        let hasColon = field.count == 6 && bytes[start + 3] == UInt8(ascii: ":")
        guard hasColon || field.count == 5 else { throw Fault() }
        let hours = try digits(bytes, start + 1, 2)
        let minutes = try digits(bytes, start + (hasColon ? 4 : 3), 2)
        guard hours <= 14, minutes < 60 else { throw Fault() }
        let seconds = hours * 3600 + minutes * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }

    /// Ten digits are seconds, thirteen milli-, sixteen micro- and nineteen nanoseconds: from 2001 to 2286
    /// the length tells them apart.
    private static func sinceEpoch(_ bytes: borrowing Span<UInt8>, _ field: Range<Int>) throws(Fault)
        -> Moment
    {
        let unit: Int64
        switch field.count {
        case 10: unit = Nanoseconds.second
        case 13: unit = Nanoseconds.millisecond
        case 16: unit = Nanoseconds.microsecond
        case 19: unit = 1
        default: throw Fault()
        }
        var value: Int64 = 0
        for at in field {
            let digit = bytes[at] &- 48
            guard digit <= 9 else { throw Fault() }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int64(digit))
            guard !overflow, !carry else { throw Fault() }
            value = sum
        }
        let (whole, overflow) = value.multipliedReportingOverflow(by: unit)
        guard !overflow else { throw Fault() }
        let moment = Timestamp(nanoseconds: whole)
        guard years.contains(moment.dateUTC.year) else { throw Fault() }
        return Moment(date: moment.dateUTC, inDay: moment.sinceMidnightUTC)
    }

    @inline(__always)
    private static func date(_ year: Int, _ month: Int, _ day: Int) throws(Fault) -> CivilDate {
        guard years.contains(year), let date = CivilDate(year: year, month: month, day: day) else {
            throw Fault()
        }
        return date
    }

    @inline(__always)
    private static func digits(_ bytes: borrowing Span<UInt8>, _ start: Int, _ count: Int) throws(Fault)
        -> Int
    {
        var value = 0
        for at in start..<start + count {
            let digit = bytes[at] &- 48
            guard digit <= 9 else { throw Fault() }
            value = value * 10 + Int(digit)
        }
        return value
    }
}
