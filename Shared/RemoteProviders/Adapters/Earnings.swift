import Domain
import HTTP

extension Nasdaq: EarningsProvider {
    public func earnings(of symbols: [Symbol], _ days: ClosedRange<CivilDate>) -> any EarningsInquiry {
        NasdaqEarnings(self, symbols, days)
    }
}

/// Whose earnings are expected: day after day, since it lists a day at a time.
struct NasdaqEarnings: EarningsInquiry {
    private let nasdaq: Nasdaq
    private let symbols: Set<Symbol>
    private var left: [CivilDate]
    private(set) var earnings: [EarningsDate] = []

    init(_ nasdaq: Nasdaq, _ symbols: [Symbol], _ days: ClosedRange<CivilDate>) {
        (self.nasdaq, self.symbols) = (nasdaq, Set(symbols))
        // Nobody tells on a day without a session.
        left = TradingCalendar.xnys.sessions(from: days.lowerBound, to: days.upperBound).map(\.date)
    }

    var question: HTTPRequest? {
        left.first.map { nasdaq.request("/api/calendar/earnings", [.init("date", "\($0)")]) }
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        guard let date = left.first else { return }
        var taken: [EarningsDate] = []
        // On empty days the rows are null.
        for row in try nasdaq.data(answer).find("rows")?.items() ?? [] {
            guard let symbol = Nasdaq.symbol(try row.get("symbol").text()),
                symbols.isEmpty || symbols.contains(symbol)
            else { continue }
            var found = EarningsDate(symbol: symbol, date: date)
            found.name = try row.find("name")?.text().inOneLine ?? ""
            found.forecast = try row.find("epsForecast").flatMap(Nasdaq.number)
            switch try row.find("time")?.text() {
            case "time-pre-market": found.hour = .beforeOpen
            case "time-after-hours": found.hour = .afterClose
            default: break
            }
            taken.append(found)
        }
        earnings += taken
        left.removeFirst()
    }
}

extension AlphaVantage: EarningsProvider {
    public func earnings(of symbols: [Symbol], _ days: ClosedRange<CivilDate>) -> any EarningsInquiry {
        AlphaVantageEarnings(self, symbols, days)
    }
}

/// The calendar of all companies, or of one: the only answer that comes as CSV.
struct AlphaVantageEarnings: EarningsInquiry {
    private let alpha: AlphaVantage
    private let symbols: [Symbol]
    private let days: ClosedRange<CivilDate>
    private var isDone = false
    private(set) var earnings: [EarningsDate] = []

    private static let header = "symbol,name,reportDate,fiscalDateEnding,estimate,currency"

    init(_ alpha: AlphaVantage, _ symbols: [Symbol], _ days: ClosedRange<CivilDate>) {
        (self.alpha, self.symbols, self.days) = (alpha, symbols, days)
    }

    var question: HTTPRequest? {
        guard !isDone else { return nil }
        let reach = days.upperBound - days.lowerBound
        var query = [
            WebAddress.Item("horizon", reach <= 85 ? "3month" : reach <= 175 ? "6month" : "12month")
        ]
        if symbols.count == 1 { query.append(.init("symbol", symbols[0].text)) }
        return alpha.request("EARNINGS_CALENDAR", query)
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        // What is no table tells of a limit or a mistake.
        let isTable = answer.body.starts(with: AlphaVantageEarnings.header.utf8)
        guard isTable else {
            _ = try alpha.document(answer)
            throw ProviderFault(
                .wrong, "alphavantage answered with no table of earnings: \(answer.excerpt(80))")
        }
        var taken: [EarningsDate] = []
        let lines = String(decoding: answer.body, as: UTF8.self).split(whereSeparator: \.isNewline)
        for (number, line) in lines.enumerated().dropFirst() {
            let row = AlphaVantageEarnings.fields(line)
            // Over the limit the rows spell `Information`, a letter a column.
            if row.count >= 6, row[0] == "I", row[1] == "n", row[2] == "f" {
                throw ProviderFault(
                    .limited(until: nil), "alphavantage answered with a limit in place of earnings")
            }
            guard row.count >= 6, let symbol = Symbol(row[0]), let date = try? CivilDate(row[2]) else {
                throw ProviderFault(
                    .wrong,
                    "alphavantage answered with earnings that cannot be read in line \(number + 1): "
                        + String(line.prefix(80)).inOneLine)
            }
            guard days.contains(date), symbols.isEmpty || symbols.contains(symbol) else { continue }
            var found = EarningsDate(symbol: symbol, date: date)
            found.name = row[1].inOneLine
            found.forecast = Double(row[4])
            switch row.count > 6 ? row[6] : "" {
            case "pre-market": found.hour = .beforeOpen
            case "post-market": found.hour = .afterClose
            default: break
            }
            taken.append(found)
        }
        (earnings, isDone) = (taken.sorted { ($0.date, $0.symbol) < ($1.date, $1.symbol) }, true)
    }

    /// The fields of a line; a comma within quotes belongs to a name.
    private static func fields(_ line: Substring) -> [String] {
        var fields = [""]
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        return fields
    }
}
