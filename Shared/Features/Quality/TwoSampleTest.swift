import Glibc

/// Kolmogorov's and Smirnov's test: the largest distance between the shares of two samples that lie at or below a number,
/// and how likely one as large is where both are of one population.
public struct TwoSampleTest: Sendable, Equatable {
    public let statistic: Double
    public let pValue: Double

    /// Up to so many numbers a side the probability is exact.
    public static let exactCountMax = 10_000

    /// Nothing where a side is empty.
    public init?(_ first: [Double], _ second: [Double]) {
        self.init(sorted: first.sorted(), second.sorted())
    }

    init?(sorted first: [Double], _ second: [Double]) {
        guard !first.isEmpty, !second.isEmpty else { return nil }
        let distance = TwoSampleTest.distance(first, second)
        let (larger, smaller) = (max(first.count, second.count), min(first.count, second.count))
        statistic = Double(distance) / Double(larger) / Double(smaller)
        pValue =
            larger <= TwoSampleTest.exactCountMax
            ? TwoSampleTest.exactProbability(distance, larger, smaller)
            : TwoSampleTest.limitProbability(
                statistic, Double(larger) * Double(smaller) / Double(larger + smaller))
    }

    /// The distance times both counts, which is whole and so exact.
    private static func distance(_ first: [Double], _ second: [Double]) -> Int {
        var (left, right, most) = (0, 0, 0)
        while left < first.count, right < second.count {
            let number = min(first[left], second[right])
            while left < first.count, first[left] == number { left += 1 }
            while right < second.count, second[right] == number { right += 1 }
            most = max(most, abs(left * second.count - right * first.count))
        }
        return most
    }

    /// The part of all orders of the numbers of both samples in which the distance somewhere reaches what was seen.
    ///
    /// An order is a path of steps through a grid. Of the paths to a place each came from the left or from below, in the
    /// shares i ÷ (i + j) and j ÷ (i + j); a place where the distance is reached has the probability 1, and the others the
    /// mean of both neighbours in these shares. Only sums of positive numbers occur, so no digits are lost.
    private static func exactProbability(_ distance: Int, _ larger: Int, _ smaller: Int) -> Double {
        guard distance > 0 else { return 1 }
        // The probability for each place of a row, along the smaller sample.
        var row = Array(repeating: 1.0, count: smaller + 1)
        for step in 0...larger {
            let least = lowest(step, distance, larger, smaller)
            let most = highest(step, distance, larger, smaller)
            guard least <= most else { return 1 }
            for place in least...most {
                let total = Double(step + place)
                if step == 0 && place == 0 {
                    row[0] = 0
                    continue
                }
                let below = step > 0 ? row[place] * (Double(step) / total) : 0
                let left = place > 0 ? (place > least ? row[place - 1] : 1) * (Double(place) / total) : 0
                row[place] = below + left
            }
        }
        return min(1, row[smaller])
    }

    /// The places of a row at which the distance is not reached.
    private static func lowest(_ step: Int, _ distance: Int, _ larger: Int, _ smaller: Int) -> Int {
        // step · smaller − place · larger < distance
        let least = step * smaller - distance
        return least < 0 ? 0 : least / larger + 1
    }

    private static func highest(_ step: Int, _ distance: Int, _ larger: Int, _ smaller: Int) -> Int {
        // place · larger − step · smaller < distance
        min(smaller, (step * smaller + distance - 1) / larger)
    }

    /// Kolmogorov's limit, with the correction for a number of observations (Vrbik, 2018), which is taken as a whole one.
    private static func limitProbability(_ statistic: Double, _ effective: Double) -> Double {
        let count = effective.rounded(.toNearestOrEven)
        let plain = statistic * count.squareRoot()
        let distance = plain + 1 / (6 * count.squareRoot()) + (plain - 1) / (4 * count)
        guard distance > 0.2 else { return 1 }
        var (sum, sign, order) = (0.0, 1.0, 1.0)
        while true {
            let term = exp(-2 * order * order * distance * distance)
            sum += sign * term
            if term < 1e-17 || order > 100 { break }
            sign = -sign
            order += 1
        }
        return min(1, max(0, 2 * sum))
    }
}
