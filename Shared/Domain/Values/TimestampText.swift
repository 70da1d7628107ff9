/// Moments as ISO 8601 text: `2024-03-11T13:30:00Z`, with as many decimals of a second as there are.

extension Timestamp: CustomStringConvertible {
    /// The moment in UTC; the fraction has no digits, 3, 6 or 9.
    public var description: String {
        let time = sinceMidnightUTC
        var text = "\(dateUTC)T\(twoDigits(time / Nanoseconds.hour)):"
        text += "\(twoDigits(time / Nanoseconds.minute % 60)):\(twoDigits(time / Nanoseconds.second % 60))"
        let fraction = time % Nanoseconds.second
        if fraction != 0 {
            let digits = String(fraction)
            var decimals = String(repeating: "0", count: 9 - digits.utf8.count) + digits
            while decimals.hasSuffix("000") { decimals.removeLast(3) }
            text += ".\(decimals)"
        }
        return text + "Z"
    }
}

extension Timestamp {
    /// Reads `2024-03-11T13:30:00.123456789Z`. Seconds and fraction may be missing, a space may stand for the T;
    /// the zone (`Z`, `+01:00`, `-0500`) may not, because a time without one says nothing.
    public init(_ text: some StringProtocol) throws(TimeTextError) {
        var reader = DigitReader(text)
        func wrong(_ complaint: String) -> TimeTextError {
            TimeTextError(text, "is no time: \(complaint); 2024-03-11T13:30:00Z would be right.")
        }
        guard
            let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2)
        else { throw wrong("it does not begin with a date") }
        guard let date = CivilDate(year: year, month: month, day: day) else {
            throw wrong("there is no such day")
        }
        guard
            reader.skip("T") || reader.skip("t") || reader.skip(" "), let hour = reader.number(2),
            reader.skip(":"), let minute = reader.number(2)
        else { throw wrong("no hour and minute follow the date") }
        var second = 0
        var fraction: Int64 = 0
        if reader.skip(":") {
            guard let number = reader.number(2) else { throw wrong("the seconds are not two digits") }
            second = number
            if reader.skip(".") {
                guard let decimals = reader.fraction() else {
                    throw wrong("the fraction of a second is not one to nine digits")
                }
                fraction = decimals
            }
        }
        guard hour < 24, minute < 60, second < 60 else { throw wrong("there is no such time of day") }
        var offset = 0
        if !reader.skip("Z") && !reader.skip("z") {
            let west = reader.skip("-")
            guard west || reader.skip("+"), let hours = reader.number(2) else {
                throw wrong("the zone is missing")
            }
            let colon = reader.skip(":")
            let minutes = reader.atEnd && !colon ? 0 : reader.number(2)
            guard let minutes, hours < 24, minutes < 60 else { throw wrong("there is no such zone") }
            offset = (hours * 60 + minutes) * (west ? -60 : 60)
        }
        guard reader.atEnd else { throw wrong("something follows the zone") }
        let seconds = Int128(date.days) * 86_400 + Int128(hour * 3_600 + minute * 60 + second - offset)
        guard let nanoseconds = Int64(exactly: seconds * Int128(Nanoseconds.second) + Int128(fraction)) else {
            throw TimeTextError(text, "is too far away: times from 1677-09-22 to 2262-04-11 can be held.")
        }
        self.init(nanoseconds: nanoseconds)
    }
}

/// A number as at least two digits.
func twoDigits(_ number: some BinaryInteger) -> String { number < 10 ? "0\(number)" : "\(number)" }

/// Reads fixed groups of digits and the marks between them from the front of a text.
struct DigitReader {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    var atEnd: Bool { index == bytes.count }

    /// The next `count` bytes as a number, if each is a digit.
    mutating func number(_ count: Int) -> Int? {
        guard index + count <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[index..<index + count] {
            guard let digit = digit(byte) else { return nil }
            value = value * 10 + digit
        }
        index += count
        return value
    }

    mutating func skip(_ mark: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: mark) else { return false }
        index += 1
        return true
    }

    /// One to nine digits as billionths.
    mutating func fraction() -> Int64? {
        var value: Int64 = 0
        var count = 0
        while index < bytes.count, let digit = digit(bytes[index]) {
            guard count < 9 else { return nil }
            value = value * 10 + Int64(digit)
            count += 1
            index += 1
        }
        guard count > 0 else { return nil }
        for _ in count..<9 { value *= 10 }
        return value
    }

    private func digit(_ byte: UInt8) -> Int? {
        let value = byte &- UInt8(ascii: "0")
        return value <= 9 ? Int(value) : nil
    }
}
