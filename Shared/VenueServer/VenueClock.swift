import Domain
import Glibc

/// The venue's time: it goes as many times faster than the machine's as was asked for, or stands still.
public struct VenueClock {
    private var moment: Timestamp
    private var reading: Int64
    public private(set) var speed: Double

    public init(at moment: Timestamp, speed: Double) {
        self.moment = moment
        self.speed = speed
        reading = VenueClock.monotonic()
    }

    public var now: Timestamp {
        guard speed > 0 else { return moment }
        let passed = Double(VenueClock.monotonic() - reading) * speed
        return moment + Int64(min(passed, Double(366 * Nanoseconds.day)))
    }

    /// Goes on from another moment.
    public mutating func move(to moment: Timestamp) {
        self.moment = moment
        reading = VenueClock.monotonic()
    }

    public mutating func stop() {
        move(to: now)
        speed = 0
    }

    /// In how many microseconds of the machine a moment comes; nothing where the clock stands still.
    public func microseconds(until moment: Timestamp) -> Int64? {
        guard speed > 0 else { return nil }
        let left = Double(max(moment - now, 0)) / speed / 1_000
        return Int64(min(left, 3_600_000_000)) + 1
    }

    public static func monotonic() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * Nanoseconds.second + Int64(time.tv_nsec)
    }

    /// The machine's idea of the time of day.
    public static func today() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * Nanoseconds.second + Int64(time.tv_nsec))
    }
}
