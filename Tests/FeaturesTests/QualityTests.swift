import Features
import Glibc
import Testing

struct QualityTests {
    private let validator = FeatureValidator()

    @Test("each kind of wrong number is named with its feature, its symbol, its instant and the reason")
    func findings() {
        var column: [Double?] = (0..<50).map { Double($0 % 5) }
        column[3] = nil
        column[10] = .nan
        column[20] = -.infinity
        column[30] = 1000
        let findings = validator.findings(column, feature: "gap", symbol: "IBM")
        #expect(findings.map(\.kind) == [.nan, .infinite, .outlier])
        #expect(findings.map(\.instant) == [10, 20, 30])
        #expect(findings.allSatisfy { $0.feature == "gap" && $0.symbol == "IBM" })
        #expect(
            findings.map(\.reason) == [
                "it is not a number", "it is minus infinite",
                "1000.0 is 673 typical distances from the median 2.0; from 12.0 on it is an outlier",
            ])
    }

    @Test("a column that never changes is constant, from twenty numbers on")
    func constant() {
        let column: [Double?] = Array(repeating: 0.5, count: 19) + [nil]
        #expect(validator.findings(column, feature: "a", symbol: "B").isEmpty)
        let findings = validator.findings(column + [0.5], feature: "a", symbol: "B")
        #expect(findings.map(\.kind) == [.constant] && findings[0].instant == nil)
        #expect(findings[0].reason == "all 20 numbers are 0.5")
        #expect(validator.findings(column + [0.4], feature: "a", symbol: "B").map(\.kind) == [.outlier])
    }

    @Test("an outlier is one beside the window that is usual, and not beside itself")
    func againstReference() {
        let usual = FeatureValidator.Usual((0..<100).map { Double($0 % 10) })
        #expect(validator.finding(9, feature: "a", symbol: "B", usual: usual) == nil)
        #expect(validator.finding(100, feature: "a", symbol: "B", usual: usual)?.kind == .outlier)
        // Of numbers that are mostly equal the few others say what is typical.
        let mostlyZero = FeatureValidator.Usual(
            Array(repeating: 0, count: 90) + Array(repeating: 1, count: 10))
        #expect(validator.finding(1, feature: "a", symbol: "B", usual: mostlyZero) == nil)
        #expect(validator.finding(9, feature: "a", symbol: "B", usual: mostlyZero)?.kind == .outlier)
        #expect(FeatureValidator.Usual([.nan, .infinity]) == nil)
    }

    @Test("the same numbers have not moved, and others have")
    func drift() throws {
        let reference = (0..<500).map { sin(Double($0)) }
        let same = try #require(Drift(of: reference.reversed(), against: reference))
        #expect(same.stabilityIndex == 0 && same.test.statistic == 0 && same.test.pValue == 1)
        let moved = try #require(Drift(of: reference.map { $0 + 5 }, against: reference))
        #expect(moved.stabilityIndex > 5 && moved.test.statistic == 1 && moved.test.pValue < 1e-200)
        #expect(Drift(of: [.nan], against: reference) == nil && Drift(of: [1], against: []) == nil)
        #expect(Drift(of: [1, .infinity], against: [1, .nan]).map { $0.stabilityIndex == 0 } ?? false)
    }

    @Test(
        "the probability is the part of all orders in which the distance is reached",
        arguments: [(1, 1), (3, 2), (4, 4), (6, 3), (5, 7)])
    func exactProbability(first: Int, second: Int) throws {
        let count = first + second
        // Every order as the bits of a number: 1 for the first sample.
        var reached: [Int: Int] = [:]
        var orders = 0
        for bits in 0..<(1 << count) where bits.nonzeroBitCount == first {
            orders += 1
            reached[TwoSampleCounting.distance(bits, first, second), default: 0] += 1
        }
        for bits in 0..<(1 << count) where bits.nonzeroBitCount == first {
            let numbers = (0..<count).map(Double.init)
            let test = try #require(
                TwoSampleTest(
                    numbers.filter { bits >> Int($0) & 1 == 1 }, numbers.filter { bits >> Int($0) & 1 == 0 }))
            let distance = TwoSampleCounting.distance(bits, first, second)
            let right = Double(reached.filter { $0.key >= distance }.values.reduce(0, +)) / Double(orders)
            #expect((test.pValue - right).magnitude < 1e-13)
            #expect(
                test.statistic == Double(distance) / Double(max(first, second)) / Double(min(first, second)))
        }
    }
}

private enum TwoSampleCounting {
    /// The largest distance of both shares, times both counts, in an order.
    static func distance(_ bits: Int, _ first: Int, _ second: Int) -> Int {
        var (ones, zeros, most) = (0, 0, 0)
        for place in 0..<(first + second) {
            if bits >> place & 1 == 1 { ones += 1 } else { zeros += 1 }
            most = max(most, abs(ones * second - zeros * first))
        }
        return most
    }
}
