import Domain

/// What is shown of the market at one moment within a bar.
struct Tick {
    var quote: Quote
    var trade: Trade
}

/// The quotes and trades that are made of a bar: four of each, at its open, its two extremes and its close, the extreme
/// nearer to the open first. They depend on the bar alone, so that the history can be asked for them at any time.
struct BarTicks {
    static let count = 4
    let bar: Bar
    private let prices: InlineArray<4, Price>
    private let spread: Price

    init(_ bar: Bar, spread: Price) {
        self.bar = bar
        self.spread = spread
        let lowFirst = bar.open - bar.low <= bar.high - bar.open
        prices = [bar.open, lowFirst ? bar.low : bar.high, lowFirst ? bar.high : bar.low, bar.close]
    }

    /// At the beginning of each quarter of the bar.
    func at(_ index: Int) -> Timestamp { bar.openedAt + bar.span / 4 * Int64(index) }

    subscript(index: Int) -> Tick {
        let price = prices[index]
        let half = Price(units: spread.units / 2)
        let bid = max(price - half, Price(units: 100))
        return Tick(
            quote: Quote(
                symbol: bar.symbol, at: at(index), bid: bid, ask: price + half, bidSize: size, askSize: size),
            trade: Trade(
                symbol: bar.symbol, at: at(index), price: price, size: tradeSize(index),
                id: UInt64(bitPattern: bar.openedAt.nanoseconds / Nanoseconds.second) * 4 + UInt64(index)))
    }

    /// What is shown on each side: a sixteenth of the bar's volume in whole lots, one lot at least.
    private var size: Volume {
        let lots = bar.volume.units / Volume.scale / 16 / 100
        return Volume(Int(max(lots, 1)) * 100)
    }

    private func tradeSize(_ index: Int) -> Volume {
        let whole = bar.volume.units / Volume.scale
        let part = whole / 4
        return Volume(Int(max(index == 3 ? whole - 3 * part : part, 1)))
    }

    /// The average price of the trades.
    var average: Price {
        let sum = prices[0].units + prices[1].units + prices[2].units + prices[3].units
        return Price(units: sum / 4)
    }
}
