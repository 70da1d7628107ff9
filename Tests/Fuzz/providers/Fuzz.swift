import Domain
import HTTP
import RemoteProviders

// Whatever a provider answers is data or a sentence. The first byte chooses what was asked, the rest is the answer; lines
// with nothing but a zero byte divide the answers to several questions.

private let symbol = Symbol("AAPL")!
private let days = CivilDate(2024, 1, 2)...CivilDate(2024, 1, 31)
private let now = Timestamp(seconds: 1_710_000_000)
private let hour = Timestamp(seconds: 1_704_205_800)..<Timestamp(seconds: 1_704_209_400)
private let wanted = HistoryWanted(symbols: [symbol], span: .day, days: days, now: now)
private let within = HistoryWanted(
    symbols: [symbol], span: Interval(nanoseconds: 5 * Nanoseconds.minute), days: days, now: now)

private let alpaca = Alpaca(
    url: "http://a", tradingURL: "http://t", key: "KEYKEY", secret: "SECRET", feed: "iex", rates: [])
private let yahoo = Yahoo(url: "http://y", cookieURL: "http://c", rates: [])
private let tiingo = Tiingo(url: "http://t", key: "KEYKEY", rates: [])
private let polygon = Polygon(url: "http://p", key: "KEYKEY", rates: [])
private let alpha = AlphaVantage(url: "http://v", key: "KEYKEY", rates: [])
private let nasdaq = Nasdaq(url: "http://n", rates: [])

private nonisolated(unsafe) let inquiries: [() -> any Inquiry] = [
    { alpaca.history(wanted) }, { alpaca.history(within) }, { alpaca.actions(of: symbol, days) },
    { alpaca.quotes(of: [symbol]) }, { alpaca.chain(of: symbol) }, { alpaca.universe() },
    { yahoo.history(wanted) }, { yahoo.history(within) }, { yahoo.actions(of: symbol, days) },
    { yahoo.quotes(of: [symbol]) }, { yahoo.fundamentals(of: symbol) }, { yahoo.chain(of: symbol) },
    { yahoo.volatilityIndex(days, now: now) }, { tiingo.history(wanted) }, { tiingo.history(within) },
    { tiingo.quotes(of: [symbol]) }, { polygon.history(wanted) }, { polygon.actions(of: symbol, days) },
    { polygon.quotes(of: [symbol]) }, { polygon.chain(of: symbol) }, { polygon.universe() },
    { alpha.history(wanted) }, { alpha.history(within) }, { alpha.fundamentals(of: symbol) },
    { nasdaq.universe() }, { nasdaq.earnings(of: [], CivilDate(2024, 1, 2)...CivilDate(2024, 1, 2)) },
    { Cboe(url: "http://c", rates: []).volatilityIndex(days, now: now) },
    { Fred(url: "http://f", rates: []).volatilityIndex(days, now: now) },
    { alpha.earnings(of: [], days) }, { alpaca.ticks(.trades, of: symbol, hour) },
    { alpaca.ticks(.quotes, of: symbol, hour) }, { alpaca.news(of: [symbol], days) },
    { alpaca.calendar(days) }, { alpaca.trending() }, { yahoo.trending() },
]

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let number = Int(first) % (inquiries.count + 2)
    guard number < inquiries.count else {
        hear(Array(bytes.dropFirst()), packed: number > inquiries.count)
        return 0
    }
    var inquiry = inquiries[number]()
    for answer in bytes.dropFirst().split(separator: 0, omittingEmptySubsequences: false).prefix(8) {
        guard let question = inquiry.question else { break }
        precondition(!"\(question)".contains("KEYKEY") && !"\(question)".contains("SECRET"))
        do throws(ProviderFault) {
            try inquiry.take(
                HTTPResponse(status: 200, headers: [("set-cookie", "A3=x; Path=/")], body: Array(answer)))
        } catch {
            precondition(!error.description.isEmpty && !error.description.contains("\n"))
        }
    }
    return 0
}

/// What a stream says once it is subscribed to: in JSON several messages, in MessagePack one, for zeroes are common there.
private func hear(_ bytes: [UInt8], packed: Bool) {
    let provider = Alpaca(
        url: "http://a", tradingURL: "http://t", key: "KEYKEY", secret: "SECRET", feed: "iex", rates: [],
        streamURL: "ws://s", isPacked: packed)
    var talk = provider.stream(
        StreamWanted(symbols: [symbol], channels: Set(StreamWanted.Channel.allCases)))
    let greeting = #"[{"T":"success","msg":"connected"},{"T":"success","msg":"authenticated"}]"#
    _ = try? talk.take(Array(greeting.utf8), isText: true)
    let messages = packed ? [bytes[...]] : bytes.split(separator: 0).prefix(8).map { $0 }
    for message in messages {
        do throws(ProviderFault) {
            let heard = try talk.take(Array(message), isText: !packed)
            precondition(heard.notes.allSatisfy { !$0.contains("\n") && !$0.contains("KEYKEY") })
        } catch {
            precondition(!error.description.isEmpty && !error.description.contains("\n"))
        }
    }
}
