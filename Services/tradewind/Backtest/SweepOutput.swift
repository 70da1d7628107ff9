import Backtesting
import Configuration
import Domain
import Strategies

/// What a sweep came to, for a person.
struct SweepOutput {
    let done: SweepRun.Done
    let strategy: String
    let options: BacktestOptions

    var survey: SweepSurvey { done.survey }

    func text(on terminal: Terminal) -> String {
        let paint = terminal.paint
        var text = top.text(width: nil, paint: paint)
        if let robustness { text += "\n" + robustness + "\n" }
        for warning in warnings { text += paint("! \(warning)", .yellow) + "\n" }
        if done.map != nil { text += "\n" + map(on: terminal) }
        return text + "\n" + counts + "\n"
    }

    /// How many points there were, and how long they took.
    var counts: String {
        let survey = survey
        var text = "\(survey.count) points"
        if survey.refused > 0 { text += ", \(survey.refused) refused by the strategy" }
        if done.known > 0 { text += ", \(done.known) known from before" }
        return text + ", \(BacktestOutput.number(done.seconds)) s"
    }

    private var top: Table {
        var table = Table(
            columns: [.text("parameters")] + SweepOutput.columns.map { Table.Column.number($0) })
        for point in survey.best { table.add([point.arguments.description] + cells(point)) }
        return table
    }

    static let columns = [
        "final equity", "return", "Sharpe", "Sortino", "Calmar", "drawdown", "trades", "around it",
    ]

    /// The figures of a point, in the order of `columns`; the last is the mean score of its neighbours.
    func cells(_ point: SweepPoint) -> [String] {
        guard let figures = point.figures else { return SweepOutput.columns.map { _ in "-" } }
        return [
            figures.finalEquity.formatted(places: 2), BacktestOutput.percent(figures.totalReturn),
            BacktestOutput.number(figures.sharpe), BacktestOutput.number(figures.sortino),
            BacktestOutput.number(figures.calmar), BacktestOutput.percent(figures.maxDrawdown),
            "\(figures.closedTrades)", score(survey.neighbourhood(of: point.number)?.mean),
        ]
    }

    /// A score as the figure that it is of.
    func score(_ score: Double?) -> String {
        switch survey.score {
        case .totalReturn: BacktestOutput.percent(score)
        case .maxDrawdown: BacktestOutput.percent(score.map { -$0 })
        case .sharpe, .sortino, .calmar: BacktestOutput.number(score)
        }
    }

    var scoreName: String {
        switch survey.score {
        case .sharpe: "Sharpe"
        case .sortino: "Sortino"
        case .calmar: "Calmar"
        case .totalReturn: "return"
        case .maxDrawdown: "drawdown"
        }
    }

    /// How the best stands to its neighbours, and to all.
    var robustness: String? {
        guard let best = survey.best.first, let spread = survey.spread else { return nil }
        var text = ""
        if let near = survey.neighbourhood(of: best.number) {
            text =
                "Around the best, \(near.count) points have a \(scoreName) of \(score(near.mean)) on average and "
                + "\(score(near.worst)) at worst. "
        }
        text +=
            "All points: \(score(spread.worst)) at worst, \(score(spread.lowerQuarter)), \(score(spread.median)), "
            + "\(score(spread.upperQuarter)) at the quarters, \(score(spread.best)) at best"
        if survey.score != .maxDrawdown {
            text += "; \(BacktestOutput.percent(spread.shareAboveZero)) above 0"
        }
        return text + "."
    }

    /// The best point lies where the grid ends.
    var warnings: [String] {
        guard let best = survey.best.first, best.figures != nil else { return [] }
        return GridReview.warnings(best: best.arguments, among: survey.plan.alongAxes)
    }

    // MARK: The heat map

    func heatMap(columns: Int, rows: Int) -> HeatMap? {
        done.map.map {
            HeatMap(survey, across: $0.across, down: $0.down, columns: columns, rows: rows)
        }
    }

    private func map(on terminal: Terminal) -> String {
        guard let map = heatMap(columns: max(2, (terminal.width - 16) / 2), rows: 40), let range = map.range
        else { return "" }
        let width = max(map.down.name.count, map.down.labels.map(\.count).max() ?? 0)
        func pad(_ text: String) -> String { String(repeating: " ", count: width - text.count) + text }
        var text =
            "\(scoreName)\(map.isMean ? ", the mean of each cell" : ""): 0 is \(score(range.lowerBound)), 9 is "
            + "\(score(range.upperBound))\n"
        text +=
            "\(pad(map.down.name)) \(map.across.name) \(map.across.labels[0]) … "
            + "\(map.across.labels[map.across.labels.count - 1])\n"
        for (label, cells) in zip(map.down.labels, map.cells) {
            text += pad(label) + " "
            for cell in cells {
                guard let cell else {
                    text += "· "
                    continue
                }
                let level = map.level(cell)
                text += terminal.paint("\(min(9, Int(level * 10))) ", shade: level)
            }
            text += "\n"
        }
        return text
    }

    // MARK: For a program

    static func json(_ point: SweepPoint) -> String {
        var json = JSONWriter()
        json.object { json in
            json.key("point")
            json.integer(point.number)
            BacktestOutput.write(point.arguments, &json)
            guard let figures = point.figures else {
                json.key("refused")
                json.flag(true)
                return
            }
            let numbers: [(String, Double?)] = [
                ("final_equity", Double(figures.finalEquity)), ("total_return", figures.totalReturn),
                ("annual_return", figures.annualReturn), ("sharpe", figures.sharpe),
                ("sortino", figures.sortino), ("calmar", figures.calmar),
                ("max_drawdown", figures.maxDrawdown), ("fees", Double(figures.fees)),
            ]
            for (name, value) in numbers {
                json.key(name)
                json.number(value ?? .nan)
            }
            json.key("closed_trades")
            json.integer(figures.closedTrades)
            json.key("orders_hash")
            json.string(figures.ordersHash)
        }
        return json.text
    }
}
