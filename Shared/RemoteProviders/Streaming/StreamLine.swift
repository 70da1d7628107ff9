import CLinux
import Domain
import Glibc
import TWS
import WebSocketClient

/// A provider's stream that is kept open: it connects, subscribes, and when the connection is over it waits a while
/// and does so again. What was missed in between is for its owner to ask for.
public final class StreamLine {
    public struct Manners: Sendable {
        /// How long the first repetition waits; each further one waits twice as long.
        public var backOff = Nanoseconds.second / 2
        public var backOffMax = 30 * Nanoseconds.second
        /// How long a provider that has too many connections of ours, or dislikes the key, is left alone.
        public var rest = 15 * Nanoseconds.second
        /// How long until a subscription has to be answered.
        public var secondsToSubscribe = 15
        public var secondsToPing = 10
        public var proxy = ""
        public var inboxBytesMax = 16 << 20

        public init() {}
    }

    public enum News: Sendable {
        /// Everything is subscribed to from now on.
        case subscribed
        case events([StreamEvent])
        /// The connection is over; the next one is tried at that moment.
        case lost(ProviderFault, again: Timestamp)
        case note(String)
    }

    public let name: String
    /// Readable when there is something to take, whichever connection it is by.
    public let file: Int32

    private let provider: any StreamProvider
    private let wanted: StreamWanted
    private let manners: Manners
    private var chance: Chance
    private var client: (any StreamSocket)?
    private var talk: (any StreamTalk)?
    private var failures = 0
    private var connectsAt = Timestamp.distantPast
    private var startedAt = Timestamp.distantPast
    private var lookedAt = Timestamp.distantPast
    /// When something was heard last of the market, or the subscription began.
    public private(set) var heardAt: Timestamp?
    public private(set) var unread = 0

    public init?(
        _ provider: any StreamProvider, _ wanted: StreamWanted, _ manners: Manners = Manners(), seed: UInt64
    ) {
        file = tradewind_watch()
        guard file >= 0 else { return nil }
        self.provider = provider
        self.wanted = wanted
        self.manners = manners
        name = provider.name
        chance = Chance(seed: seed)
    }

    deinit { close(file) }

    public var isSubscribed: Bool { talk?.isSubscribed ?? false }

    /// When it has something to do though nothing comes.
    public var nextAt: Timestamp {
        guard let client else { return connectsAt }
        if client.isOpening { return lookedAt + Nanoseconds.second / 100 }
        return isSubscribed
            ? .distantFuture : startedAt + Int64(manners.secondsToSubscribe) * Nanoseconds.second
    }

    /// Does what is due, and tells what came.
    public func step(at now: Timestamp) -> [News] {
        var news: [News] = []
        lookedAt = now
        if client == nil, now >= connectsAt { connect(at: now, &news) }
        for event in client?.take(at: now) ?? [] {
            switch event {
            case .opened: say(talk?.opened() ?? [])
            case .message(let bytes, let isText): hear(bytes, isText, at: now, &news)
            case .ended(let fault): lose(fault, at: now, &news)
            }
        }
        if client != nil, !isSubscribed,
            now >= startedAt + Int64(manners.secondsToSubscribe) * Nanoseconds.second
        {
            drop(
                ProviderFault(
                    .unreachable, "\(name)'s stream did not subscribe within \(manners.secondsToSubscribe) s"),
                at: now, &news)
        }
        return news
    }

    /// Nothing is wanted of it any more; with the next step it begins anew.
    public func rest() {
        client?.close()
        client = nil
        talk = nil
        heardAt = nil
        failures = 0
        connectsAt = .distantPast
    }

    /// Gives the connection up: its owner knows better than it does.
    public func drop(_ fault: ProviderFault, at now: Timestamp) -> [News] {
        var news: [News] = []
        drop(fault, at: now, &news)
        return news
    }

    private func connect(at now: Timestamp, _ news: inout [News]) {
        let talk = provider.stream(wanted)
        startedAt = now
        if let gateway = talk.gatewayAddress {
            do throws(TWSFault) { begin(try GatewayStream(gateway), talk) } catch {
                lose(ProviderFault(.unreachable, error.description), at: now, &news)
            }
            return
        }
        guard let address = talk.address else {
            let sentence = provider.objection(to: wanted) ?? "\(name) has no address of a stream"
            return lose(ProviderFault(.unsupported, sentence), at: now, &news)
        }
        var options = WebSocketOptions(address)
        options.headers = talk.headers
        options.proxy = manners.proxy
        options.secondsToPing = manners.secondsToPing
        options.inboxBytesMax = manners.inboxBytesMax
        do throws(WebSocketEnd) {
            begin(try WebSocketStream(options, of: name), talk)
        } catch {
            lose(ProviderFault(of: error, name), at: now, &news)
        }
    }

    private func begin(_ client: any StreamSocket, _ talk: any StreamTalk) {
        tradewind_watch_add(file, client.file)
        self.client = client
        self.talk = talk
    }

    private func say(_ sayings: [StreamSaying]) {
        for saying in sayings { client?.send(saying) }
    }

    private func hear(_ bytes: [UInt8], _ isText: Bool, at now: Timestamp, _ news: inout [News]) {
        // What a connection still says after it was given up is no concern of anybody.
        guard var talk else { return }
        let wasSubscribed = talk.isSubscribed
        do throws(ProviderFault) {
            let heard = try talk.take(bytes, isText: isText)
            self.talk = talk
            unread += heard.unread
            news += heard.notes.map { .note($0) }
            say(heard.sayings)
            if talk.isSubscribed, !wasSubscribed {
                heardAt = now
                news.append(.subscribed)
            }
            guard !heard.events.isEmpty else { return }
            heardAt = now
            failures = 0
            news.append(.events(heard.events))
        } catch {
            drop(error, at: now, &news)
        }
    }

    private func drop(_ fault: ProviderFault, at now: Timestamp, _ news: inout [News]) {
        client?.close()
        lose(fault, at: now, &news)
    }

    private func lose(_ fault: ProviderFault, at now: Timestamp, _ news: inout [News]) {
        guard client != nil || startedAt == now else { return }
        client = nil
        talk = nil
        heardAt = nil
        failures += 1
        let doubled = min(manners.backOff << Int64(min(failures - 1, 20)), manners.backOffMax)
        // Half of it is chance, so that many do not come back at one moment.
        var pause = doubled / 2 + Int64(chance.below(UInt64(max(1, doubled / 2))))
        switch fault.kind {
        // Asking at once would only be refused at once; yet a person may mend a key, and another connection ends.
        case .limited, .refused, .unsupported: pause = max(pause, manners.rest)
        default: break
        }
        connectsAt = now + pause
        news.append(.lost(fault, again: connectsAt))
    }
}

extension ProviderFault {
    init(of end: WebSocketEnd, _ provider: String) {
        let sentence = "\(provider)'s stream: \(end)".inOneLine
        switch end.kind {
        case .refused(let status?) where status == 401 || status == 403: self.init(.refused, sentence)
        case .refused(429): self.init(.limited(until: nil), sentence)
        case .untrusted: self.init(.refused, sentence)
        case .tooLarge: self.init(.wrong, sentence)
        default: self.init(.unreachable, sentence)
        }
    }
}
