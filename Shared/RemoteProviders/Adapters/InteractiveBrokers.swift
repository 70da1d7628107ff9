import Domain
import HTTP
import TWS

/// Interactive Brokers, by a TWS or Gateway that runs somewhere and is logged in. What it may give is what the account is
/// subscribed to.
public struct InteractiveBrokers: Provider {
    public let name = "interactive_brokers"
    public let rates: [Rate]
    /// Fifty may be open; a few keep it busy.
    public let parallelMax = 4
    let host: String
    let port: Int
    let client: Int
    /// Who was split, of those whose splits are known: prices come as if all splits had been before them.
    public var splits: [Symbol: [CorporateAction]] = [:]

    public init(host: String, port: Int, client: Int, rates: [Rate]) {
        (self.host, self.port, self.client, self.rates) = (host, port, client, rates)
    }

    public var lacks: String? {
        host.isEmpty
            ? "interactive_brokers needs a TWS or Gateway: providers.interactive_brokers.host, such as 127.0.0.1"
            : nil
    }

    func request(_ message: TWSRequest) -> HTTPRequest {
        var request = HTTPRequest(WebAddress("tws://\(host):\(port)", "/\(client)"))
        request.method = .post
        // These messages are the same in all versions that are spoken.
        request.body = message.message(for: TWSConversation.versions.lowerBound)
        return request
    }

    /// The messages of an answer.
    func answers(_ response: HTTPResponse) throws(ProviderFault) -> [TWSAnswer] {
        if let fault = response.failure(of: name) { throw fault }
        var answers: [TWSAnswer] = []
        do throws(TWSFault) {
            var frames = TWSFrames()
            frames.add(response.body)
            while let message = try frames.next() {
                let answer = try TWSAnswer(message, version: TWSConversation.versions.upperBound)
                answers.append(answer)
            }
        } catch {
            throw ProviderFault(.wrong, "\(name): \(error)")
        }
        for case .notice(let notice) in answers {
            if let fault = InteractiveBrokers.fault(notice) { throw fault }
        }
        return answers
    }

    /// What a notice means for a question; nothing where it means that there is no such data.
    static func fault(_ notice: TWSNotice) -> ProviderFault? {
        let words = notice.text.lowercased()
        let sentence = "interactive_brokers: \(notice.code) \(notice.text)"
        switch notice.code {
        case 162 where words.contains("pacing"), 100, 420:
            return ProviderFault(.limited(until: nil), sentence)
        case 162 where words.contains("no data"): return nil
        case 162 where words.contains("permission"), 354, 10089, 10090, 10168, 10197:
            return ProviderFault(.refused, sentence)
        case 200: return ProviderFault(.unknown, sentence)
        case 203, 310...399, 430...439: return ProviderFault(.unsupported, sentence)
        default: return ProviderFault(.unreachable, sentence)
        }
    }
}

extension InteractiveBrokers: HistoryProvider {
    /// Lengths of bars within a day, in minutes.
    private static let lengths: Set<Int> = [1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 180, 240, 480]

    public func objection(to wanted: HistoryWanted) -> String? {
        guard wanted.span.isDaily || wanted.span.minutes.map(InteractiveBrokers.lengths.contains) == true
        else {
            return
                "interactive_brokers has bars of 1m 2m 3m 5m 10m 15m 20m 30m 1h 2h 3h 4h 8h and 1d, not of "
                + "\(wanted.span)"
        }
        let today = EasternTime.local(at: wanted.now).date
        let unknown = wanted.symbols.filter { splits[$0] == nil }
        guard wanted.days.lowerBound < today, let first = unknown.first else { return nil }
        return
            "interactive_brokers gives prices adjusted for splits, and nobody of providers.actions tells of those of "
            + "\(first)" + (unknown.count > 1 ? " and \(unknown.count - 1) others" : "")
    }

    /// As far as one question may reach: a year of days, a day of minutes.
    public func pieces(of days: ClosedRange<CivilDate>, span: Interval) -> [ClosedRange<CivilDate>] {
        let pieces: [ClosedRange<CivilDate>]
        switch span.minutes ?? 0 {
        case 0: pieces = Pieces.days(365, days)
        case 1: pieces = Pieces.days(1, days)
        case 2: pieces = Pieces.days(2, days)
        case 3...20: pieces = Pieces.days(7, days)
        default: pieces = Pieces.months(days)
        }
        let trading = pieces.filter {
            !TradingCalendar.xnys.sessions(from: $0.lowerBound, to: $0.upperBound).isEmpty
        }
        return trading.isEmpty ? [days] : trading
    }

    public func history(_ wanted: HistoryWanted) -> any HistoryInquiry { GatewayHistory(self, wanted) }
}

/// A piece of history, with one question.
struct GatewayHistory: HistoryInquiry {
    private let gateway: InteractiveBrokers
    private let wanted: HistoryWanted
    private var isDone = false
    private(set) var bars: [Bar] = []
    let actions: [CorporateAction] = []

    init(_ gateway: InteractiveBrokers, _ wanted: HistoryWanted) {
        (self.gateway, self.wanted) = (gateway, wanted)
    }

    private var duration: String {
        switch wanted.span.minutes ?? 0 {
        case 0, 1, 2: "\(wanted.days.upperBound - wanted.days.lowerBound + 1) D"
        case 3...20: "1 W"
        default: "1 M"
        }
    }

    private var barSize: String {
        guard let minutes = wanted.span.minutes else { return "1 day" }
        switch minutes {
        case 1: return "1 min"
        case 60: return "1 hour"
        case 0..<60: return "\(minutes) mins"
        default: return "\(minutes / 60) hours"
        }
    }

    var question: HTTPRequest? {
        guard !isDone else { return nil }
        let end = min(BarWire.midnight(of: wanted.days.upperBound + 1), wanted.now)
        return gateway.request(
            .history(
                0,
                TWSHistory(
                    TWSContract(stock: wanted.symbols[0]), end: end, duration: duration, barSize: barSize)))
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        let symbol = wanted.symbols[0]
        let ratios = SplitRatios(gateway.splits[symbol] ?? [])
        let today = EasternTime.local(at: wanted.now).date
        var taken: [Bar] = []
        for case .history(_, let rows) in try gateway.answers(answer) {
            for row in rows {
                guard let bar = try bar(row, symbol) else { continue }
                let date = EasternTime.local(at: bar.openedAt).date
                // Nobody asks for more than was objected to; what comes of its own accord is not taken for raw.
                guard gateway.splits[symbol] != nil || date == today else { continue }
                guard let raw = GatewayHistory.raw(bar, ratios.ratio(after: date)) else {
                    throw ProviderFault(.wrong, "\(gateway.name): the price before its splits is too large")
                }
                taken.append(raw)
            }
        }
        (bars, isDone) = (taken, true)
    }

    private static func raw(_ bar: Bar, _ ratio: (after: Int64, before: Int64)) -> Bar? {
        var bar = bar
        guard let open = SplitRatios.raw(bar.open, ratio), let high = SplitRatios.raw(bar.high, ratio),
            let low = SplitRatios.raw(bar.low, ratio), let close = SplitRatios.raw(bar.close, ratio),
            let volume = SplitRatios.raw(bar.volume, ratio)
        else { return nil }
        (bar.open, bar.high, bar.low, bar.close, bar.volume) = (open, high, low, close, volume)
        return bar
    }

    private func bar(_ row: TWSBar, _ symbol: Symbol) throws(ProviderFault) -> Bar? {
        var bar: Bar?
        if wanted.span.isDaily {
            guard let date = TWSTime.date(row.time) else { throw wrong(row.time, "a date such as 20240311") }
            bar = BarWire.daily(symbol, on: date)
        } else {
            guard let seconds = Int64(row.time), (0...7_000_000_000).contains(seconds) else {
                throw wrong(row.time, "seconds since 1970")
            }
            bar = BarWire.bar(symbol, span: wanted.span.nanoseconds, at: Timestamp(seconds: seconds))
        }
        bar?.open = row.open
        bar?.high = row.high
        bar?.low = row.low
        bar?.close = row.close
        bar?.volume = row.volume ?? .zero
        bar?.trades = UInt64(clamping: row.count)
        return bar
    }

    private func wrong(_ text: String, _ right: String) -> ProviderFault {
        ProviderFault(
            .wrong,
            "\(gateway.name): \(String(text.prefix(40)).inOneLine) is no time of a bar; \(right) would be right"
        )
    }
}
