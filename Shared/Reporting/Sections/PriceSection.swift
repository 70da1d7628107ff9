import Backtesting
import Domain
import Portfolio

/// The trades on the prices of their symbols.
enum PriceSection {
    /// More charts than that nobody looks at.
    private static let chartsMax = 6
    /// More marks than that would hide the price: then fills side by side are one mark.
    private static let marksMax = 400

    static func write(_ subject: ReportSubject, _ contributions: Contributions, to page: inout Html) {
        let traded = contributions.symbols.filter(\.isTraded)
        guard !traded.isEmpty else { return }
        let chosen = traded.sorted {
            ($1.profit.magnitude, $0.instrument) < ($0.profit.magnitude, $1.instrument)
        }.prefix(chartsMax)
        let note =
            traded.count > chosen.count
            ? "The \(chosen.count) of \(traded.count) symbols that won or lost the most."
            : "Each fill where it was, and the price from one bar's close to the next."
        page.section("Trades on the price", note) { page in
            page.add("<p class=legend><span class=\"key buy\"></span><span>bought</span>")
            page.add(
                "<span class=\"key sell\"></span><span>sold</span><span class=\"key win\"></span><span>won</span>"
            )
            page.add("<span class=\"key lose\"></span><span>lost</span></p>")
            for contribution in chosen { chart(contribution.instrument, subject, &page) }
        }
    }

    private static func chart(_ instrument: Int, _ subject: ReportSubject, _ page: inout Html) {
        let (record, table) = (subject.record, subject.table)
        let symbols = table.symbol.values
        var moments: [Timestamp] = []
        var closes: [Double] = []
        for row in 0..<table.count where symbols[row] == Int32(instrument) {
            moments.append(Timestamp(nanoseconds: table.closesAt[row]))
            closes.append(Double(Price(units: table.close[row])))
        }
        guard let first = moments.first else { return }
        let isIntraday = table.spans[instrument] < Nanoseconds.day
        let axis = TimeAxis(moments, isIntraday: isIntraday)
        let name = "price\(instrument)"
        let symbol = record.symbols[instrument]
        let fills = record.fills.filter { $0.symbol == symbol && $0.at >= first - Nanoseconds.day }
        let trades = record.trades.filter { $0.symbol.number == instrument }
        page.add("<script>\(axis.script(named: name))</script>")
        let isCrowded = fills.count > marksMax
        let isWide = (closes.max() ?? 1) > 5 * (closes.min() ?? 1)
        Chart(
            title: isWide ? "\(symbol.text), on a logarithmic scale" : symbol.text,
            note: isCrowded
                ? "\(Digits.count(fills.count)) fills; those that lie side by side are drawn as one." : "",
            axis: axis, axisName: name, unit: .price,
            lines: [Chart.Line(name: "close", values: closes, colour: "price")], height: 240,
            isLogarithmic: isWide,
            marks: { scale in
                let drawing = Drawing(axis: axis, scale: scale, height: 240)
                return (isCrowded ? [] : drawing.trips(trades)) + drawing.fills(fills)
            }
        ).write(to: &page)
    }

    private struct Drawing {
        let axis: TimeAxis
        let scale: Scale
        let height: Double

        private func x(_ moment: Timestamp) -> Double { axis.part(axis.place(at: moment)) * 1000 }

        private func y(_ price: Price) -> Double {
            height * (1 - min(max(scale.height(Double(price)), -0.05), 1.05))
        }

        /// From where a trade was opened to where it was closed.
        func trips(_ trades: [ClosedLot]) -> [Chart.Mark] {
            var paths = (win: "", lose: "")
            for trade in trades {
                let path =
                    "M\(Digits.place(x(trade.openedAt))) \(Digits.place(y(trade.openPrice)))"
                    + "L\(Digits.place(x(trade.closedAt))) \(Digits.place(y(trade.closePrice)))"
                if (trade.profit - trade.fees).isNegative { paths.lose += path } else { paths.win += path }
            }
            return [Chart.Mark(colour: "win", path: paths.win), Chart.Mark(colour: "lose", path: paths.lose)]
        }

        /// A dot for what was bought, a square for what was sold.
        func fills(_ fills: [Fill]) -> [Chart.Mark] {
            var paths = (buy: "", sell: "")
            var seen: Set<Int> = []
            let isCrowded = fills.count > marksMax
            for fill in fills {
                let (x, y) = (x(fill.at), y(fill.price))
                if isCrowded {
                    let place = (Int(x / 5) * 100 + Int(y / 5)) * 2 + (fill.side == .buy ? 0 : 1)
                    guard seen.insert(place).inserted else { continue }
                }
                let path = "M\(Digits.place(x)) \(Digits.place(y))h0"
                if fill.side == .buy { paths.buy += path } else { paths.sell += path }
            }
            return [Chart.Mark(colour: "buy", path: paths.buy), Chart.Mark(colour: "sell", path: paths.sell)]
        }
    }
}
