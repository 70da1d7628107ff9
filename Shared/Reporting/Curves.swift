import Backtesting
import Domain
import Statistics

/// The course of a run in plain numbers, day by day.
struct Curves {
    let axis: TimeAxis
    let dates: [CivilDate]
    let equity: [Double]
    let returns: Returns
    let drawdown: [Double]
    let yardstick: Yardstick
    let yardstickReturns: Returns
    /// Shares of the equity.
    let gross: [Double]
    let net: [Double]

    init(_ subject: ReportSubject) throws(ReturnsError) {
        let record = subject.record
        axis = TimeAxis(record.days.map(\.at), isIntraday: false)
        dates = record.days.map(\.at.dateUTC)
        equity = record.days.map { Double($0.equity) }
        returns = try Returns(Summary.returns(record))
        drawdown = returns.drawdownSeries
        yardstick = Yardstick(record, subject.table)
        yardstickReturns = try Curves.returns(yardstick.equity, from: Double(record.cash))
        gross = record.days.map { Curves.share(Double($0.gross), of: Double($0.equity)) }
        // What is neither cash nor owed to it.
        net = record.days.map { Curves.share(Double($0.equity - $0.cash), of: Double($0.equity)) }
    }

    private static func share(_ part: Double, of whole: Double) -> Double { whole > 0 ? part / whole : 0 }

    static func returns(_ equity: [Double], from cash: Double) throws(ReturnsError) -> Returns {
        var before = cash
        return try Returns(
            equity.map { now in
                defer { before = now }
                return before == 0 ? 0 : now / before - 1
            })
    }

    /// How many days rolling figures look back on: half a year where there is enough, else less, else none.
    var window: Int? {
        [126, 63, 21].first { returns.count >= $0 * 2 }
    }
}
