import Domain
import Providers

/// Bars in which nothing moves: one a minute for each symbol, in the sessions of New York or without end.
struct FixedSource: BarSource {
    private let prices: [(symbol: Symbol, price: Price)]
    private let isContinuous: Bool
    private var opens: Timestamp
    private var passed = Timestamp.distantPast

    init(_ prices: [(symbol: Symbol, price: Price)], from begin: Timestamp, isContinuous: Bool) {
        self.prices = prices.sorted { $0.symbol < $1.symbol }
        self.isContinuous = isContinuous
        opens = begin.floored(to: Nanoseconds.minute)
    }

    mutating func skip(through moment: Timestamp) { passed = max(passed, moment) }

    mutating func next() throws(SourceError) -> Instant? {
        repeat {
            if !isContinuous, !TradingCalendar.xnys.isOpen(at: opens) {
                guard let session = TradingCalendar.xnys.next(after: opens) else { return nil }
                opens = session.open
            }
            let openedAt = opens
            opens += Nanoseconds.minute
            if opens <= passed { continue }
            return Instant(
                at: opens,
                bars: prices.map {
                    Bar(
                        symbol: $0.symbol, span: Nanoseconds.minute, openedAt: openedAt, open: $0.price,
                        high: $0.price, low: $0.price, close: $0.price, volume: Volume(10_000), trades: 100)
                })
        } while true
    }
}
