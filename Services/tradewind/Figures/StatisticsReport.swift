import Configuration
import Domain
import Statistics

/// Every metric of a series, as a table or as JSON.
struct StatisticsReport {
    var returns: Returns
    var dates: [CivilDate]
    var comparison: Comparison?
    var riskFree: Double
    var bootstrap: Bootstrap?

    /// Metrics by name, in the order in which they are shown.
    private func metrics() throws -> [(name: String, value: Double?)] {
        let outcomes = try Outcomes(returns.values)
        var metrics: [(String, Double?)] = [
            ("total_return", returns.totalReturn), ("annual_return", returns.annualReturn),
            ("volatility", returns.volatility),
            ("downside_deviation", returns.downsideDeviation(below: riskFree)),
            ("sharpe", returns.sharpe(riskFree: riskFree)), ("sortino", returns.sortino(required: riskFree)),
            ("calmar", returns.calmar), ("omega", returns.omega()),
            ("max_drawdown", returns.maximumDrawdown),
            ("longest_drawdown", returns.longestDrawdown.map(Double.init)),
            ("time_under_water", returns.timeUnderWater), ("ulcer_index", returns.ulcerIndex),
            ("best", returns.best), ("worst", returns.worst), ("mean", returns.mean),
            ("skew", returns.skew), ("kurtosis", returns.kurtosis), ("tail_ratio", returns.tailRatio),
        ]
        for model in TailModel.allCases {
            let name = model.rawValue.map { $0 == "-" ? "_" : String($0) }.joined()
            metrics.append(("var_\(name)", returns.valueAtRisk(0.05, model)))
            metrics.append(("cvar_\(name)", returns.conditionalValueAtRisk(0.05, model)))
        }
        metrics += [
            ("win_rate", outcomes.winRate), ("average_win", outcomes.averageWin),
            ("average_loss", outcomes.averageLoss), ("profit_factor", outcomes.profitFactor),
            ("payoff_ratio", outcomes.payoffRatio), ("expectancy", outcomes.expectancy),
            ("kelly", outcomes.kelly),
        ]
        if let comparison {
            metrics += [
                ("alpha", comparison.alpha(riskFree: riskFree)), ("beta", comparison.beta),
                ("correlation", comparison.correlation), ("information_ratio", comparison.informationRatio),
                ("tracking_error", comparison.trackingError),
            ]
        }
        return metrics.map { (name: $0.0, value: $0.1) }
    }

    /// The ranges of confidence, where they were asked for.
    private var intervals: [(name: String, interval: Bootstrap.Interval?)] {
        guard let bootstrap else { return [] }
        let riskFree = riskFree
        return [
            ("annual_return", bootstrap.interval(of: returns) { $0.annualReturn }),
            ("sharpe", bootstrap.interval(of: returns) { $0.sharpe(riskFree: riskFree) }),
            ("max_drawdown", bootstrap.interval(of: returns) { $0.maximumDrawdown }),
        ]
    }

    func table() throws -> String {
        let ranges = intervals
        var table = Table(
            columns: [.text("metric"), .number("value")] + (ranges.isEmpty ? [] : [.text("95 % lie in")]))
        for (name, value) in try metrics() {
            let range = ranges.first { $0.name == name }?.interval
            table.add(
                [name, value.map(Self.short) ?? ""]
                    + (ranges.isEmpty
                        ? [] : [range.map { "\(Self.short($0.low)) to \(Self.short($0.high))" } ?? ""]))
        }
        return table.text(width: nil, paint: Terminal.standardOutput.paint)
    }

    /// Six digits behind the point.
    private static func short(_ value: Double) -> String {
        let units = (value * 1e6).rounded()
        guard units.magnitude < 9e15 else { return "\(value)" }
        let whole = Int64(units)
        let digits = String(whole.magnitude % 1_000_000)
        return (whole < 0 ? "-" : "") + "\(whole.magnitude / 1_000_000)."
            + String(repeating: "0", count: 6 - digits.count) + digits
    }

    func json() throws -> String {
        let metrics = try metrics()
        let months = try MonthlyTable(returns, dates: dates)
        var json = JSONWriter()
        json.object { json in
            for (name, value) in metrics {
                json.key(name)
                write(value, to: &json)
            }
            json.key("confidence_95")
            json.object { json in
                for (name, interval) in intervals {
                    json.key(name)
                    json.array { json in
                        write(interval?.low, to: &json)
                        write(interval?.high, to: &json)
                    }
                }
            }
            json.key("drawdowns")
            json.array { json in returns.topDrawdowns(10).forEach { write($0, to: &json) } }
            json.key("months")
            json.object { json in
                for year in months.years {
                    json.key("\(year.year)")
                    json.array { json in (year.months + [year.total]).forEach { write($0, to: &json) } }
                }
            }
            for (name, series) in [
                ("rolling_sharpe", returns.rollingSharpe()),
                ("rolling_volatility", returns.rollingVolatility()),
            ] {
                json.key(name)
                json.array { json in series.forEach { write($0, to: &json) } }
            }
        }
        return json.text + "\n"
    }

    private func write(_ value: Double?, to json: inout JSONWriter) {
        if let value { json.number(value) } else { json.null() }
    }

    private func write(_ drawdown: Drawdown, to json: inout JSONWriter) {
        json.object { json in
            for (name, index) in [
                ("first", drawdown.first), ("valley", drawdown.valley), ("last", drawdown.last),
            ] {
                json.key(name)
                json.string("\(dates[index])")
            }
            json.key("periods")
            json.integer(drawdown.length)
            json.key("depth")
            json.number(drawdown.depth)
            json.key("is_over")
            json.flag(drawdown.isOver)
        }
    }
}
