import Domain
import Gatekeeper
import RemoteProviders

/// The streams that the settings name, of which one is listened to: `StreamOrder` says which.
final class LiveStreams {
    enum News {
        case note(String)
        case subscribed(String)
        case lost(ProviderFault, again: Timestamp, wasListenedTo: Bool)
        /// From now on this one is listened to, and what was missed has to be asked for.
        case listens(to: String)
        /// It was listened to before the one that is now, and is again. Of these bars some may have been said.
        case returns(to: String, [Bar], of: String?)
        /// Of another stream than the first one it is told which.
        case events([StreamEvent], of: String?)
    }

    private let settings: LiveSettings
    private let lines: [StreamLine]
    private var order: StreamOrder
    /// When each line said something newer than all it had said before, by the host's clock and by the data's.
    private var fresh: [(at: Timestamp, moment: Timestamp)]

    /// Nothing where too many files are open.
    init?(_ settings: LiveSettings, seed: UInt64) {
        self.settings = settings
        var lines: [StreamLine] = []
        for (index, provider) in settings.providers.enumerated() {
            guard
                let line = StreamLine(
                    provider, settings.wanted, settings.manners, seed: seed &+ UInt64(index))
            else { return nil }
            lines.append(line)
        }
        self.lines = lines
        order = StreamOrder(lines.count, patience: settings.failover)
        fresh = Array(repeating: (.distantPast, .distantPast), count: lines.count)
    }

    var files: [Int32] { lines.map(\.file) }

    func begin(at now: Timestamp) { order.begin(at: now) }

    var unread: Int { lines.reduce(0) { $0 + $1.unread } }

    /// When there is something to do though nothing comes.
    var nextAt: Timestamp {
        lines.indices.filter(order.hasBegun).reduce(order.nextAt) { min($0, lines[$1].nextAt) }
    }

    /// Does what is due, and tells what came; `said` is how far the market is.
    func step(at now: Timestamp, said: Timestamp?) -> [News] {
        var news: [News] = []
        _ = order.due(at: now)
        for index in lines.indices where order.hasBegun(index) {
            let unread = lines[index].unread
            for each in lines[index].step(at: now) { hear(each, of: index, said, at: now, &news) }
            if let fault = silence(of: index, at: now) ?? loss(of: index, since: unread) {
                giveUp(index, fault, at: now, &news)
            }
        }
        if let index = order.another() { listen(to: index, &news) }
        return news
    }

    // MARK: what comes

    private func hear(
        _ each: StreamLine.News, of index: Int, _ said: Timestamp?, at now: Timestamp, _ news: inout [News]
    ) {
        // One before it in the order came back meanwhile.
        guard order.hasBegun(index) else { return }
        switch each {
        case .note(let text): news.append(.note(text))
        case .subscribed:
            fresh[index] = (now, .distantPast)
            news.append(.subscribed(lines[index].name))
            if order.subscribed(index) { listen(to: index, &news) }
        case .lost(let fault, let again):
            lose(index, fault, again, doubt: fault.isOfItsOwnMaking, at: now, &news)
        case .events(let events): take(events, of: index, said, at: now, &news)
        }
    }

    private func take(
        _ events: [StreamEvent], of index: Int, _ said: Timestamp?, at now: Timestamp, _ news: inout [News]
    ) {
        var own: [StreamEvent] = []
        let other = lines[index].name == settings.first ? nil : lines[index].name
        for event in events {
            if event.moment > fresh[index].moment { fresh[index] = (now, event.moment) }
            if lines.count > 1, case .bar(let bar) = event, let sentence = Gatekeeper.objection(to: bar) {
                news.append(.events(own, of: other))
                let fault = ProviderFault(
                    .wrong,
                    "\(lines[index].name)'s stream says what cannot be: \(bar.symbol) at \(bar.openedAt), \(sentence)"
                )
                return giveUp(index, fault, at: now, &news)
            }
            if order.current == index {
                own.append(event)
            } else if case .bar(let bar) = event, settings.isInSession(bar.openedAt) {
                switch order.hear(bar, of: index, said: said) {
                case .none: break
                case .listens:
                    listen(to: index, &news)
                    own.append(event)
                case .returns(let bars):
                    rest()
                    news.append(.returns(to: lines[index].name, bars, of: other))
                }
            }
        }
        news.append(.events(own, of: other))
    }

    private func listen(to index: Int, _ news: inout [News]) {
        rest()
        news.append(.listens(to: lines[index].name))
    }

    /// Nobody needs those after the one that is listened to.
    private func rest() {
        for index in lines.indices where !order.hasBegun(index) { lines[index].rest() }
    }

    // MARK: what does not

    /// Connected, but mute, or saying the same again and again: in a session something new would have come.
    private func silence(of index: Int, at now: Timestamp) -> ProviderFault? {
        guard lines[index].isSubscribed, let heard = lines[index].heardAt else { return nil }
        let since = fresh[index].at
        guard now - since > settings.silence, settings.isOpen(since: since, at: now) else { return nil }
        let nothing = heard > since ? "nothing new" : "nothing"
        return ProviderFault(
            .unreachable,
            "\(lines[index].name)'s stream is connected, and has said \(nothing) for \((now - since) / Nanoseconds.second) s"
        )
    }

    /// What cannot be read may be a bar that would be missing. Another stream has it.
    private func loss(of index: Int, since unread: Int) -> ProviderFault? {
        guard lines.count > 1, lines[index].isSubscribed, lines[index].unread > unread else { return nil }
        return ProviderFault(.wrong, "\(lines[index].name)'s stream says what cannot be read")
    }

    private func giveUp(_ index: Int, _ fault: ProviderFault, at now: Timestamp, _ news: inout [News]) {
        for case .lost(let fault, let again) in lines[index].drop(fault, at: now) {
            lose(index, fault, again, doubt: true, at: now, &news)
        }
    }

    private func lose(
        _ index: Int, _ fault: ProviderFault, _ again: Timestamp, doubt: Bool, at now: Timestamp,
        _ news: inout [News]
    ) {
        let wasListenedTo = order.current == index
        order.lose(index, doubt: doubt, at: now)
        news.append(.lost(fault, again: again, wasListenedTo: wasListenedTo))
    }
}

extension ProviderFault {
    /// Not the line between us failed, but who is at its other end: it refuses, limits or says what cannot be read.
    fileprivate var isOfItsOwnMaking: Bool {
        switch kind {
        case .refused, .limited, .unsupported, .wrong: true
        default: false
        }
    }
}
