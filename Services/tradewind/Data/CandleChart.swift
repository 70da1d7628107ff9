import Configuration
import Domain

/// Bars as candles of text: a body from open to close, a wick from low to high. Where there are more bars than
/// columns, each candle joins as many as it takes.
enum CandleChart {
    static func text(_ bars: [Bar], title: String, width: Int, height: Int) -> String {
        let room = max(10, width - 12)
        let perCandle = (bars.count + room - 1) / room
        let candles = stride(from: 0, to: bars.count, by: max(1, perCandle)).map { start in
            joined(bars[start..<min(start + max(1, perCandle), bars.count)])
        }
        guard let top = candles.map(\.high).max(), let bottom = candles.map(\.low).min() else { return "" }
        let paint = Terminal.standardOutput.paint
        var text = "\(title)  \(bars.count) bars, \(perCandle > 1 ? "\(perCandle) to a candle, " : "")"
        text += "\(bars[0].openedAt) to \(bars[bars.count - 1].openedAt)\n"
        let step = max(1, Double(top.units - bottom.units)) / Double(height)
        for line in 0..<height {
            // The prices between which this line of cells lies.
            let high = Double(top.units) - Double(line) * step
            let low = high - step
            let label = Price(units: Int64((high + low) / 2)).formatted(places: 2)
            text += String(repeating: " ", count: max(0, 10 - label.count)) + label + " "
            for candle in candles {
                let cell = cell(candle, low, high)
                text += cell == " " ? " " : paint(cell, candle.close >= candle.open ? .green : .red)
            }
            while text.last == " " { text.removeLast() }
            text += "\n"
        }
        return text
    }

    private static func joined(_ bars: ArraySlice<Bar>) -> Bar {
        var joined = bars[bars.startIndex]
        for bar in bars.dropFirst() {
            joined.high = max(joined.high, bar.high)
            joined.low = min(joined.low, bar.low)
            joined.close = bar.close
        }
        return joined
    }

    private static func cell(_ bar: Bar, _ low: Double, _ high: Double) -> String {
        let middle = (low + high) / 2
        let body = (Double(min(bar.open, bar.close).units), Double(max(bar.open, bar.close).units))
        if body.0 <= high, body.1 >= low, middle >= body.0 - (high - low) / 2,
            middle <= body.1 + (high - low) / 2
        {
            return bar.close >= bar.open ? "█" : "▓"
        }
        return Double(bar.low.units) <= high && Double(bar.high.units) >= low ? "│" : " "
    }
}
