extension Returns {
    /// A metric of the last so many periods at each period; nothing until there are as many.
    public func rolling(_ window: Int, _ metric: (Returns) -> Double?) -> [Double?] {
        precondition(window >= 1, "a window holds at least one period, not \(window)")
        return values.indices.map { index in
            guard index + 1 >= window else { return nil }
            return metric(
                Returns(
                    unchecked: Array(values[(index + 1 - window)...index]), periodsPerYear: periodsPerYear))
        }
    }

    public func rollingSharpe(_ window: Int = 126) -> [Double?] { rolling(window) { $0.sharpe() } }
    public func rollingVolatility(_ window: Int = 126) -> [Double?] { rolling(window, \.volatility) }
}
