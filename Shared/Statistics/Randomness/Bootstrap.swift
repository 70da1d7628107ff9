import Glibc

/// How sure a metric is: the range in which it lies for most histories that are put together from pieces of the real
/// one.
///
/// The pieces begin anywhere and have random lengths (the stationary bootstrap of Politis and Romano), so returns that
/// follow each other keep doing so. The same seed gives the same range.
public struct Bootstrap: Sendable {
    public var samples: Int
    /// The mean length of a piece; nothing for the cube root of the number of periods.
    public var meanBlock: Double?
    public var seed: UInt64

    public init(samples: Int = 1000, meanBlock: Double? = nil, seed: UInt64 = 1) {
        precondition(samples >= 1 && (meanBlock ?? 1) >= 1, "at least one sample, and blocks of at least 1")
        self.samples = samples
        self.meanBlock = meanBlock
        self.seed = seed
    }

    public struct Interval: Sendable, Equatable {
        public var low: Double
        public var high: Double
        /// The samples of which the metric was defined.
        public var samples: Int
    }

    /// The range that holds a part of the samples, as much being left out below as above. Nothing where fewer than
    /// half of the samples define the metric.
    public func interval(
        of returns: Returns, holding part: Double = 0.95, _ metric: (Returns) -> Double?
    ) -> Interval? {
        precondition(part > 0 && part < 1, "a part is above 0 and below 1, not \(part)")
        guard returns.count >= 2 else { return nil }
        var random = SeededGenerator(seed: seed)
        let found = (0..<samples).compactMap { _ in
            metric(
                Returns(
                    unchecked: sample(of: returns.values, &random), periodsPerYear: returns.periodsPerYear))
        }
        let outside = (1 - part) / 2
        guard
            found.count * 2 >= samples, let low = quantile(found, outside),
            let high = quantile(found, 1 - outside)
        else { return nil }
        return Interval(low: low, high: high, samples: found.count)
    }

    /// Goes along the values, round the end, and jumps elsewhere with the chance that gives the mean length.
    func sample(of values: [Double], _ random: inout SeededGenerator) -> [Double] {
        let jump = 1 / (meanBlock ?? max(1, cbrt(Double(values.count))))
        var place = random.index(below: values.count)
        return values.indices.map { index in
            if index > 0 {
                place = place + 1 == values.count ? 0 : place + 1
                if random.fraction() < jump { place = random.index(below: values.count) }
            }
            return values[place]
        }
    }
}
