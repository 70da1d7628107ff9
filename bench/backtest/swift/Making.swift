import Domain

/// Numbers that are the same on every machine.
private struct Walk {
    private var state: UInt64 = 42

    mutating func next() -> Int64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int64(state >> 40)
    }
}

private struct Candle {
    var open: Int64
    var high: Int64
    var low: Int64
    var close: Int64

    func text(_ scale: Int64, _ places: Int) -> String {
        [open, high, low, close].map { Price(units: $0 * scale).formatted(places: places) }.joined(
            separator: ",")
    }
}

/// A walk in cents with a bar every minute, day and night.
func makeMinutes(_ bars: Int) throws {
    var random = Walk()
    var close: Int64 = 10_000
    var text = "symbol,time,open,high,low,close,volume\n"
    let first = CivilDate(2020, 1, 1).midnightUTC
    for bar in 0..<bars {
        let open = max(1_000, close + random.next() % 3 - 1)
        close = max(1_000, open + random.next() % 21 - 10)
        let high = max(open, close) + random.next() % 5
        let low = min(open, close) - random.next() % 5
        let at = first + Int64(bar) * Nanoseconds.minute
        let candle = Candle(open: open, high: high, low: low, close: close)
        text += "BENCH,\(at),\(candle.text(10_000, 2)),\(random.next() % 1000 + 100)\n"
        flush(&text, above: 1 << 20)
    }
    flush(&text)
}

/// Walks in millionths with a bar every session: so fine that two averages are never equal, and no rival's rounding
/// decides.
func makeDays(_ days: Int, symbols: Int) throws {
    var random = Walk()
    let sessions = TradingCalendar.xnys.sessions(from: CivilDate(2010, 1, 1), to: CivilDate(2035, 12, 31))
    guard sessions.count >= days else { throw Usage() }
    var closes = (0..<symbols).map { _ in 20_000_000 + random.next() % 100_000_000 }
    let drifts = (0..<symbols).map { _ in random.next() % 1_201 - 500 }
    var text = "symbol,time,open,high,low,close,volume\n"
    for session in sessions.prefix(days) {
        for symbol in 0..<symbols {
            // A day's step is up to 2 % of the price, a little more upwards for some symbols than for others.
            let step = closes[symbol] / 50
            let open = max(1_000_000, closes[symbol] + random.next() % 2_001 * step / 10_000 - step / 10)
            let close = max(
                1_000_000,
                open + random.next() % 2_000_001 * step / 1_000_000 - step + drifts[symbol] * step / 20_000)
            let high = max(open, close) + random.next() % 50_000
            let low = min(open, close) - random.next() % 50_000
            closes[symbol] = close
            let candle = Candle(open: open, high: high, low: low, close: close)
            text +=
                "S\(symbol),\(session.open.dateUTC),\(candle.text(1, 6)),\(random.next() % 100_000 + 10_000)\n"
        }
        flush(&text, above: 1 << 20)
    }
    flush(&text)
}

private func flush(_ text: inout String, above size: Int = 0) {
    guard text.utf8.count > size else { return }
    print(text, terminator: "")
    text = ""
}
