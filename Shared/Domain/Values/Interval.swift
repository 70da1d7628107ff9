/// The length of a bar, as people write it: `30s`, `1m`, `5m`, `1h`, `1d`.
public struct Interval: Hashable, Comparable, Sendable {
    public let nanoseconds: Int64

    /// An interval of that length; it is positive.
    public init(nanoseconds: Int64) {
        precondition(nanoseconds > 0, "an interval is longer than nothing")
        self.nanoseconds = nanoseconds
    }

    public static let minute = Interval(nanoseconds: Nanoseconds.minute)
    public static let hour = Interval(nanoseconds: Nanoseconds.hour)
    public static let day = Interval(nanoseconds: Nanoseconds.day)

    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    private static let units: [(name: String, length: Int64)] = [
        ("d", Nanoseconds.day), ("h", Nanoseconds.hour), ("m", Nanoseconds.minute), ("s", Nanoseconds.second),
        ("ms", Nanoseconds.millisecond), ("us", Nanoseconds.microsecond), ("ns", 1),
    ]
}

extension Interval: CustomStringConvertible {
    /// The interval in the largest unit that measures it whole: 90 minutes are `90m`.
    public var description: String {
        for unit in Interval.units where nanoseconds % unit.length == 0 {
            return "\(nanoseconds / unit.length)\(unit.name)"
        }
        return "\(nanoseconds)ns"
    }

    public init(_ text: some StringProtocol) throws(TimeTextError) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let name = text.dropFirst(digits.count)
        guard let unit = Interval.units.first(where: { $0.name == name }), let count = Int64(digits),
            count > 0
        else {
            throw TimeTextError(
                text, "is no interval: a number and a unit of s, m, h or d such as 5m would be right.")
        }
        let (length, overflow) = count.multipliedReportingOverflow(by: unit.length)
        guard !overflow else { throw TimeTextError(text, "is too long an interval: 106751d is the longest.") }
        nanoseconds = length
    }
}
