import Domain
import HTTP

/// CBOE's own file of the VIX since 1990, a day late.
public struct Cboe: VolatilityIndexProvider {
    public let name = "cboe"
    public let rates: [Rate]
    public let parallelMax = 1
    public let lacks: String? = nil
    let url: String

    public init(url: String, rates: [Rate]) { (self.url, self.rates) = (url, rates) }

    public func volatilityIndex(_ days: ClosedRange<CivilDate>, now: Timestamp) -> any VolatilityIndexInquiry
    {
        VolatilityFile(
            provider: name, days: days, columns: ["DATE"], value: "CLOSE",
            request: HTTPRequest(WebAddress(url, "/api/global/us_indices/daily_prices/VIX_History.csv")))
    }
}

/// The VIX as the Federal Reserve of St. Louis keeps it, without a key.
public struct Fred: VolatilityIndexProvider {
    public let name = "fred"
    public let rates: [Rate]
    public let parallelMax = 1
    public let lacks: String? = nil
    let url: String

    public init(url: String, rates: [Rate]) { (self.url, self.rates) = (url, rates) }

    public func volatilityIndex(_ days: ClosedRange<CivilDate>, now: Timestamp) -> any VolatilityIndexInquiry
    {
        VolatilityFile(
            provider: name, days: days, columns: ["observation_date", "DATE"], value: "VIXCLS",
            request: HTTPRequest(
                WebAddress(
                    url, "/graph/fredgraph.csv",
                    [
                        .init("id", "VIXCLS"), .init("cosd", "\(days.lowerBound)"),
                        .init("coed", "\(days.upperBound)"),
                    ])))
    }
}

/// A table of dates and closes in CSV.
struct VolatilityFile: VolatilityIndexInquiry {
    let provider: String
    let days: ClosedRange<CivilDate>
    /// What the column of dates may be called.
    let columns: [String]
    let value: String
    let request: HTTPRequest
    private(set) var closes: [IndexClose] = []
    private var isDone = false

    init(
        provider: String, days: ClosedRange<CivilDate>, columns: [String], value: String, request: HTTPRequest
    ) {
        (self.provider, self.days, self.columns) = (provider, days, columns)
        (self.value, self.request) = (value, request)
    }

    var question: HTTPRequest? { isDone ? nil : request }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if let fault = answer.failure(of: provider) { throw fault }
        guard let text = String(validating: answer.body, as: UTF8.self) else {
            throw wrong(1, "this is not UTF-8 text")
        }
        let lines = text.drop { $0 == "\u{FEFF}" }.split(omittingEmptySubsequences: false) { $0.isNewline }
        let header = (lines.first ?? "").split(separator: ",", omittingEmptySubsequences: false).map(
            String.init)
        guard let day = header.firstIndex(where: { columns.contains($0) }),
            let close = header.firstIndex(of: value)
        else { throw wrong(1, "a header with \(columns[0]) and \(value) would be right") }
        var taken: [IndexClose] = []
        for (number, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == header.count, let date = VolatilityFile.date(fields[day]) else {
                throw wrong(number + 1, "a date and its figures would be right")
            }
            // A dot or nothing stands for a day without a value.
            if fields[close].isEmpty || fields[close] == "." { continue }
            guard let price = try? Price(fields[close], rounding: .toNearestOrEven), price.isPositive else {
                throw wrong(number + 1, "a number above 0 would be right")
            }
            if days.contains(date) { taken.append(IndexClose(date: date, value: price)) }
        }
        (closes, isDone) = (taken, true)
    }

    /// `2024-01-02`, or as CBOE writes it `01/02/2024`.
    private static func date(_ text: Substring) -> CivilDate? {
        let parts = text.split(separator: "/")
        guard parts.count == 3, let month = Int(parts[0]), let day = Int(parts[1]), let year = Int(parts[2])
        else {
            return try? CivilDate(text)
        }
        return CivilDate(year: year, month: month, day: day)
    }

    private func wrong(_ line: Int, _ what: String) -> ProviderFault {
        ProviderFault(
            .wrong, "\(provider) answered with something else than its table, line \(line): \(what)")
    }
}
