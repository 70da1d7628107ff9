import Domain

@testable import Gatekeeper

/// A random number from a seed: the same on every machine.
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        var mixed = state ^ (state >> 33)
        mixed = mixed &* 0xff51_afd7_ed55_8ccd
        return mixed ^ (mixed >> 33)
    }
}

let apple = Symbol("AAPL")!

/// Daily bars that wander by about a percent, one a session.
func days(_ count: Int, from first: CivilDate = CivilDate(2012, 1, 3), seed: UInt64 = 1) -> [Bar] {
    var dice = Dice(state: seed)
    var price = 100.0
    let sessions = TradingCalendar.xnys.sessions(from: first, to: CivilDate(2030, 1, 1)).prefix(count)
    return sessions.map { session in
        let open = price * Double.random(in: 0.995...1.005, using: &dice)
        price = open * Double.random(in: 0.985...1.015, using: &dice)
        return bar(
            session.open, Nanoseconds.day, open, max(open, price) * 1.004, min(open, price) * 0.996, price,
            Double.random(in: 8e5...2e6, using: &dice))
    }
}

/// Minutes of sessions, wandering by a few hundredths of a percent.
func minutes(_ sessions: Int, seed: UInt64 = 1) -> [Bar] {
    var dice = Dice(state: seed)
    var price = 100.0
    var bars: [Bar] = []
    for session in TradingCalendar.xnys.sessions(from: CivilDate(2024, 11, 25), to: CivilDate(2030, 1, 1))
        .prefix(sessions)
    {
        for minute in 0..<session.minutes {
            let open = price
            price *= Double.random(in: 0.9995...1.0005, using: &dice)
            bars.append(
                bar(
                    session.start(ofMinute: minute), Nanoseconds.minute, open, max(open, price) * 1.0001,
                    min(open, price) * 0.9999, price, Double.random(in: 900...3000, using: &dice)))
        }
    }
    return bars
}

func bar(
    _ at: Timestamp, _ span: Int64, _ open: Double, _ high: Double, _ low: Double, _ close: Double,
    _ volume: Double
) -> Bar {
    Bar(
        symbol: apple, span: span, openedAt: at, open: price(open), high: price(high), low: price(low),
        close: price(close), volume: Volume(Int(volume)))
}

func price(_ number: Double) -> Price { try! Price(rounding: number) }

extension Bar {
    /// Every price times a factor.
    func times(_ factor: Double) -> Bar {
        var bar = self
        bar.open = price(Double(open) * factor)
        bar.high = price(Double(high) * factor)
        bar.low = price(Double(low) * factor)
        bar.close = price(Double(close) * factor)
        return bar
    }
}

/// The findings of bars as rows of one file; the line of the first is 2.
func findings(
    _ bars: [Bar], actions: [CorporateAction] = [], _ change: (inout HealthLimits) -> Void = { _ in }
) -> [Finding] {
    var limits = HealthLimits()
    change(&limits)
    var health = DataHealth(limits, actions: actions)
    for (at, bar) in bars.enumerated() { health.take(bar, file: "bars.csv", line: at + 2) }
    return health.finish().series.flatMap(\.findings)
}
