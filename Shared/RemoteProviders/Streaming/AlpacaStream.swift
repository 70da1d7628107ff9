import Configuration
import Domain
import WebSocketClient

extension Alpaca: StreamProvider {
    public func objection(to wanted: StreamWanted) -> String? {
        WebSocketAddress(streamAddress) == nil
            ? "\(streamURL) is no address of a stream; wss://stream.data.alpaca.markets would be right" : nil
    }

    var streamAddress: String { "\(streamURL)/v2/\(streamFeed)" }

    public func stream(_ wanted: StreamWanted) -> any StreamTalk { AlpacaStream(self, wanted) }
}

/// The conversation on Alpaca's stream of market data: greeting, key, subscription, then arrays of what happens.
struct AlpacaStream: StreamTalk {
    /// How far it is; each step follows the answer to the one before.
    private enum Step: Equatable { case greeting, authorising, subscribing, subscribed }

    private let alpaca: Alpaca
    private let wanted: StreamWanted
    private let symbols: [String: Symbol]
    private var step = Step.greeting

    init(_ alpaca: Alpaca, _ wanted: StreamWanted) {
        self.alpaca = alpaca
        self.wanted = wanted
        symbols = Dictionary(wanted.symbols.map { ($0.text, $0) }, uniquingKeysWith: { first, _ in first })
    }

    var address: WebSocketAddress? { WebSocketAddress(alpaca.streamAddress) }

    var headers: [(name: String, value: String)] {
        [("Content-Type", alpaca.isPacked ? "application/msgpack" : "application/json")]
    }

    var isSubscribed: Bool { step == .subscribed }

    /// The server speaks first.
    mutating func opened() -> [StreamSaying] {
        step = .greeting
        return []
    }

    mutating func take(_ message: [UInt8], isText: Bool) throws(ProviderFault) -> StreamHeard {
        let body: JSONBody
        // Some of Alpaca's services send JSON in binary frames.
        if alpaca.isPacked, !isText, message.first != UInt8(ascii: "["), message.first != UInt8(ascii: "{") {
            guard let value = JSONValue(messagePack: message) else {
                throw ProviderFault(.wrong, "\(alpaca.name)'s stream said what is no MessagePack")
            }
            body = JSONBody(value, of: alpaca.name)
        } else {
            body = try JSONBody(message, of: alpaca.name)
        }
        var heard = StreamHeard()
        for piece in try body.items() {
            guard let kind = piece.find("T")?.value.text else {
                heard.unread += 1
                continue
            }
            switch kind {
            case "success": heard.sayings += try succeeded(piece)
            case "error": try complained(piece, &heard)
            case "subscription": try subscribed(piece, &heard)
            default: read(kind, piece, &heard)
            }
        }
        return heard
    }

    // MARK: control

    private mutating func succeeded(_ piece: JSONBody) throws(ProviderFault) -> [StreamSaying] {
        switch (try piece.get("msg").text(), step) {
        case ("connected", .greeting):
            step = .authorising
            return [
                say([
                    ("action", .text("auth")), ("key", .text(alpaca.key ?? "")),
                    ("secret", .text(alpaca.secret ?? "")),
                ])
            ]
        case ("authenticated", .authorising):
            step = .subscribing
            let names = StreamLetter.Value.list(wanted.symbols.map(\.text))
            let channels = StreamWanted.Channel.allCases.filter(wanted.channels.contains)
            return [say([("action", .text("subscribe"))] + channels.map { ($0.rawValue, names) })]
        default: return []
        }
    }

    /// Whatever is missing in the answer would be missing for ever without a word.
    private mutating func subscribed(_ piece: JSONBody, _ heard: inout StreamHeard) throws(ProviderFault) {
        guard step == .subscribing else { return }
        for channel in StreamWanted.Channel.allCases where wanted.channels.contains(channel) {
            var names: Set<String> = []
            for name in try piece.find(channel.rawValue)?.items() ?? [] { names.insert(try name.text()) }
            let missing = wanted.symbols.filter { !names.contains($0.text) && !names.contains("*") }
            if let first = missing.first {
                heard.notes.append(
                    "\(alpaca.name) does not give the \(channel.rawValue) of \(first)"
                        + (missing.count > 1 ? " and \(missing.count - 1) others" : ""))
            }
        }
        step = .subscribed
    }

    private func complained(_ piece: JSONBody, _ heard: inout StreamHeard) throws(ProviderFault) {
        let code = try piece.find("code")?.integer() ?? 0
        let words = String((piece.find("msg")?.value.text ?? "no more is said").prefix(200)).inOneLine
        let sentence = "\(alpaca.name)'s stream: \(code) \(words)"
        switch code {
        // Who they are was said already: nothing is lost.
        case 403: heard.notes.append(sentence)
        case 401, 402, 411: throw ProviderFault(.refused, sentence)
        case 405, 408, 409, 410: throw ProviderFault(.unsupported, sentence)
        case 406: throw ProviderFault(.limited(until: nil), sentence)
        case 400: throw ProviderFault(.wrong, sentence)
        default: throw ProviderFault(.unreachable, sentence)
        }
    }

    private func say(_ members: [(key: String, value: StreamLetter.Value)]) -> StreamSaying {
        let letter = StreamLetter(members: members)
        return alpaca.isPacked
            ? StreamSaying(bytes: letter.messagePack, isText: false)
            : StreamSaying(bytes: letter.json, isText: true)
    }

    // MARK: data

    /// One datum that cannot be read must not take the others of its frame with it.
    private func read(_ kind: String, _ piece: JSONBody, _ heard: inout StreamHeard) {
        do throws(ProviderFault) {
            guard let symbol = symbols[try piece.get("S").text()] else { return }
            if let event = try event(kind, piece, symbol) { heard.events.append(event) }
        } catch {
            heard.unread += 1
        }
    }

    private func event(_ kind: String, _ piece: JSONBody, _ symbol: Symbol) throws(ProviderFault)
        -> StreamEvent?
    {
        let at = try BarWire.instant(try piece.get("t"))
        switch kind {
        case "b": return .bar(try bar(piece, symbol, Nanoseconds.minute, at))
        case "u": return .updated(try bar(piece, symbol, Nanoseconds.minute, at))
        case "d": return .daily(try bar(piece, symbol, Nanoseconds.day, at))
        case "q":
            return .quote(
                Quote(
                    symbol: symbol, at: at, bid: try piece.get("bp").decimal(),
                    ask: try piece.get("ap").decimal(), bidSize: try piece.get("bs").decimal(),
                    askSize: try piece.get("as").decimal()))
        case "t": return .trade(try trade(piece, symbol, at, price: "p", size: "s", id: "i"))
        case "c":
            return .corrected(
                try trade(piece, symbol, at, price: "op", size: "os", id: "oi"),
                now: try trade(piece, symbol, at, price: "cp", size: "cs", id: "ci"))
        case "x": return .cancelled(try trade(piece, symbol, at, price: "p", size: "s", id: "i"))
        case "s":
            return .status(
                TradingStatus(
                    symbol: symbol, at: at, code: word(piece, "sc"), words: word(piece, "sm"),
                    reason: word(piece, "rm")))
        case "l":
            return .band(
                PriceBand(
                    symbol: symbol, at: at, up: try piece.get("u").decimal(),
                    down: try piece.get("d").decimal()))
        // Of a newer interface: no concern of ours.
        default: return nil
        }
    }

    private func word(_ piece: JSONBody, _ key: String) -> String {
        String((piece.find(key)?.value.text ?? "").prefix(100)).inOneLine
    }

    private func bar(_ piece: JSONBody, _ symbol: Symbol, _ span: Int64, _ at: Timestamp)
        throws(ProviderFault)
        -> Bar
    {
        guard var bar = BarWire.bar(symbol, span: span, at: at) else {
            throw piece.wrong("a day without a session has no bar")
        }
        bar.open = try piece.get("o").decimal()
        bar.high = try piece.get("h").decimal()
        bar.low = try piece.get("l").decimal()
        bar.close = try piece.get("c").decimal()
        bar.volume = try piece.get("v").decimal()
        if let trades = piece.find("n") { bar.trades = UInt64(clamping: try trades.integer()) }
        return bar
    }

    private func trade(
        _ piece: JSONBody, _ symbol: Symbol, _ at: Timestamp, price: String, size: String, id: String
    ) throws(ProviderFault) -> Trade {
        Trade(
            symbol: symbol, at: at, price: try piece.get(price).decimal(),
            size: try piece.get(size).decimal(),
            id: UInt64(clamping: try piece.find(id)?.integer() ?? 0))
    }
}

extension BarWire {
    /// A moment as a text, or as MessagePack has it: nanoseconds since 1970.
    static func instant(_ body: JSONBody) throws(ProviderFault) -> Timestamp {
        guard case .number = body.value else { return try moment(body) }
        let moment = Timestamp(nanoseconds: Int64(try body.integer()))
        _ = try self.moment(seconds: Int(moment.nanoseconds / Nanoseconds.second), body)
        return moment
    }
}
