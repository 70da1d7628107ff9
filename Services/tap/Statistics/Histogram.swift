/// How often which duration came, in bounded memory: a bucket is never wider than a 32nd of what falls into it, so a
/// percentile is at most that much too high, whatever the durations are.
struct Histogram {
    private static let finenessBits = 5
    private static let fineness = 1 << finenessBits

    private(set) var count: UInt64 = 0
    private(set) var max: Int64 = 0
    /// As many buckets as were needed so far: 1,888 would hold every number of nanoseconds there is.
    private var buckets: [UInt64] = []

    /// Counts a duration; one below zero counts as zero.
    mutating func add(_ duration: Int64) {
        let duration = Swift.max(0, duration)
        let bucket = Histogram.bucket(of: duration)
        if bucket >= buckets.count {
            buckets.append(contentsOf: repeatElement(0, count: bucket + 1 - buckets.count))
        }
        buckets[bucket] += 1
        count += 1
        max = Swift.max(max, duration)
    }

    mutating func add(_ other: Histogram) {
        if other.buckets.count > buckets.count {
            buckets.append(contentsOf: repeatElement(0, count: other.buckets.count - buckets.count))
        }
        for (at, count) in other.buckets.enumerated() { buckets[at] += count }
        count += other.count
        max = Swift.max(max, other.max)
    }

    /// The least duration that so many per mille of all do not exceed; nothing where there is none.
    func percentile(perMille: UInt64) -> Int64? {
        guard count > 0 else { return nil }
        let rank = Swift.max(1, (count * perMille + 999) / 1000)
        var passed: UInt64 = 0
        for (bucket, count) in buckets.enumerated() {
            passed += count
            if passed >= rank { return Swift.min(max, Histogram.last(in: bucket)) }
        }
        return max
    }

    /// Small durations have a bucket each; from then on every power of two is divided into 32.
    static func bucket(of duration: Int64) -> Int {
        let width = Swift.max(0, 63 - duration.leadingZeroBitCount - finenessBits)
        return width * fineness + Int(duration >> Int64(width))
    }

    /// The longest duration that falls into a bucket.
    static func last(in bucket: Int) -> Int64 {
        guard bucket >= 2 * fineness else { return Int64(bucket) }
        let width = Int64(bucket / fineness - 1)
        let first = Int64(bucket) - width * Int64(fineness)
        return first << width | (1 << width - 1)
    }
}
