import Domain
import Glibc

/// The days of an instrument that are over: their returns and volumes, as many as a year has.
public struct DayHistory: Sendable {
    /// Days that are remembered, and of them those whose volume is averaged.
    public static let capacity = 252
    static let volumeDays = 20

    /// Returns, the youngest at `next - 1`; a ring once it is full.
    var returns: [Double] = []
    var next = 0
    var volumes: [Int64] = []
    var nextVolume = 0
    var lastClose = 0.0
    var close = 0.0
    var volume: Int64 = 0
    var hasBars = false

    public init() {}

    public var count: Int { returns.count }

    mutating func onBar(_ price: Price, _ traded: Volume) {
        close = Double(price.units)
        volume = volume.addingReportingOverflow(traded.units).overflow ? .max : volume + traded.units
        hasBars = true
    }

    /// The day is over. One without a bar of the instrument has a return of 0, once there has been a price.
    mutating func endDay() {
        defer {
            hasBars = false
            volume = 0
        }
        guard close > 0 else { return }
        if lastClose > 0 { append(close / lastClose - 1) }
        lastClose = close
        if hasBars {
            if volumes.count < DayHistory.volumeDays {
                volumes.append(volume)
            } else {
                volumes[nextVolume] = volume
                nextVolume = (nextVolume + 1) % DayHistory.volumeDays
            }
        }
    }

    mutating func split(_ numerator: Int64, for denominator: Int64) {
        let factor = Double(denominator) / Double(numerator)
        lastClose *= factor
        close *= factor
        volumes = volumes.map { Int64(Double($0) / factor) }
    }

    private mutating func append(_ change: Double) {
        if returns.count < DayHistory.capacity {
            returns.append(change)
        } else {
            returns[next] = change
            next = (next + 1) % DayHistory.capacity
        }
    }

    /// The return of a day, 1 for the last one that is over.
    func change(_ daysAgo: Int) -> Double {
        let place = next - daysAgo
        return returns[place >= 0 ? place : place + returns.count]
    }

    /// What a day has traded on average; nothing before there were enough days, or where no volume is known.
    public var averageVolume: Volume? {
        guard volumes.count == DayHistory.volumeDays else { return nil }
        let sum = volumes.reduce(Int128(0)) { $0 + Int128($1) }
        let mean = Int64(sum / Int128(DayHistory.volumeDays))
        return mean > 0 ? Volume(units: mean) : nil
    }

    /// The deviation of the returns of the last days.
    func deviation(ofLast days: Int) -> Double {
        var (sum, squares) = (0.0, 0.0)
        for day in 1...days {
            sum += change(day)
            squares += change(day) * change(day)
        }
        let mean = sum / Double(days)
        return max(0, squares / Double(days) - mean * mean).squareRoot()
    }

    /// How alike the last days of two instruments were, from -1 to 1; nothing where one of them never moved.
    static func correlation(_ left: DayHistory, _ right: DayHistory, days: Int) -> Double? {
        var (x, y, xx, yy, xy) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for day in 1...days {
            let (a, b) = (left.change(day), right.change(day))
            x += a
            y += b
            xx += a * a
            yy += b * b
            xy += a * b
        }
        let n = Double(days)
        let spread = (xx - x * x / n) * (yy - y * y / n)
        return spread > 0 ? (xy - x * y / n) / spread.squareRoot() : nil
    }
}
