import Domain
import Strategies

/// A point as a line of the results file: its number, its arguments, and its figures, which are empty where the
/// strategy refuses the arguments.
enum SweepLine {
    private static let figures = [
        "final_equity", "total_return", "annual_return", "sharpe", "sortino", "calmar", "max_drawdown",
        "closed_trades", "fees", "orders_hash",
    ]

    static func heading(_ plan: SweepPlan) -> String {
        (["point"] + plan.arguments(0).names + figures).joined(separator: ",")
    }

    static func text(_ point: SweepPoint) -> String {
        var text = "\(point.number)"
        for value in point.arguments.values { text += ",\(value)" }
        guard let figures = point.figures else {
            return text + String(repeating: ",", count: SweepLine.figures.count)
        }
        func add(_ figure: Double?) { text += figure.map { ",\($0)" } ?? "," }
        text += ",\(figures.finalEquity)"
        add(figures.totalReturn)
        add(figures.annualReturn)
        add(figures.sharpe)
        add(figures.sortino)
        add(figures.calmar)
        add(figures.maxDrawdown)
        return text + ",\(figures.closedTrades),\(figures.fees),\(figures.ordersHash)"
    }

    /// The point of a line; nothing where it is not that point of the plan, whole and with all of its figures.
    static func point(_ line: Substring, number: Int, of plan: SweepPlan) -> SweepPoint? {
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        let arguments = plan.arguments(number)
        let head = 1 + arguments.values.count
        guard fields.count == head + figures.count, fields[0] == "\(number)",
            zip(arguments.values, fields[1...]).allSatisfy({ "\($0)" == $1 })
        else { return nil }
        let rest = fields[head...].map(String.init)
        if rest.allSatisfy(\.isEmpty) {
            return SweepPoint(number: number, arguments: arguments, figures: nil)
        }
        guard let equity = try? Money(rest[0]), let total = Double(rest[1]), let annual = optional(rest[2]),
            let sharpe = optional(rest[3]), let sortino = optional(rest[4]), let calmar = optional(rest[5]),
            let drawdown = Double(rest[6]), let trades = Int(rest[7]), let fees = try? Money(rest[8]),
            rest[9].utf8.count == 32
        else { return nil }
        return SweepPoint(
            number: number, arguments: arguments,
            figures: SweepPoint.Figures(
                finalEquity: equity, totalReturn: total, annualReturn: annual, sharpe: sharpe,
                sortino: sortino, calmar: calmar, maxDrawdown: drawdown, closedTrades: trades, fees: fees,
                ordersHash: rest[9]))
    }

    /// A figure that may be missing; nothing where there is something else than a number.
    private static func optional(_ text: String) -> Double?? {
        if text.isEmpty { return .some(nil) }
        guard let number = Double(text) else { return nil }
        return .some(number)
    }
}
