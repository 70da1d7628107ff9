import Domain
import Testing

@testable import Reporting

@Suite struct ChartTests {
    @Test(
        "a scale holds every value and has a few round marks inside",
        arguments: [
            [0.0], [5], [-3, -3], [0, 0], [1e-9, 2e-9], [99_000, 131_000], [-0.17, 0], [1e12, 5e12],
            [0.1, 0.2, -0.4],
        ])
    func scale(values: [Double]) {
        let scale = Scale(holding: values)
        for value in values { #expect((0...1).contains(scale.height(value)), "\(value)") }
        #expect((2...8).contains(scale.ticks.count), "\(scale.ticks)")
        for tick in scale.ticks { #expect((-0.001...1.001).contains(scale.height(tick)), "\(tick)") }
    }

    @Test(
        "a logarithmic scale holds its values and has marks",
        arguments: [[100.0, 700], [1, 1e6], [90, 96], [1, 5.5]])
    func logarithmic(values: [Double]) {
        let scale = Scale(holding: values, isLogarithmic: true)
        for value in values { #expect((0...1).contains(scale.height(value))) }
        #expect((2...14).contains(scale.ticks.count), "\(scale.ticks)")
    }

    @Test("what cannot be drawn on a logarithmic scale is drawn on a plain one")
    func belowZero() { #expect(!Scale(holding: [-1, 10], isLogarithmic: true).isLogarithmic) }

    @Test("of a million values the peak and the trough are drawn, and not much else")
    func extremes() {
        var values = (0..<1_000_000).map { Double($0 % 100) }
        (values[123_456], values[654_321]) = (5000, -5000)
        let trace = Trace(values)
        #expect(trace.points.count <= 4000)
        #expect(trace.points.contains { $0.y == 5000 } && trace.points.contains { $0.y == -5000 })
        #expect(trace.points.first?.x == 0 && trace.points.last?.x == 1000)
        #expect(zip(trace.points, trace.points.dropFirst()).allSatisfy { $0.x <= $1.x })
    }

    @Test("few values are drawn as they are, and a gap stays a gap")
    func gaps() {
        let scale = Scale(holding: [0, 1])
        #expect(Trace([0, 1, 0]).path(scale, height: 100) == "M0 100L500 0L1000 100")
        #expect(Trace([0, .nan, 1]).path(scale, height: 100) == "M0 100M1000 0")
        #expect(Trace([]).path(scale, height: 100) == "")
        #expect(Trace([1]).path(scale, height: 100) == "M500 0h0")
    }

    @Test("marks of time are few, in order, and begin something", arguments: [2, 10, 100, 1000, 10_000])
    func time(days: Int) {
        let first = CivilDate(1990, 1, 1)
        let axis = TimeAxis((0..<days).map { (first + $0).midnightUTC }, isIntraday: false)
        #expect((1...TimeAxis.ticksMax).contains(axis.ticks.count))
        #expect(zip(axis.ticks, axis.ticks.dropFirst()).allSatisfy { $0.place < $1.place })
        #expect(Set(axis.ticks.map(\.label)).count > axis.ticks.count / 3)
    }

    @Test("a moment is found among those of an axis")
    func places() {
        let axis = TimeAxis((0..<100).map { Timestamp(seconds: Int64($0) * 60) }, isIntraday: true)
        #expect(axis.place(at: Timestamp(seconds: 0)) == 0)
        #expect(axis.place(at: Timestamp(seconds: 119)) == 1)
        #expect(axis.place(at: Timestamp(seconds: 120)) == 2)
        #expect(axis.place(at: Timestamp(seconds: 1_000_000)) == 99)
        #expect(axis.place(at: Timestamp(seconds: -5)) == 0)
    }

    @Test("numbers as a person reads them")
    func digits() {
        #expect(Digits.fixed(1_234_567.891, 2) == "1,234,567.89")
        #expect(Digits.fixed(-0.5, 1) == "\u{2212}0.5" && Digits.fixed(0.5, 0, sign: true) == "+1")
        #expect(Digits.fixed(-0.001, 2) == "0.00" && Digits.fixed(nil, 2) == Digits.none)
        #expect(Digits.fixed(999.995, 2) == "1,000.00")
        #expect(Digits.percent(0.1234, 1) == "12.3\u{202F}%")
        #expect(Digits.data(0.1234567) == "0.123457" && Digits.data(-12_345.678) == "-12345.68")
        #expect(Digits.data(.nan) == "null" && Digits.data(1e12) == "1000000000000.0")
        #expect(
            Digits.short(1_250_000, step: 50_000) == "1.25M" && Digits.short(120_000, step: 20_000) == "120k")
        #expect(Digits.place(-0.04) == "0" && Digits.place(12.34) == "12.3" && Digits.place(-3.25) == "-3.3")
        #expect(Digits.time(Double(26 * Nanoseconds.hour)) == "1 d 2 h")
    }

    @Test("a histogram counts every return that moved, gains and losses apart")
    func histogram() {
        let values = (0..<1000).map { Double($0 - 500) / 10_000 } + [0.9, -0.9]
        let histogram = Histogram(values)
        #expect(histogram.counts.reduce(0, +) == 1001)
        #expect(histogram.counts.count < 60)
        let zero = -histogram.edges.low / histogram.edges.width
        #expect((zero - zero.rounded()).magnitude < 1e-9)
        #expect(Histogram([]).counts == [0] && Histogram([0.01, 0.01]).counts == [2])
    }
}
