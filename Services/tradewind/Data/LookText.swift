import Configuration
import Domain
import RemoteProviders

/// What providers know of a symbol, for a terminal and as JSON: rows of texts under headings.
struct LookText {
    private let columns: [String]
    private var rows: [[String]] = []
    private let provider: String
    private let ageSeconds: Int
    private let isStale: Bool

    init(_ answered: Answers.Answered, ageSeconds: Int) {
        (provider, isStale, self.ageSeconds) = (answered.provider, answered.isStale, ageSeconds)
        switch answered.inquiry {
        case let inquiry as any QuotesInquiry:
            columns = ["symbol", "at", "bid", "ask", "last"]
            rows = inquiry.quotes.map {
                [
                    $0.symbol.text, "\($0.at)", LookText.text($0.bid), LookText.text($0.ask),
                    LookText.text($0.last),
                ]
            }
        case let inquiry as any FundamentalsInquiry:
            columns = [
                "symbol", "name", "sector", "industry", "market_cap", "pe", "dividend_yield", "shares",
            ]
            rows = (inquiry.fundamentals.map { [$0] } ?? []).map {
                [
                    $0.symbol.text, $0.name, $0.sector, $0.industry, LookText.text($0.marketCap),
                    LookText.text($0.priceToEarnings), LookText.text($0.dividendYield),
                    LookText.text($0.sharesOutstanding),
                ]
            }
        case let inquiry as any ChainInquiry:
            columns = [
                "contract", "expires", "side", "strike", "bid", "ask", "last", "open_interest", "iv", "delta",
                "gamma", "theta", "vega", "rho",
            ]
            rows = inquiry.contracts.map {
                [
                    $0.name, "\($0.expires)", $0.isCall ? "call" : "put", "\($0.strike)",
                    LookText.text($0.bid),
                    LookText.text($0.ask), LookText.text($0.last), LookText.text($0.openInterest),
                    LookText.text($0.impliedVolatility), LookText.text($0.delta), LookText.text($0.gamma),
                    LookText.text($0.theta), LookText.text($0.vega), LookText.text($0.rho),
                ]
            }
        default: (columns, rows) = LookText.told(answered.inquiry)
        }
    }

    /// What is told of days and of companies at large.
    private static func told(_ inquiry: any Inquiry) -> (columns: [String], rows: [[String]]) {
        switch inquiry {
        case let inquiry as any NewsInquiry:
            return (
                ["at", "symbols", "headline", "source", "address"],
                inquiry.news.map {
                    ["\($0.at)", $0.symbols.joined(separator: " "), $0.headline, $0.source, $0.address]
                }
            )
        case let inquiry as any EarningsInquiry:
            return (
                ["date", "hour", "symbol", "name", "forecast"],
                inquiry.earnings.map {
                    ["\($0.date)", $0.hour?.rawValue ?? "", $0.symbol.text, $0.name, text($0.forecast)]
                }
            )
        case let inquiry as any CalendarInquiry:
            return (["date", "open", "close", "ours"], sessions(inquiry))
        case let inquiry as any TrendingInquiry:
            return (
                ["symbol", "volume", "trades"],
                inquiry.trending.map { [$0.symbol, text($0.volume), text($0.trades)] }
            )
        default: return ([], [])
        }
    }

    /// A provider's sessions beside those of the calendar that everything here goes by, whoever of them has them.
    private static func sessions(_ inquiry: any CalendarInquiry) -> [[String]] {
        let ours = TradingCalendar.xnys.sessions(
            from: inquiry.wanted.lowerBound, to: inquiry.wanted.upperBound)
        let dates = Set(ours.map(\.date)).union(inquiry.days.map(\.date)).sorted()
        return dates.map { date in
            let theirs = inquiry.days.first { $0.date == date }
            let own = TradingCalendar.xnys.session(on: date)
            let isSame = own?.open == theirs?.open && own?.close == theirs?.close
            return [
                "\(date)", text(theirs?.open), text(theirs?.close),
                isSame ? "the same" : own.map { "\($0.open) to \($0.close)" } ?? "no session",
            ]
        }
    }

    private static func text(_ value: (some CustomStringConvertible)?) -> String {
        value.map { "\($0)" } ?? ""
    }

    private var source: String {
        let age = ageSeconds == 0 ? "now" : "\(Progress.time(Double(ageSeconds))) ago"
        return "from \(provider), \(age)" + (isStale ? "; nobody gave anything newer" : "")
    }

    var text: String {
        var table = Table(columns: columns.map { .text($0) })
        for row in rows { table.add(row.map { $0.isEmpty ? "–" : $0 }) }
        return table.text(width: nil, paint: Terminal.standardOutput.paint) + source + "\n"
    }

    var json: String {
        var json = JSONWriter()
        json.object { json in
            json.key("provider")
            json.string(provider)
            json.key("age_seconds")
            json.integer(ageSeconds)
            json.key("stale")
            json.flag(isStale)
            json.key("rows")
            json.array { json in
                for row in rows {
                    json.object { json in
                        for (column, cell) in zip(columns, row) where !cell.isEmpty {
                            json.key(column)
                            json.string(cell)
                        }
                    }
                }
            }
        }
        return json.text + "\n"
    }
}
