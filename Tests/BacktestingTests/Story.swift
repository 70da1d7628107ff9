import Domain
import Strategies

@testable import Backtesting
@testable import Portfolio

/// A run that never was, told by what a review looks at: a run that gives no cause for a warning, to be spoilt in one
/// point.
struct Story {
    var record: BacktestRecord
    var table: BarTable
    var settings = BacktestSettings()

    /// Three symbols for three years, forty trades, and a steady rise.
    init(symbols: Int = 3, days: Int = 756) throws {
        table = try Markets.walk(seed: 11, symbols: symbols, days: days)
        record = BacktestRecord(symbols: table.symbols, cash: Money(100_000))
        settings.rules.participation = 0.1
        for day in 0..<days {
            let at = Timestamp(nanoseconds: table.closesAt[day * symbols])
            // Up a little more than down, in every month.
            let equity = Money(
                units: 100_000_000_000 + Int64(day) * 60_000_000 + (day % 2 == 0 ? 90_000_000 : 0))
            record.days.append(BacktestRecord.Day(at: at, equity: equity, cash: equity, gross: .zero))
        }
        record.finalEquity = record.days.last?.equity ?? record.cash
        record.bars = table.count
        let result = record.finalEquity - record.cash
        for number in 0..<40 {
            let row = (number * 18 + 9) * symbols % (table.count - 40 * symbols) + number % symbols
            try trade(from: row, to: row + 10 * symbols, profit: Money(units: result.units / 40))
        }
    }

    /// A purchase and a sale at the opens of two bars. Its profit is told, and is given by the fees.
    mutating func trade(from: Int, to: Int, profit: Money, fees: Money = .zero) throws {
        let instrument = Int(table.symbol[from])
        let symbol = table.symbols[instrument]
        let quantity = Quantity(1)
        let (openedAt, closedAt) = (
            Timestamp(nanoseconds: table.openedAt[from]), Timestamp(nanoseconds: table.openedAt[to])
        )
        let (bought, sold) = (Price(units: table.open[from]), Price(units: table.open[to]))
        let cost = sold * quantity - bought * quantity - profit
        for (side, price, at, fee) in [
            (Side.buy, bought, openedAt, Money.zero), (.sell, sold, closedAt, cost),
        ] {
            let order = Order(
                id: "\(record.orders.count)", account: "a", symbol: symbol, side: side, quantity: quantity)
            record.orders.append(TrackedOrder(order))
            record.reasons.append("")
            record.proposedAt.append(at)
            record.fills.append(
                Fill(
                    id: "\(record.fills.count)", orderId: order.id, account: "a", strategy: "s",
                    symbol: symbol,
                    side: side, quantity: quantity, price: price, fee: fee, at: at))
        }
        record.shares.append(
            BacktestRecord.Share(
                strategy: 0, instrument: instrument, profit: profit, fees: .zero,
                traded: (bought + sold) * quantity))
        record.trades.append(
            ClosedLot(
                symbol: SymbolIndex(instrument), strategy: 0, closedBy: 0, quantity: quantity,
                openedAt: openedAt,
                closedAt: closedAt, openPrice: bought, closePrice: sold, profit: profit + fees, fees: fees))
    }

    func warnings() throws -> [String] { try SelfReview.warnings(record, on: table, settings) }

    /// Whether a warning comes that says this.
    func warns(_ part: String) throws -> Bool { try warnings().contains { $0.contains(part) } }
}
