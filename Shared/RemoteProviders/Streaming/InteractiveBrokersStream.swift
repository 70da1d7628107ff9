import Domain
import TWS
import WebSocketClient

extension InteractiveBrokers: StreamProvider {
    public func objection(to wanted: StreamWanted) -> String? {
        if wanted.channels.contains(.bars) || wanted.channels.contains(.quotes) { return nil }
        return "interactive_brokers' stream has bars and quotes, and feed.channels names neither"
    }

    public func stream(_ wanted: StreamWanted) -> any StreamTalk { InteractiveBrokersStream(self, wanted) }
}

/// The conversation about live data with a gateway: a question for each symbol's quotes, one for its bars, then what
/// happens.
struct InteractiveBrokersStream: StreamTalk {
    private enum Subject { case quotes, bars }

    /// What is known of a symbol's market so far.
    private struct Market {
        var bid: Price?
        var ask: Price?
        var bidSize = Volume.zero
        var askSize = Volume.zero
        /// The minute that is not over.
        var minute: Bar?
    }

    private let gateway: InteractiveBrokers
    private let wanted: StreamWanted
    private var subjects: [Int: (symbol: Symbol, subject: Subject)] = [:]
    private var unanswered: Set<Int> = []
    private var markets: [Symbol: Market] = [:]
    private var hasOpened = false

    init(_ gateway: InteractiveBrokers, _ wanted: StreamWanted) {
        (self.gateway, self.wanted) = (gateway, wanted)
    }

    var address: WebSocketAddress? { nil }
    var headers: [(name: String, value: String)] { [] }
    /// A stream holds its connection, so its id is one of its own.
    var gatewayAddress: TWSLine.Address? {
        TWSLine.Address(host: gateway.host, port: gateway.port, client: gateway.client + 100)
    }

    var isSubscribed: Bool { hasOpened && unanswered.isEmpty }

    mutating func opened() -> [StreamSaying] {
        hasOpened = true
        var sayings: [StreamSaying] = []
        for symbol in wanted.symbols {
            let contract = TWSContract(stock: symbol)
            if wanted.channels.contains(.quotes) {
                let id = ask(symbol, .quotes)
                sayings.append(say(.market(id, contract, isSnapshot: false)))
            }
            if wanted.channels.contains(.bars) {
                var history = TWSHistory(contract, end: nil, duration: "1 D", barSize: "1 min")
                history.staysUpToDate = true
                sayings.append(say(.history(ask(symbol, .bars), history)))
            }
        }
        return sayings
    }

    private mutating func ask(_ symbol: Symbol, _ subject: Subject) -> Int {
        let id = subjects.count + 1
        subjects[id] = (symbol, subject)
        unanswered.insert(id)
        return id
    }

    private func say(_ request: TWSRequest) -> StreamSaying {
        StreamSaying(bytes: request.message(for: TWSConversation.versions.lowerBound), isText: false)
    }

    mutating func take(_ message: [UInt8], isText: Bool) throws(ProviderFault) -> StreamHeard {
        var heard = StreamHeard()
        guard message.count > 8 else {
            throw ProviderFault(.wrong, "interactive_brokers' stream said nothing")
        }
        let moment = message.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let now = Timestamp(nanoseconds: Int64(bitPattern: moment))
        let answer: TWSAnswer
        do throws(TWSFault) {
            answer = try TWSAnswer(Array(message.dropFirst(8)), version: TWSConversation.versions.upperBound)
        } catch {
            heard.unread += 1
            return heard
        }
        switch answer {
        case .price(let id, let kind, let price): takePrice(id, kind, price, now, &heard)
        case .size(let id, let kind, let size): takeSize(id, kind, size, now, &heard)
        case .history(let id, let rows): begin(id, rows, &heard)
        case .historyUpdate(let id, let row): update(id, row, &heard)
        case .notice(let notice): try take(notice, &heard)
        default: break
        }
        return heard
    }

    private mutating func take(_ notice: TWSNotice, _ heard: inout StreamHeard) throws(ProviderFault) {
        let sentence = "interactive_brokers: \(notice.code) \(notice.text)"
        switch notice.code {
        // The gateway has lost its way to the broker; what comes back is asked for anew.
        case 1100: throw ProviderFault(.unreachable, sentence)
        case 1101: throw ProviderFault(.unreachable, sentence)
        case 326: throw ProviderFault(.limited(until: nil), sentence)
        // Data of a quarter of an hour ago must not pass for live ones.
        case 10167: throw ProviderFault(.refused, sentence)
        case 2103, 2105: heard.notes.append(sentence)
        default: break
        }
        guard let (symbol, subject) = subjects[notice.about], !notice.isWarning else { return }
        unanswered.remove(notice.about)
        // Nothing has been traded yet today.
        if notice.code == 162, notice.text.lowercased().contains("no data") { return }
        heard.notes.append("\(symbol)'s \(subject == .bars ? "bars" : "quotes"): \(sentence)")
    }

    // MARK: quotes

    private mutating func takePrice(
        _ id: Int, _ kind: Int, _ price: Price, _ now: Timestamp, _ heard: inout StreamHeard
    ) {
        guard case (let symbol, .quotes)? = subjects[id] else { return }
        unanswered.remove(id)
        // A price of -1 says that there is none.
        switch kind {
        case 1: markets[symbol, default: Market()].bid = price.isPositive ? price : nil
        case 2: markets[symbol, default: Market()].ask = price.isPositive ? price : nil
        default: return
        }
        quote(symbol, now, &heard)
    }

    private mutating func takeSize(
        _ id: Int, _ kind: Int, _ size: Volume, _ now: Timestamp, _ heard: inout StreamHeard
    ) {
        guard case (let symbol, .quotes)? = subjects[id] else { return }
        switch kind {
        case 0: markets[symbol, default: Market()].bidSize = size
        case 3: markets[symbol, default: Market()].askSize = size
        default: return
        }
        quote(symbol, now, &heard)
    }

    private func quote(_ symbol: Symbol, _ now: Timestamp, _ heard: inout StreamHeard) {
        guard let market = markets[symbol], let bid = market.bid, let ask = market.ask else { return }
        heard.events.append(
            .quote(
                Quote(
                    symbol: symbol, at: now, bid: bid, ask: ask, bidSize: market.bidSize,
                    askSize: market.askSize)))
    }

    // MARK: bars

    /// The minutes of today up to now. What was missed is asked for elsewhere; the last one is not over.
    private mutating func begin(_ id: Int, _ rows: [TWSBar], _ heard: inout StreamHeard) {
        guard case (let symbol, .bars)? = subjects[id] else { return }
        unanswered.remove(id)
        guard let last = rows.last else { return }
        markets[symbol, default: Market()].minute = bar(symbol, last, &heard)
    }

    /// A minute is over when the next one is told of.
    private mutating func update(_ id: Int, _ row: TWSBar, _ heard: inout StreamHeard) {
        guard case (let symbol, .bars)? = subjects[id], let bar = bar(symbol, row, &heard) else { return }
        let before = markets[symbol]?.minute
        if let before, before.openedAt < bar.openedAt { heard.events.append(.bar(before)) }
        if let before, before.openedAt > bar.openedAt { return }
        markets[symbol, default: Market()].minute = bar
    }

    private func bar(_ symbol: Symbol, _ row: TWSBar, _ heard: inout StreamHeard) -> Bar? {
        guard let seconds = Int64(row.time), (0...7_000_000_000).contains(seconds) else {
            heard.unread += 1
            return nil
        }
        var bar = Bar(symbol: symbol, span: Nanoseconds.minute, openedAt: Timestamp(seconds: seconds))
        (bar.open, bar.high, bar.low, bar.close) = (row.open, row.high, row.low, row.close)
        bar.volume = row.volume ?? .zero
        bar.trades = UInt64(clamping: row.count)
        return bar
    }
}
