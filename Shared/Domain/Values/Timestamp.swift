/// A moment in nanoseconds since 1970 UTC.
public struct Timestamp: Hashable, Comparable, BitwiseCopyable, Sendable {
    public var nanoseconds: Int64

    @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static let zero = Timestamp(nanoseconds: 0)
    /// Before every other moment.
    public static let distantPast = Timestamp(nanoseconds: .min)
    /// After every other moment.
    public static let distantFuture = Timestamp(nanoseconds: .max)

    @inlinable public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension Timestamp {
    @inlinable public init(seconds: Int64) { self.init(nanoseconds: seconds * Nanoseconds.second) }

    /// The moment a span of nanoseconds later.
    @inlinable public func adding(_ span: Int64) -> Timestamp { Timestamp(nanoseconds: nanoseconds + span) }

    @inlinable public static func + (moment: Timestamp, span: Int64) -> Timestamp { moment.adding(span) }
    @inlinable public static func - (moment: Timestamp, span: Int64) -> Timestamp {
        Timestamp(nanoseconds: moment.nanoseconds - span)
    }
    /// The span between two moments in nanoseconds; negative where the left one is earlier.
    @inlinable public static func - (left: Timestamp, right: Timestamp) -> Int64 {
        left.nanoseconds - right.nanoseconds
    }
    @inlinable public static func += (moment: inout Timestamp, span: Int64) { moment = moment.adding(span) }

    /// The latest multiple of a span since 1970 that is not after this moment.
    @inlinable public func floored(to span: Int64) -> Timestamp {
        Timestamp(nanoseconds: nanoseconds - nanoseconds.flooredRemainder(span))
    }

    /// The date in UTC.
    @inlinable public var dateUTC: CivilDate {
        CivilDate(days: Int32((nanoseconds / Nanoseconds.day) - (nanoseconds % Nanoseconds.day < 0 ? 1 : 0)))
    }

    /// The span since midnight in UTC.
    @inlinable public var sinceMidnightUTC: Int64 { nanoseconds.flooredRemainder(Nanoseconds.day) }
}

extension Int64 {
    /// What is left of dividing by a positive number towards minus infinity: never negative.
    @inlinable func flooredRemainder(_ divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
