import Domain

/// The compounded return of each month, in rows of years.
public struct MonthlyTable: Sendable, Equatable {
    public struct Year: Sendable, Equatable {
        public var year: Int
        /// January first; nothing for a month without a period.
        public var months: [Double?]
        public var total: Double
    }

    public private(set) var years: [Year] = []

    /// `dates` are those of the periods, in order.
    public init(_ returns: Returns, dates: [CivilDate]) throws(ReturnsError) {
        guard dates.count == returns.count else {
            throw ReturnsError(
                "there are \(returns.count) returns and \(dates.count) dates; one for each would be right")
        }
        for (value, date) in zip(returns.values, dates) {
            let (year, month, _) = date.parts
            if years.last?.year != year {
                years.append(Year(year: year, months: Array(repeating: nil, count: 12), total: 0))
            }
            let row = years.count - 1
            years[row].months[month - 1] = (1 + (years[row].months[month - 1] ?? 0)) * (1 + value) - 1
            years[row].total = (1 + years[row].total) * (1 + value) - 1
        }
    }
}
