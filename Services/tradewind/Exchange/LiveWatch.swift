import AlpacaVenue
import Configuration
import Domain
import Glibc
import Mesh
import VenueServer

/// Hears the feed of a running mesh for the venue, on a thread of its own, and asks the historian for what was before and
/// for what it missed.
final class LiveWatch: @unchecked Sendable {
    // After the beginning only the thread touches what follows; the inbox is made for two.
    private let mesh: MeshSettings
    private let symbols: [Symbol]
    private let feeds: Set<String>
    private let sessions: Int
    private let inbox: LiveInbox
    /// Until when the bars of each symbol are known.
    private var known: [Symbol: Timestamp] = [:]
    /// The last message of each topic.
    private var last: [Topic: Cause] = [:]
    /// Symbols of which something was not heard.
    private var missed: Set<Symbol> = []
    private var hearsFeed = false
    private var thread: pthread_t?

    /// How often what was heard is handed over, in milliseconds.
    private static let tick = 5
    /// How long a feed's beat is waited for before the history is asked for, and how long its socket takes to open.
    private static let beatMilliseconds = 3_000
    private static let openMilliseconds = 100
    /// How long the historian is waited for.
    private static let patience = 10 * Nanoseconds.second

    /// Nothing where the venue's market is not live.
    init?(_ choices: ExchangeChoices, _ parsed: Parsed) throws {
        guard let inbox = choices.options.inbox else { return nil }
        let settings = try Configuration.Settings.load(for: parsed)
        mesh = MeshSettings(settings)
        feeds = Set(settings.list("mesh.feeds"))
        symbols = choices.live
        sessions = choices.setup.market.historySessions
        self.inbox = inbox
    }

    /// Listens from now on; of each symbol after the bars that the venue knows.
    func begin(after known: [Symbol: Timestamp], at now: Timestamp) throws {
        let beginning = beginning(before: now)
        for symbol in symbols { self.known[symbol] = known[symbol] ?? beginning }
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(self)
        let code = pthread_create(&thread, nil, { LiveWatch.main($0) }, argument.toOpaque())
        guard code == 0 else {
            argument.release()
            throw Failure("the mesh cannot be listened to: \(String(cString: strerror(code)))", exitCode: 1)
        }
        self.thread = thread
    }

    func end() {
        Stop.ask()
        if let thread { pthread_join(thread, nil) }
    }

    private func beginning(before now: Timestamp) -> Timestamp {
        let calendar = TradingCalendar.xnys
        let index = calendar.index(onOrAfter: EasternTime.local(at: now).date) - sessions
        return index >= 0 && index < calendar.sessions.count ? calendar.sessions[index].open : now
    }

    // MARK: the thread

    private static func main(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let argument { Unmanaged<LiveWatch>.fromOpaque(argument).takeRetainedValue().listen() }
        return nil
    }

    private func listen() {
        do {
            let watcher = try Watcher(mesh)
            waitForFeed(watcher)
            missed = Set(symbols)
            while !Stop.isAsked {
                var data: [LiveDatum] = []
                watcher.look(for: LiveWatch.tick) { if let datum = datum(of: $0) { data.append(datum) } }
                if !missed.isEmpty { inbox.put(history()) }
                if !data.isEmpty { inbox.put(data) }
                for case .bar(let bar) in data { known[bar.symbol] = bar.closesAt }
            }
        } catch {
            Console.error("exchange: the mesh cannot be listened to: \(error)\n")
        }
    }

    /// The history is asked for when what comes after it is heard already, so that nothing lies between.
    private func waitForFeed(_ watcher: Watcher) {
        let until = System.now + Int64(LiveWatch.beatMilliseconds) * Nanoseconds.millisecond
        while !hearsFeed, System.now < until, !Stop.isAsked {
            watcher.look(for: LiveWatch.tick) { message in
                if case .beat = message.body, feeds.contains(message.sender) { hearsFeed = true }
            }
        }
        watcher.look(for: LiveWatch.openMilliseconds) { _ = datum(of: $0) }
    }

    private func datum(of message: Message) -> LiveDatum? {
        guard feeds.contains(message.sender) else { return nil }
        let datum: LiveDatum
        switch message.body {
        // A correction changes nothing of what has traded.
        case .bar(let bar)
        where bar.span == Nanoseconds.minute && !message.topic.text.hasPrefix(Topic.corrections):
            datum = .bar(bar)
        case .quote(let quote): datum = .quote(quote)
        case .trade(let trade): datum = .trade(trade)
        default: return nil
        }
        guard known[datum.symbol] != nil else { return nil }
        if case .bar = datum, let last = last.updateValue(message.asCause, forKey: message.topic),
            message.epoch != last.epoch || message.number > last.number + 1
        {
            missed.insert(datum.symbol)
        }
        return datum
    }

    private func history() -> [LiveDatum] {
        var found: [LiveDatum] = []
        do {
            let client = try HistoryClient(mesh, as: "watcher.1", patience: LiveWatch.patience)
            for symbol in symbols where missed.contains(symbol) {
                try client.bars(
                    of: symbol, span: Nanoseconds.minute, from: known[symbol]!, to: .distantFuture
                ) { bars in
                    found += bars.map { .bar($0) }
                    known[symbol] = bars.last?.closesAt ?? known[symbol]
                }
            }
        } catch {
            Console.error("exchange: there is no history from the mesh: \(error)\n")
        }
        missed = []
        return found
    }
}
