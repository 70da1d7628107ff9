import Configuration

/// Runs as a person reads them.
enum RunsText {
    static func list(_ runs: [(entry: RunEntry, times: Int)]) -> String {
        var table = Table(columns: [
            .text("run"), .text("made"), .number("times"), .text("strategy"), .text("parameters"),
            .text("symbols"),
            .text("from, to"), .number("return"), .number("Sharpe"), .number("drawdown"), .number("trades"),
        ])
        for (entry, times) in runs {
            table.add([
                entry.name, made(entry), "\(times)", entry.strategy, entry["parameters"], symbols(entry),
                "\(entry["from"]), \(entry["to"])", BacktestOutput.percent(entry.figure("total_return")),
                BacktestOutput.number(entry.figure("sharpe")),
                BacktestOutput.percent(entry.figure("max_drawdown")),
                entry.figure("closed_trades").map { "\(Int($0))" } ?? "-",
            ])
        }
        return table.text(width: nil, paint: Terminal.standardOutput.paint)
    }

    static func made(_ entry: RunEntry) -> String {
        String(entry["at"].prefix(16)).map { $0 == "T" ? " " : String($0) }.joined()
    }

    static func symbols(_ entry: RunEntry) -> String {
        let symbols = entry.texts("symbols")
        return symbols.count <= 3
            ? symbols.joined(separator: " ")
            : "\(symbols.prefix(2).joined(separator: " ")) … (\(symbols.count))"
    }

    static func show(_ entry: RunEntry, times: Int) -> String {
        let paint = Terminal.standardOutput.paint
        var table = Table(columns: [.text("run \(entry.name)"), .text("")])
        table.add(["made", "\(made(entry)) UTC" + (times > 1 ? ", \(times) times" : "")])
        table.add(["strategy", entry.strategy])
        if !entry["parameters"].isEmpty { table.add(["parameters", entry["parameters"]]) }
        table.add(["symbols", symbols(entry)])
        table.add(["from, to", "\(entry["from"]), \(entry["to"])"])
        for (name, words) in entry.settings where name != "set" && words != ["false"] {
            table.add(["--\(name)", words.joined(separator: " ")])
        }
        table.add(["folder", entry["folder"]])
        for key in ["program", "data", "orders_hash", "outcome"] {
            table.add([RunFigure.plain(key), entry[key]])
        }
        table.add(["", ""])
        for figure in RunFigure.all { table.add([figure.name, figure.text(entry)]) }
        let warnings = entry.texts("warnings").map { paint("! \($0)", .yellow) + "\n" }
        return table.text(width: nil, paint: paint) + warnings.joined()
    }

    static func json(_ entries: [RunEntry]) -> String {
        "[" + entries.map(\.text).joined(separator: ",\n") + "]\n"
    }
}

/// A figure by which runs are compared.
struct RunFigure {
    enum Better { case more, less, neither }
    enum Kind { case money, share, ratio, count }

    let key: String
    let kind: Kind
    let better: Better

    var name: String { RunFigure.plain(key) }

    static func plain(_ key: String) -> String { key.map { $0 == "_" ? " " : String($0) }.joined() }

    static let all: [RunFigure] = [
        RunFigure(key: "final_equity", kind: .money, better: .more),
        RunFigure(key: "total_return", kind: .share, better: .more),
        RunFigure(key: "annual_return", kind: .share, better: .more),
        RunFigure(key: "volatility", kind: .share, better: .less),
        RunFigure(key: "sharpe", kind: .ratio, better: .more),
        RunFigure(key: "sortino", kind: .ratio, better: .more),
        RunFigure(key: "calmar", kind: .ratio, better: .more),
        RunFigure(key: "max_drawdown", kind: .share, better: .less),
        RunFigure(key: "closed_trades", kind: .count, better: .neither),
        RunFigure(key: "win_rate", kind: .share, better: .more),
        RunFigure(key: "profit_factor", kind: .ratio, better: .more),
        RunFigure(key: "exposure", kind: .share, better: .neither),
        RunFigure(key: "turnover", kind: .ratio, better: .less),
        RunFigure(key: "fees", kind: .money, better: .less),
    ]

    func text(_ entry: RunEntry) -> String {
        let value = entry.figure(key)
        switch kind {
        case .share: return BacktestOutput.percent(value)
        case .money, .ratio: return BacktestOutput.number(value)
        case .count: return value.map { "\(Int($0))" } ?? "-"
        }
    }

    /// The best of several, where they differ.
    func best(_ entries: [RunEntry]) -> Double? {
        let values = entries.compactMap { $0.figure(key) }
        guard values.count > 1, let least = values.min(), let most = values.max(), least < most else {
            return nil
        }
        switch better {
        case .more: return most
        case .less: return least
        case .neither: return nil
        }
    }
}
