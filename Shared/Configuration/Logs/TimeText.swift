import Glibc

/// Writes times as `2026-03-02T14:30:00.000000001Z`. Keeps the text of the last second: lines come in bursts,
/// and the calendar is the costly part.
struct TimeText {
    private var second = Int64.min
    private var prefix: [UInt8] = []

    mutating func append(_ nanoseconds: Int64, to bytes: inout [UInt8]) {
        let (second, fraction) = TimeText.split(nanoseconds, by: 1_000_000_000)
        if second != self.second {
            self.second = second
            prefix = TimeText.text(ofSecond: second)
        }
        bytes += prefix
        bytes.append(UInt8(ascii: "."))
        TimeText.append(Int(fraction), digits: 9, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// The time of the computer in nanoseconds since 1970 UTC: the one place where the log reads a clock.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static func text(ofSecond second: Int64) -> [UInt8] {
        let (day, time) = split(second, by: 86400)
        let (year, month, dayOfMonth) = date(ofDay: Int(day))
        var bytes: [UInt8] = []
        append(year, digits: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        append(month, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        append(dayOfMonth, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        append(Int(time / 3600), digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(Int(time / 60 % 60), digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(Int(time % 60), digits: 2, to: &bytes)
        return bytes
    }

    /// The date of a day counted from 1970-01-01, in the calendar that begins years in March, where the leap
    /// day comes last.
    private static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = split(day + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (
            era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1
        )
    }

    /// Division that rounds down also before 1970.
    private static func split<Count: BinaryInteger>(_ count: Count, by size: Count) -> (Count, Count) {
        let (quotient, remainder) = count.quotientAndRemainder(dividingBy: size)
        return remainder < 0 ? (quotient - 1, remainder + size) : (quotient, remainder)
    }

    private static func append(_ number: Int, digits: Int, to bytes: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}
