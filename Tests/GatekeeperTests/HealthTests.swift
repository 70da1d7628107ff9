import Domain
import Testing

@testable import Gatekeeper

@Suite("Planted defects are found, each by its name, and nothing else")
struct HealthTests {
    @Test("bars that wander are healthy", arguments: 1...20)
    func clean(seed: UInt64) {
        #expect(findings(days(750, seed: seed)).isEmpty)
        #expect(findings(minutes(4, seed: seed)).isEmpty)
    }

    /// What is done to a bar, and what that is called.
    struct Defect: Sendable {
        var kind: FaultKind
        var plant: @Sendable (inout Bar) -> Void

        init(_ kind: FaultKind, _ plant: @escaping @Sendable (inout Bar) -> Void) {
            self.kind = kind
            self.plant = plant
        }

        static let all = [
            Defect(.nonPositive) { $0.low = .zero },
            Defect(.highBelowLow) { swap(&$0.high, &$0.low) },
            Defect(.openOutside) { $0.open = price(Double($0.high) * 1.01) },
            Defect(.closeOutside) { $0.close = price(Double($0.low) * 0.99) },
            Defect(.negativeVolume) { $0.volume = Volume(-5) },
            Defect(.spike) { $0 = $0.times(1.45) },
            Defect(.spike) { $0.high = price(Double($0.high) * 1.8) },
            Defect(.spike) { $0.low = price(Double($0.low) * 0.5) },
            Defect(.scale) { $0 = $0.times(100) },
            Defect(.scale) { $0 = $0.times(0.1) },
            Defect(.zeroVolume) { $0.volume = .zero },
            Defect(.volumeSpike) { $0.volume = Volume(units: $0.volume.units * 1000) },
        ]
    }

    @Test("one bar of days", arguments: Defect.all.indices)
    func oneBar(number: Int) {
        let (kind, plant) = (Defect.all[number].kind, Defect.all[number].plant)
        for at in [100, 300, 700] {
            var bars = days(750)
            plant(&bars[at])
            let found = findings(bars)
            // A bar that cannot be is left out, and so its day is missing.
            #expect(found.filter { $0.fault.kind != .missing }.map(\.fault.kind) == [kind])
            #expect(found.first { $0.fault.kind == kind }?.line == at + 2)
        }
    }

    @Test("what is in the wrong place")
    func places() {
        let bars = days(400)
        var twice = bars
        twice.insert(bars[200], at: 201)
        #expect(findings(twice).map(\.fault.kind) == [.duplicate])
        var conflict = bars
        conflict.insert(bars[200].times(1.001), at: 201)
        #expect(findings(conflict).map(\.fault.kind) == [.conflict])
        var late = bars
        let moved = late.remove(at: 100)
        late.insert(moved, at: 200)
        #expect(findings(late).map(\.fault.kind) == [.missing, .outOfOrder])
        var saturday = bars
        saturday[200].openedAt = CivilDate(2012, 10, 20).midnightUTC + 14 * Nanoseconds.hour
        #expect(findings(saturday).map(\.fault.kind).contains(.outOfSession))
        #expect(
            findings(bars) { $0.asOf = bars[390].openedAt }.map(\.fault.kind)
                == [FaultKind](repeating: .future, count: 9))
    }

    @Test("what is missing, frozen or old")
    func absence() {
        let bars = days(400)
        var gap = bars
        gap.removeSubrange(100..<103)
        let missing = findings(gap)
        #expect(missing.map(\.fault.kind) == [.missing])
        #expect(missing[0].fault.explanation == "3 sessions, 2012-05-25 to 2012-05-30")
        var frozen = bars
        for at in 200..<206 {
            let time = frozen[at].openedAt
            frozen[at] = bars[200]
            frozen[at].openedAt = time
        }
        #expect(findings(frozen).map(\.fault.kind) == [.frozen])
        let old = findings(bars) { $0.asOf = bars.last!.openedAt + 30 * Nanoseconds.day }
        #expect(old.map(\.fault.kind) == [.stale])
    }

    @Test("a price that stays elsewhere is a jump, or a split that nobody told of")
    func steps() {
        func step(_ factor: Double) -> [Bar] {
            days(400).enumerated().map { $0.offset < 200 ? $0.element : $0.element.times(factor) }
        }
        #expect(findings(step(0.44)).map(\.fault.kind) == [.jump])
        #expect(findings(step(1.0 / 7)).map(\.fault.kind) == [.split])
        #expect(findings(step(3)).map(\.fault.kind) == [.split])
        #expect(findings(step(1000)).map(\.fault.kind) == [.scale])
        let split = CorporateAction(
            symbol: apple, kind: .split, exAt: days(400)[200].openedAt, numerator: 7, denominator: 1)
        #expect(findings(step(1.0 / 7), actions: [split]).isEmpty)
        // One that was told of and did not happen is seen, too.
        #expect(findings(days(400), actions: [split]).map(\.fault.kind) == [.split])
    }

    @Test("minutes: out of the session, off the grid, missing, a jump within the day")
    func intraday() {
        let bars = minutes(3)
        var early = bars
        early[0].openedAt = bars[0].openedAt + -Nanoseconds.minute
        #expect(findings(early).map(\.fault.kind) == [.outOfSession])
        var askew = bars
        askew[500].openedAt = bars[500].openedAt + 17 * Nanoseconds.second
        #expect(Set(findings(askew).map(\.fault.kind)) == [.misaligned, .missing])
        var gap = bars
        gap.removeSubrange(100..<110)
        let found = findings(gap)
        #expect(found.map(\.fault.kind) == [.missing])
        #expect(found[0].fault.explanation.hasPrefix("10 of 390 bars of 2024-11-25"))
        let jump = bars.enumerated().map { $0.offset < 500 ? $0.element : $0.element.times(1.12) }
        #expect(findings(jump).map(\.fault.kind) == [.jump])
        // Thanksgiving has no session, and the day after it half a one: nothing of them is missing.
        #expect(findings(minutes(6)).isEmpty)
    }

    @Test("two files of a symbol are held against each other")
    func providers() {
        let bars = days(300)
        func compare(_ other: [Bar]) -> [Finding] {
            var health = DataHealth(HealthLimits(), actions: [])
            for (at, bar) in bars.enumerated() { health.take(bar, file: "a.csv", line: at + 2) }
            for (at, bar) in other.enumerated() { health.take(bar, file: "b.csv", line: at + 2) }
            return health.finish().series.flatMap(\.findings)
        }
        #expect(compare(bars).isEmpty)
        #expect(compare(bars.map { $0.times(1.001) }).isEmpty)
        var other = bars
        other[123] = bars[123].times(1.02)
        let found = compare(other)
        #expect(found.map(\.fault.kind) == [.disagreement])
        #expect(found[0].line == 125)
        #expect(found[0].fault.explanation.contains("1 of 300 bars differ from b.csv"))
        other = bars
        other.remove(at: 50)
        #expect(
            compare(other).map(\.fault.kind).sorted { $0.rawValue < $1.rawValue } == [
                .missing, .disagreement,
            ])
    }

    @Test("the median of a window is that of a sort", arguments: 1...20)
    func median(seed: UInt64) {
        var dice = Dice(state: seed)
        var window = MedianWindow(9)
        var all: [Double] = []
        for _ in 0..<60 {
            let number = Double(Int.random(in: 0...12, using: &dice))
            window.add(number)
            all.append(number)
            let last = all.suffix(9).sorted()
            let middle = last.count / 2
            let median = last.count % 2 == 1 ? last[middle] : (last[middle - 1] + last[middle]) / 2
            #expect(window.median == (all.count < 3 ? nil : median))
        }
    }

    @Test("whatever the figures are, nothing traps", arguments: 1...30)
    func extremes(seed: UInt64) {
        var dice = Dice(state: seed)
        let units: [Int64] = [.min, -1, 0, 1, 2, 1_000_000, 190_000_000, .max - 1, .max]
        func any() -> Int64 {
            Bool.random(using: &dice) ? units.randomElement(using: &dice)! : 190_000_000
        }
        var gate = Gatekeeper()
        var bars: [Bar] = []
        for var bar in days(300, seed: seed) {
            if Int.random(in: 0..<3, using: &dice) == 0 {
                (bar.open, bar.close) = (Price(units: any()), Price(units: any()))
                (bar.high, bar.low) = (max(bar.open, bar.close), min(bar.open, bar.close))
                bar.volume = Volume(units: any())
            }
            if Int.random(in: 0..<20, using: &dice) == 0 {
                let action = CorporateAction(
                    symbol: apple, kind: Bool.random(using: &dice) ? .split : .dividend, exAt: bar.openedAt,
                    numerator: any(), denominator: any(), amount: Price(units: any()))
                gate.heed(action)
                #expect(findings(bars, actions: [action]).count < 1000)
            }
            _ = gate.judge(bar, at: bar.closesAt)
            let quote = Quote(
                symbol: apple, at: bar.openedAt, bid: Price(units: any()), ask: Price(units: any()),
                bidSize: Volume(units: any()), askSize: Volume(units: any()))
            _ = gate.judge(quote, at: quote.at)
            bars.append(bar)
        }
        #expect(findings(bars).count < 1000)
    }
}
