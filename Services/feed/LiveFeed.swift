import CLinux
import Configuration
import Domain
import Gatekeeper
import Glibc
import Mesh
import RemoteProviders

/// Brings a live market into the mesh: a provider's stream, divided into instants, through the gatekeeper. What the
/// stream misses while it is away is asked of the providers' history before anything later is said.
///
/// The gatekeeper is the machine here, and each datum is taken into the transcript before it is judged: a live day can be
/// re-run bit for bit. Nobody is waited for.
final class LiveFeed: Source {
    /// Readable when the stream or an answer has something.
    let file: Int32?

    private let settings: LiveSettings
    private let streams: LiveStreams
    private let backFill: BackFill
    private let announcements: Announcements
    private let log: Log
    private var instants: LiveInstants?
    /// How far it was when this process began.
    private var saidBefore: Timestamp?
    private var overlooked: [CorporateAction] = []
    private var hole = Hole()
    /// What the stream brings while older bars are still asked for, and of which other stream than the first.
    private var held: [(event: StreamEvent, other: String?)] = []
    /// Who was listened to last. Bars up to that moment may come again from whoever is listened to now, or were a history's.
    private var listenedTo: String?
    private var overlap = Timestamp.distantPast
    private var isConnected = false
    /// When the providers' history stands in for a stream that is away.
    private var standIn = StandIn()
    private var toldUnread = 0
    private var toldRepeated = 0
    private var outside = 0

    private static let topic = Topic("local/stream")
    private static let heldMax = 200_000

    init(_ settings: LiveSettings, _ all: Configuration.Settings, _ log: Log) throws {
        self.settings = settings
        self.log = log
        let seed = UInt64(bitPattern: System.now.nanoseconds)
        guard let streams = LiveStreams(settings, seed: seed),
            let backFill = BackFill(all),
            let announcements = Announcements(settings, all, log)
        else { throw Failure("the stream cannot begin: too many files are open", exitCode: 1) }
        self.streams = streams
        self.backFill = backFill
        self.announcements = announcements
        let watch = tradewind_watch()
        guard watch >= 0 else {
            throw Failure("the stream cannot begin: too many files are open", exitCode: 1)
        }
        for file in streams.files { tradewind_watch_add(watch, file) }
        tradewind_watch_add(watch, backFill.file)
        tradewind_watch_add(watch, announcements.file)
        file = watch
    }

    func pump<M: Machine>(_ node: Node<M>, at now: Timestamp) throws -> Pumped {
        // What comes meanwhile waits in the connection, which has a bound.
        guard node.mayOriginate else { return .idle(until: .zero) }
        if instants == nil { begin(node) }
        for news in streams.step(at: now, said: instants!.said) { hear(news, node, at: now) }
        if !isConnected, standIn.isDue(at: now), settings.isInSession(now) {
            standInForTheStream(node, at: now)
        }
        fill(node, at: now)
        for action in announcements.step(
            since: instants!.said, after: instants!.last, at: now)
        { hear(action, node) }
        let isHeld = announcements.holds(
            instants!.waiting, since: instants!.said, after: instants!.last, at: now)
        if let text = announcements.takeAlarm() {
            log.error("actions", ["text": .text(text)])
            node.raise(.critical, code: "actions", text)
        }
        for output in isHeld ? [] : instants!.next(at: now) {
            switch output {
            case .datum(let body, let moment):
                try node.bring(datum: body, on: LiveFeed.topic, dated: moment, at: now)
            case .correction(let bar, let moment):
                try node.bring(datum: .bar(bar), on: Gatekeeper.correction, dated: moment, at: now)
            case .end(let moment): try node.originate([], step: Step(time: moment), at: moment)
            }
        }
        tell()
        // What is due already waits for an answer, which wakes the host.
        let next = [streams.nextAt, instants!.nextAt, hole.nextAt, standIn.nextAt, announcements.next].filter
        {
            $0 > now
        }
        return .idle(until: next.min() ?? .zero)
    }

    /// Goes on after the last instant that was completed, and knows what was said since.
    private func begin<M: Machine>(_ node: Node<M>) {
        var latest: [Symbol: Timestamp] = [:]
        if let gate = node.machine as? Gatekeeper {
            for symbol in settings.wanted.symbols {
                latest[symbol] = gate.lastBar(of: symbol, span: Nanoseconds.minute)
            }
        }
        instants = LiveInstants(
            settings.wanted.symbols, grace: settings.grace, after: node.lastStep, latest: latest)
        saidBefore = instants!.said
        node.isImpaired = true
        standIn = StandIn(after: settings.failover)
        standIn.lose(at: System.now)
        streams.begin(at: System.now)
        for note in settings.notes { log.warning("stream", ["text": .text(note)]) }
    }

    // MARK: the stream

    private func hear<M: Machine>(_ news: LiveStreams.News, _ node: Node<M>, at now: Timestamp) {
        switch news {
        case .note(let text): log.warning("stream", ["text": .text(text)])
        case .subscribed(let name):
            log.info(
                "stream",
                [
                    "text": .text("\(name) is subscribed to"),
                    "symbols": .integer(settings.wanted.symbols.count),
                ])
        case .listens(let name):
            isConnected = true
            listen(to: name, node, hadStandIn: standIn.end())
            hole.open(since: instants!.said, at: now)
            if hole.isClosed { node.isImpaired = false }
        case .returns(let name, let bars, let other):
            listen(to: name, node, hadStandIn: false)
            for bar in bars { hear(.bar(bar), of: other, at: now) }
        case .lost(let fault, let again, let wasListenedTo):
            let pause = (again - now) / Nanoseconds.millisecond
            log.warning("stream", ["text": .text("\(fault); tried again in \(pause) ms")])
            // Once for each time that it is away.
            if wasListenedTo || !node.isImpaired || fault.kind == .refused {
                node.raise(.warning, code: "stream", "\(fault)")
            }
            guard wasListenedTo || !isConnected else { return }
            isConnected = false
            node.isImpaired = true
            standIn.lose(at: now)
            hole.lose()
        case .events(let events, let other): for event in events { hear(event, of: other, at: now) }
        }
    }

    /// Says whom bars come from when that changes, and what it was before.
    private func listen<M: Machine>(to name: String, _ node: Node<M>, hadStandIn: Bool) {
        let first = settings.providers[0].name
        let isAnother = name != listenedTo ?? first
        if isAnother || settings.providers.count > 1 { overlap = instants!.newest ?? .distantPast }
        if isAnother, name != first {
            let text = "bars come from \(name)'s stream until one that stands before it is healthy"
            log.warning("failover", ["text": .text(text)])
            node.raise(.warning, code: "failover", text)
        } else if isAnother || hadStandIn {
            log.info("failover", ["text": .text("\(name)'s stream is back, and bars come from it again")])
        }
        listenedTo = name
    }

    private func hear(_ event: StreamEvent, of other: String?, at now: Timestamp) {
        switch event {
        case .bar, .updated, .quote, .trade:
            guard settings.isInSession(event.moment) else { return outside += 1 }
            if case .bar(let bar) = event { hole.see(bar) }
        default: break
        }
        if hole.isClosed {
            take(event, of: other, at: now)
        } else {
            held.append((event, other))
        }
    }

    private func take(_ event: StreamEvent, of other: String?, at now: Timestamp) {
        switch event {
        // Another one has said it already.
        case .bar(let bar) where bar.openedAt <= overlap && instants!.knows(bar): instants!.noteRepeated()
        case .bar(let bar): instants!.take(bar, of: other, at: now)
        // What was decided upon the first one is decided: this one is for those who keep bars.
        case .updated(let bar): instants!.take(correction: bar, at: now)
        case .quote(let quote): instants!.take(.quote(quote), of: quote.at, at: now)
        case .trade(let trade): instants!.take(.trade(trade), of: trade.at, at: now)
        case .corrected(let wrong, let right):
            log.info(
                "correction",
                ["text": .text("\(wrong.symbol): \(wrong.price) of trade \(wrong.id) is \(right.price)")])
        case .cancelled(let trade):
            log.info(
                "correction",
                ["text": .text("\(trade.symbol): trade \(trade.id) at \(trade.price) did not happen")])
        case .status(let status):
            log.info("status", ["text": .text("\(status.symbol): \(status.words) \(status.reason)")])
        // A day that is not over is no bar yet.
        case .daily, .band: break
        }
    }

    // MARK: what companies do

    /// What was said already is not said again. Of what happened before this process began, and is known only now, a
    /// person has to know: shares that are held were counted otherwise meanwhile.
    private func hear<M: Machine>(_ action: CorporateAction, _ node: Node<M>) {
        guard let gate = node.machine as? Gatekeeper, !gate.heeds(action), !instants!.awaits(action) else {
            return
        }
        guard action.kind == .split || action.kind == .dividend || action.kind == .delisting else {
            return overlook(action, "is not applied here: a person has to see to it", node)
        }
        if let before = saidBefore, action.exAt <= before {
            return overlook(action, "became known after bars of that day were said, and is not applied", node)
        }
        log.info("action", ["text": .text("\(action.kind) of \(action.symbol) on \(action.exAt.dateUTC)")])
        if let said = instants!.said, action.exAt < said {
            node.raise(
                .warning, code: "action",
                "the \(action.kind) of \(action.symbol) on \(action.exAt.dateUTC) became known after bars of that day were "
                    + "said; it goes out with the minute in hand, and what was decided in between took prices as they were"
            )
        }
        instants!.take(action)
    }

    private func overlook<M: Machine>(_ action: CorporateAction, _ why: String, _ node: Node<M>) {
        guard !overlooked.contains(action) else { return }
        overlooked.append(action)
        let text =
            "the \(action.kind) of \(action.symbol) on \(EasternTime.local(at: action.exAt).date) \(why)"
        log.error("action", ["text": .text(text)])
        node.raise(.critical, code: "action", text)
    }

    // MARK: what it missed

    /// Bars go on, a little later than a stream has them. When it is back the same minutes are asked for once more, and
    /// what is there already is left out.
    private func standInForTheStream<M: Machine>(_ node: Node<M>, at now: Timestamp) {
        if standIn.begin(at: now) {
            let text =
                "\(listenedTo ?? settings.providers[0].name)'s stream is away; until one is there minutes are asked of "
                + "providers.history"
            log.warning("failover", ["text": .text(text)])
            node.raise(.warning, code: "failover", text)
        }
        // Where nothing was ever said it begins with the minute in hand.
        hole.open(withoutStreamSince: instants!.said ?? now, at: now)
    }

    private func fill<M: Machine>(_ node: Node<M>, at now: Timestamp) {
        if let outcome = backFill.take() {
            instants!.fill(outcome.bars.filter { settings.isInSession($0.bar.openedAt) }, at: now)
            // What the history had first the stream says now.
            overlap = instants!.newest ?? overlap
            if outcome.isWhole {
                hole.filled()
                log.info(
                    "filled",
                    ["text": .text("bars since \(hole.since)"), "bars": .integer(outcome.bars.count)])
            } else {
                log.warning("fill", ["text": .text(outcome.failures.joined(separator: "; "))])
                hole.failed(at: now)
            }
        }
        if let wanted = hole.wanted(at: now), isConnected || standIn.isActive, !backFill.isUnderWay {
            let days = LiveSettings.days(since: wanted, until: now)
            let question = HistoryWanted(
                symbols: settings.wanted.symbols, span: Interval(nanoseconds: Nanoseconds.minute), days: days,
                now: now, since: wanted)
            if backFill.begin(question) { hole.isAsked() } else { hole.failed(at: now) }
        }
        if isConnected && hole.hasWaited(settings.patience, at: now) || held.count > LiveFeed.heldMax {
            let text =
                "the bars since \(hole.since) that the stream missed were not to be had; it goes on without them"
            log.error("fill", ["text": .text(text)])
            node.raise(.critical, code: "hole", text)
            hole.giveUp()
        }
        guard hole.isClosed else { return }
        if isConnected { node.isImpaired = false }
        guard !held.isEmpty else { return }
        let events = held
        held = []
        for (event, other) in events {
            if case .bar(let bar) = event, instants!.knows(bar) {
                instants!.noteRepeated()
            } else {
                take(event, of: other, at: now)
            }
        }
    }

    /// What was left out is counted, and told now and then.
    private func tell() {
        if streams.unread > 2 * toldUnread {
            toldUnread = streams.unread
            log.warning(
                "unread", ["text": .text("\(streams.unread) pieces of the stream could not be read so far")])
        }
        if instants!.repeated > toldRepeated {
            toldRepeated = instants!.repeated
            log.debug("repeated", ["bars": .integer(toldRepeated)])
        }
    }
}
