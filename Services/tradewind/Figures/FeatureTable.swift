import Configuration
import Domain
import Features

/// `tradewind features compute`: the features of each symbol at each bar.
struct FeatureTable {
    private let market: FeatureMarket
    private let columns: FeatureColumns

    init(_ market: FeatureMarket) {
        self.market = market
        columns = market.columns()
    }

    func print(asJSON: Bool) throws { try Console.write(asJSON ? json : csv) }

    private var names: [String] { market.set.features.map(\.name) }

    /// Each instant and symbol that has a bar, with its numbers.
    private func visit(_ row: (Timestamp, Symbol, [Double?]) -> Void) {
        for (instant, moment) in market.moments.enumerated() {
            for (place, symbol) in market.symbols.enumerated() where market.candles[place][instant] != nil {
                row(moment, symbol, names.indices.map { columns[feature: $0, symbol: place][instant] })
            }
        }
    }

    private var csv: String {
        var text = "time,symbol," + names.joined(separator: ",") + "\n"
        visit { moment, symbol, numbers in
            text += "\(moment),\(symbol)"
            for number in numbers { text += "," + (number.map { "\($0)" } ?? "") }
            text += "\n"
        }
        return text
    }

    private var json: String {
        var json = JSONWriter()
        json.object { json in
            json.key("version")
            json.string(market.set.versionText)
            json.key("features")
            json.array { json in names.forEach { json.string($0) } }
            json.key("rows")
            json.array { json in
                visit { moment, symbol, numbers in
                    json.object { json in
                        json.key("time")
                        json.string("\(moment)")
                        json.key("symbol")
                        json.string(symbol.text)
                        json.key("values")
                        json.array { json in
                            for number in numbers {
                                if let number { json.number(number) } else { json.null() }
                            }
                        }
                    }
                }
            }
        }
        return json.text + "\n"
    }
}
