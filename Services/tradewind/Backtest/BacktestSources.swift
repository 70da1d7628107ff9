import Backtesting
import Configuration
import Domain
import Statistics

/// Where a run's profit came from, and what it is held against.
extension BacktestOutput {
    /// Only where there is a benchmark.
    var benchmarkFigures: [(String, Double?)] {
        guard let comparison else { return [] }
        return [
            ("benchmark_return", comparison.benchmark.totalReturn), ("alpha", comparison.alpha()),
            ("beta", comparison.beta), ("information_ratio", comparison.informationRatio),
            ("tracking_error", comparison.trackingError),
        ]
    }

    /// The strategies with what each did, and the corporate actions, where there were such.
    func sources(_ json: inout JSONWriter) {
        if let benchmark = done.record.benchmark {
            json.key("benchmark")
            json.string(benchmark.name)
        }
        if done.record.parts.count > 1 {
            json.key("strategies")
            json.array { json in
                for number in done.record.parts.indices { write(part: number, &json) }
            }
        }
        guard !done.record.actions.isEmpty else { return }
        json.key("actions")
        json.array { json in
            for action in done.record.actions { write(action, &json) }
        }
    }

    private func write(part number: Int, _ json: inout JSONWriter) {
        let part = done.record.parts[number]
        let shares = done.record.shares.filter { $0.strategy == number }
        json.object { json in
            for (key, text) in [("name", part.label), ("parameters", part.parameters)] {
                json.key(key)
                json.string(text)
            }
            let sums: [(String, Money)] = [
                ("cash", part.cash), ("profit", shares.reduce(.zero) { $0 + $1.profit }),
                ("fees", shares.reduce(.zero) { $0 + $1.fees }),
                ("traded", shares.reduce(.zero) { $0 + $1.traded }),
            ]
            for (key, money) in sums {
                json.key(key)
                json.number(Double(money))
            }
            json.key("closed_trades")
            json.integer(done.record.trades.count { $0.strategy == number })
            json.key("by_symbol")
            json.object { json in
                for share in shares {
                    json.key(done.record.symbols[share.instrument].text)
                    json.number(Double(share.profit))
                }
            }
        }
    }

    private func write(_ item: BacktestRecord.Action, _ json: inout JSONWriter) {
        json.object { json in
            json.key("symbol")
            json.string(done.record.symbols[item.instrument].text)
            json.key("ex_date")
            json.string("\(EasternTime.local(at: item.action.exAt).date)")
            json.key("kind")
            json.string("\(item.action.kind)")
            json.key("figure")
            json.string(item.figure)
            json.key("held")
            json.number(Double(item.held))
            json.key("after")
            json.number(Double(item.after))
            json.key("cash")
            json.number(Double(item.cash))
        }
    }

    /// The same as a table.
    var actions: String {
        var text = "symbol,ex_date,kind,figure,held,after,cash\n"
        for item in done.record.actions {
            text += "\(done.record.symbols[item.instrument]),\(EasternTime.local(at: item.action.exAt).date),"
            text += "\(item.action.kind),\(item.figure),\(item.held),\(item.after),\(item.cash)\n"
        }
        return text
    }
}

extension BacktestRecord.Action {
    /// `7:1` of a split, and what is paid for a share of anything else.
    fileprivate var figure: String {
        action.kind == .split ? "\(action.numerator):\(action.denominator)" : "\(action.amount)"
    }
}
