import Domain
import HTTP
import Testing

@testable import RemoteProviders

/// One inquiry of each kind, and an answer that is right for it.
struct Wire: Sendable, CustomTestStringConvertible {
    var name: String
    var inquiry: @Sendable () -> any Inquiry
    var answers: [String]

    var testDescription: String { name }

    static let symbol = Symbol("AAPL")!
    static let days = CivilDate(2024, 1, 2)...CivilDate(2024, 1, 31)
    static let now = Timestamp(seconds: 1_710_000_000)
    static let wanted = HistoryWanted(symbols: [symbol], span: .day, days: days, now: now)
    static let within = HistoryWanted(
        symbols: [symbol], span: Interval(nanoseconds: 5 * Nanoseconds.minute), days: days, now: now)

    static let alpaca = Alpaca(
        url: "http://a", tradingURL: "http://t", key: "KEYKEY", secret: "SECRET", feed: "iex", rates: [])
    static let yahoo = Yahoo(url: "http://y", cookieURL: "http://c", rates: [])
    static let tiingo = Tiingo(url: "http://t", key: "KEYKEY", rates: [])
    static let polygon = Polygon(url: "http://p", key: "KEYKEY", rates: [])
    static let alpha = AlphaVantage(url: "http://v", key: "KEYKEY", rates: [])
    static let nasdaq = Nasdaq(url: "http://n", rates: [])

    static let chart = """
        {"chart":{"result":[{"meta":{"symbol":"AAPL"},"timestamp":[1704205800,1704292200,1704378600],
        "events":{"splits":{"1704292200":{"date":1704292200,"numerator":4.0,"denominator":1.0,"splitRatio":"4:1"}},
        "dividends":{"1704205800":{"amount":0.05999999865889549,"date":1704205800}}},
        "indicators":{"quote":[{"open":[46.787498474121094,187.14999389648438,null],"high":[47,188,null],
        "low":[46,186,null],"close":[46.5,187.5,null],"volume":[4000,1000,null]}]}}],"error":null}}
        """

    static let all: [Wire] = [
        Wire(
            name: "alpaca bars", inquiry: { alpaca.history(wanted) },
            answers: [
                #"{"bars":{"AAPL":[{"t":"2024-01-02T05:00:00Z","o":187.15,"h":188.44,"l":183.89,"c":185.64,"v":82488700,"n":1008871,"vw":185.9}]},"next_page_token":"x"}"#,
                #"{"bars":null,"next_page_token":null}"#,
            ]),
        Wire(
            name: "alpaca actions", inquiry: { alpaca.actions(of: symbol, days) },
            answers: [
                #"{"corporate_actions":{"forward_splits":[{"symbol":"AAPL","new_rate":4,"old_rate":1,"ex_date":"2024-01-03"}],"cash_dividends":[{"symbol":"AAPL","rate":0.24,"ex_date":"2024-01-04"}]},"next_page_token":null}"#
            ]),
        Wire(
            name: "alpaca actions of many",
            inquiry: { alpaca.actions(of: [symbol, Symbol("IBM")!], days) },
            answers: [
                #"{"corporate_actions":{"reverse_splits":[{"symbol":"IBM","new_rate":1,"old_rate":10,"ex_date":"2024-01-03"}]},"next_page_token":"x"}"#,
                #"{"corporate_actions":{"cash_dividends":[{"symbol":"AAPL","rate":0.24,"ex_date":"2024-01-04"}]},"next_page_token":null}"#,
            ]),
        Wire(
            name: "alpaca quotes", inquiry: { alpaca.quotes(of: [symbol]) },
            answers: [
                #"{"AAPL":{"latestTrade":{"t":"2024-01-02T15:00:00.123456789Z","p":187.1},"latestQuote":{"t":"2024-01-02T15:00:00Z","bp":0,"ap":187.2}},"MSFT":null}"#
            ]),
        Wire(
            name: "alpaca trades",
            inquiry: {
                alpaca.ticks(
                    .trades, of: symbol, Timestamp(seconds: 1_704_205_800)..<Timestamp(seconds: 1_704_209_400)
                )
            },
            answers: [
                #"{"trades":{"AAPL":[{"t":"2024-01-02T14:30:00.123456789Z","x":"V","p":187.15,"s":100,"i":7},{"t":"2024-01-02T14:30:01Z","p":187.2,"s":5,"u":"canceled"}]},"next_page_token":"x"}"#,
                #"{"trades":null,"next_page_token":null}"#,
            ]),
        Wire(
            name: "alpaca past quotes",
            inquiry: {
                alpaca.ticks(
                    .quotes, of: symbol, Timestamp(seconds: 1_704_205_800)..<Timestamp(seconds: 1_704_209_400)
                )
            },
            answers: [
                #"{"quotes":{"AAPL":[{"t":"2024-01-02T14:30:00Z","bp":187.1,"bs":100,"ap":187.2,"as":300},{"t":"2024-01-02T14:30:01Z","bp":0,"bs":0,"ap":187.2,"as":1}]},"next_page_token":null}"#
            ]),
        Wire(
            name: "alpaca news", inquiry: { alpaca.news(of: [symbol], days) },
            answers: [
                #"{"news":[{"id":1,"headline":"Apple says","created_at":"2024-01-02T14:30:00Z","url":"u","symbols":["AAPL"],"source":"s"}],"next_page_token":null}"#
            ]),
        Wire(
            name: "alpaca calendar", inquiry: { alpaca.calendar(days) },
            answers: [#"[{"date":"2024-01-02","open":"09:30","close":"16:00"}]"#]),
        Wire(
            name: "alpaca most active", inquiry: { alpaca.trending() },
            answers: [
                #"{"most_actives":[{"symbol":"AAPL","volume":1000,"trade_count":3}],"last_updated":"x"}"#
            ]),
        Wire(
            name: "yahoo trending", inquiry: { yahoo.trending() },
            answers: [#"{"finance":{"result":[{"count":1,"quotes":[{"symbol":"AAPL"}]}],"error":null}}"#]),
        Wire(
            name: "alpaca chain", inquiry: { alpaca.chain(of: symbol) },
            answers: [
                #"{"snapshots":{"AAPL271217C00200000":{"latestQuote":{"bp":1.2,"ap":1.3},"impliedVolatility":0.3,"greeks":{"delta":0.5,"gamma":0.01,"theta":-0.02,"vega":0.1,"rho":0.05}}},"next_page_token":null}"#
            ]),
        Wire(
            name: "alpaca assets", inquiry: { alpaca.universe() },
            answers: [#"[{"symbol":"AAPL","name":"Apple","exchange":"NASDAQ","tradable":true}]"#]),
        Wire(name: "yahoo days", inquiry: { yahoo.history(wanted) }, answers: [chart]),
        Wire(name: "yahoo minutes", inquiry: { yahoo.history(within) }, answers: [chart, chart]),
        Wire(name: "yahoo actions", inquiry: { yahoo.actions(of: symbol, days) }, answers: [chart]),
        Wire(name: "yahoo vix", inquiry: { yahoo.volatilityIndex(days, now: now) }, answers: [chart]),
        Wire(
            name: "tiingo days", inquiry: { tiingo.history(wanted) },
            answers: [
                #"[{"date":"2024-01-02T00:00:00.000Z","close":201.0,"high":202.0,"low":199.0,"open":200.0,"volume":1000,"divCash":0.24,"splitFactor":0.333333}]"#
            ]),
        Wire(
            name: "tiingo minutes", inquiry: { tiingo.history(within) },
            answers: [
                #"[{"date":"2024-01-02T14:30:00.000Z","close":201.0,"high":202.0,"low":199.0,"open":200.0,"volume":1000}]"#
            ]),
        Wire(
            name: "tiingo quotes", inquiry: { tiingo.quotes(of: [symbol]) },
            answers: [
                #"[{"ticker":"AAPL","timestamp":"2024-01-02T21:00:00+00:00","bidPrice":null,"askPrice":187.2,"tngoLast":187.1}]"#
            ]),
        Wire(
            name: "polygon bars", inquiry: { polygon.history(wanted) },
            answers: [
                #"{"results":[{"v":1e6,"o":1.5,"c":1.6,"h":1.7,"l":1.4,"t":1704171600000,"n":5}],"status":"DELAYED","next_url":"https://api.massive.com/v2/x?cursor=abc&apiKey=other"}"#,
                #"{"status":"OK"}"#,
            ]),
        Wire(
            name: "polygon actions", inquiry: { polygon.actions(of: symbol, days) },
            answers: [
                #"{"results":[{"execution_date":"2024-01-03","split_from":1,"split_to":4}],"status":"OK"}"#,
                #"{"results":[{"ex_dividend_date":"2024-01-04","cash_amount":0.24}],"status":"OK"}"#,
            ]),
        Wire(
            name: "polygon quotes", inquiry: { polygon.quotes(of: [symbol]) },
            answers: [
                #"{"tickers":[{"ticker":"AAPL","updated":1704207600000000000,"lastQuote":{"P":187.2,"p":187.1},"lastTrade":{"p":187.15}}]}"#
            ]),
        Wire(
            name: "polygon chain", inquiry: { polygon.chain(of: symbol) },
            answers: [
                #"{"results":[{"details":{"ticker":"O:AAPL271217P00200000"},"greeks":{},"last_quote":{"bid":1,"ask":1.1},"open_interest":7}]}"#
            ]),
        Wire(
            name: "polygon tickers", inquiry: { polygon.universe() },
            answers: [#"{"results":[{"ticker":"AAPL","name":"Apple","primary_exchange":"XNAS"}]}"#]),
        Wire(
            name: "alphavantage days", inquiry: { alpha.history(wanted) },
            answers: [
                #"{"Meta Data":{},"Time Series (Daily)":{"2024-01-03":{"1. open":"184.2200","2. high":"185.8800","3. low":"183.4300","4. close":"184.2500","5. volume":"58414460"},"2024-01-02":{"1. open":"187.1500","2. high":"188.4400","3. low":"183.8850","4. close":"185.6400","5. volume":"82488674"}}}"#
            ]),
        Wire(
            name: "alphavantage minutes", inquiry: { alpha.history(within) },
            answers: [
                #"{"Time Series (5min)":{"2024-01-02 09:30:00":{"1. open":"187.15","2. high":"188.44","3. low":"183.885","4. close":"185.64","5. volume":"1"}}}"#
            ]),
        Wire(
            name: "alphavantage overview", inquiry: { alpha.fundamentals(of: symbol) },
            answers: [
                #"{"Symbol":"AAPL","Name":"Apple","Sector":"TECHNOLOGY","MarketCapitalization":"3000000000000","PERatio":"None"}"#
            ]),
        Wire(
            name: "alphavantage earnings", inquiry: { alpha.earnings(of: [], days) },
            answers: [
                "symbol,name,reportDate,fiscalDateEnding,estimate,currency,timeOfTheDay\r\nAAPL,\"Apple, Inc.\",2024-01-25,2023-12-31,2.1,USD,post-market\r\n"
            ]),
        Wire(
            name: "nasdaq screener", inquiry: { nasdaq.universe() },
            answers: [
                #"{"data":{"rows":[{"symbol":"BRK/B","name":"Berkshire","marketCap":"1,000.00","sector":"Finance","volume":"12"},{"symbol":"BAC^K","name":"x"}]},"status":{"rCode":200}}"#
            ]),
        Wire(
            name: "nasdaq earnings",
            inquiry: { nasdaq.earnings(of: [], CivilDate(2024, 1, 2)...CivilDate(2024, 1, 2)) },
            answers: [
                #"{"data":{"rows":[{"symbol":"AAPL","epsForecast":"($0.12)","time":"time-pre-market"}]},"status":{"rCode":200}}"#
            ]),
        Wire(
            name: "cboe vix",
            inquiry: { Cboe(url: "http://c", rates: []).volatilityIndex(days, now: now) },
            answers: ["\u{FEFF}DATE,OPEN,HIGH,LOW,CLOSE\r\n01/02/2024,13.2,14.2,13.1,13.200000\r\n"]),
        Wire(
            name: "fred vix", inquiry: { Fred(url: "http://f", rates: []).volatilityIndex(days, now: now) },
            answers: ["observation_date,VIXCLS\n2024-01-01,.\n2024-01-02,13.20\n2024-01-03,\n"]),
        Wire(
            name: "yahoo quotes", inquiry: { yahoo.quotes(of: [symbol]) },
            answers: [
                "", "aB3/x",
                #"{"quoteResponse":{"result":[{"symbol":"AAPL","regularMarketPrice":187.15,"regularMarketTime":1704207600}],"error":null}}"#,
            ]),
        Wire(
            name: "yahoo company", inquiry: { yahoo.fundamentals(of: symbol) },
            answers: [
                "", "aB3/x",
                #"{"quoteSummary":{"result":[{"assetProfile":{"sector":"Technology"},"summaryDetail":{"marketCap":{"raw":3e12},"trailingPE":"Infinity","dividendYield":{}}}],"error":null}}"#,
            ]),
        Wire(
            name: "yahoo chain", inquiry: { yahoo.chain(of: symbol) },
            answers: [
                "", "aB3/x",
                #"{"optionChain":{"result":[{"expirationDates":[1829001600,1829606400],"options":[{"calls":[{"contractSymbol":"AAPL271217C00200000","bid":0,"ask":1.5,"impliedVolatility":0.3}],"puts":[]}]}]}}"#,
                #"{"optionChain":{"result":[{"expirationDates":[],"options":[{"calls":[],"puts":[{"contractSymbol":"AAPL271224P00200000"}]}]}]}}"#,
            ]),
    ]

    /// The answer in the place of a question, with the cookie that some want.
    static func response(_ text: String) -> HTTPResponse { response(Array(text.utf8)) }

    static func response(_ bytes: [UInt8], status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, headers: [("set-cookie", "A3=x; Path=/")], body: bytes)
    }

    /// The inquiry after all its answers.
    func answered() throws(ProviderFault) -> any Inquiry {
        var inquiry = inquiry()
        for answer in answers { try inquiry.take(Wire.response(answer)) }
        return inquiry
    }
}
