import AlpacaVenue
import Configuration
import Domain

/// A live datum as a line of the journal has it: its kind, and its figures as texts, so that none is rounded.
enum LiveLine {
    static func write(_ datum: LiveDatum, into json: inout JSONWriter) {
        let (kind, texts) = texts(of: datum)
        json.key(kind)
        json.array { json in for text in texts { json.string(text) } }
    }

    private static func texts(of datum: LiveDatum) -> (kind: String, texts: [String]) {
        switch datum {
        case .bar(let bar):
            let prices = [bar.open, bar.high, bar.low, bar.close].map { String($0.units) }
            return (
                "bar",
                [bar.symbol.text, String(bar.span), String(bar.openedAt.nanoseconds)] + prices
                    + [String(bar.volume.units), String(Int64(bitPattern: bar.trades))]
            )
        case .quote(let quote):
            let figures = [quote.bid.units, quote.ask.units, quote.bidSize.units, quote.askSize.units]
            return (
                "quote",
                [quote.symbol.text, String(quote.at.nanoseconds)] + figures.map { String($0) }
            )
        case .trade(let trade):
            return (
                "trade",
                [
                    trade.symbol.text, String(trade.at.nanoseconds), String(trade.price.units),
                    String(trade.size.units), String(Int64(bitPattern: trade.id)),
                ]
            )
        }
    }

    /// The datum of a line; nothing where it has none that can be read.
    static func datum(of line: JSONValue) -> LiveDatum? {
        for kind in ["bar", "quote", "trade"] {
            guard case .array(let items)? = line[kind] else { continue }
            let texts = items.compactMap(\.text)
            guard texts.count == items.count, let name = texts.first, let symbol = Symbol(name) else {
                return nil
            }
            let figures = texts.dropFirst().compactMap { Int64($0) }
            guard figures.count == texts.count - 1 else { return nil }
            return datum(kind, symbol, figures)
        }
        return nil
    }

    private static func datum(_ kind: String, _ symbol: Symbol, _ figures: [Int64]) -> LiveDatum? {
        switch (kind, figures.count) {
        case ("bar", 8):
            .bar(
                Bar(
                    symbol: symbol, span: figures[0], openedAt: Timestamp(nanoseconds: figures[1]),
                    open: Price(units: figures[2]), high: Price(units: figures[3]),
                    low: Price(units: figures[4]), close: Price(units: figures[5]),
                    volume: Volume(units: figures[6]), trades: UInt64(bitPattern: figures[7])))
        case ("quote", 5):
            .quote(
                Quote(
                    symbol: symbol, at: Timestamp(nanoseconds: figures[0]), bid: Price(units: figures[1]),
                    ask: Price(units: figures[2]), bidSize: Volume(units: figures[3]),
                    askSize: Volume(units: figures[4])))
        case ("trade", 4):
            .trade(
                Trade(
                    symbol: symbol, at: Timestamp(nanoseconds: figures[0]), price: Price(units: figures[1]),
                    size: Volume(units: figures[2]), id: UInt64(bitPattern: figures[3])))
        default: nil
        }
    }
}
