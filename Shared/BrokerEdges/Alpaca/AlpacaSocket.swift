import Configuration
import Domain

/// The conversation on Alpaca's stream of trade updates: it says who it is, wants to hear of orders, and is made anew
/// with longer and longer waits where it breaks. Without it the same is heard by asking, only later.
final class AlpacaSocket {
    /// Makes a socket that begins to open; nothing where there is none to be had.
    typealias Opening = () -> (any UpdateSocket)?

    private let rest: AlpacaRest
    private let open: Opening
    private var socket: (any UpdateSocket)?
    private var failures = 0
    private(set) var nextOpening = Timestamp.zero
    private var isListening = false

    init(_ rest: AlpacaRest, _ open: @escaping Opening) {
        self.rest = rest
        self.open = open
    }

    /// What has come.
    func take(at now: Timestamp) -> [BrokerNews] {
        if socket == nil, now >= nextOpening {
            socket = open()
            nextOpening = now + wait
        }
        guard let socket else { return [] }
        var news: [BrokerNews] = []
        for event in socket.take() {
            switch event {
            case .opened: socket.send(authentication)
            case .message(let bytes): hear(bytes, at: now, &news)
            case .ended(let why):
                self.socket = nil
                failures += 1
                nextOpening = now + wait
                if isListening { news.append(BrokerNews(kind: .lost, at: now, explanation: why)) }
                isListening = false
            }
        }
        return news
    }

    private var wait: Int64 { min(Nanoseconds.second << Int64(min(failures, 5)), 30 * Nanoseconds.second) }

    private func hear(_ bytes: [UInt8], at now: Timestamp, _ news: inout [BrokerNews]) {
        let document: AlpacaDocument
        do throws(AlpacaDocument.Wrong) { document = try AlpacaDocument(bytes) } catch {
            return miss(error.sentence, at: now, &news)
        }
        switch document.value["stream"]?.text {
        case "authorization":
            guard document.value["data"]?["status"]?.text == "authorized" else {
                return miss("the broker does not let us hear of orders", at: now, &news)
            }
            socket?.send(#"{"action":"listen","data":{"streams":["trade_updates"]}}"#)
        case "listening":
            isListening = true
            failures = 0
            news.append(BrokerNews(kind: .connected, at: now))
        default:
            do throws(AlpacaDocument.Wrong) {
                if let update = try document.update(now) { news.append(update) }
            } catch {
                miss(error.sentence, at: now, &news)
            }
        }
    }

    /// What cannot be read is heard by asking: as if the connection had broken here. Where it did not listen yet, it never
    /// would: then it is made anew.
    private func miss(_ sentence: String, at now: Timestamp, _ news: inout [BrokerNews]) {
        news.append(BrokerNews(kind: .lost, at: now, explanation: sentence))
        guard !isListening else { return news.append(BrokerNews(kind: .connected, at: now)) }
        socket = nil
        failures += 1
        nextOpening = now + wait
    }

    private var authentication: String {
        var json = JSONWriter()
        json.object { json in
            json.key("action")
            json.string("authenticate")
            json.key("data")
            json.object { json in
                json.key("key_id")
                json.string(rest.key)
                json.key("secret_key")
                json.string(rest.secret)
            }
        }
        return json.text
    }
}
