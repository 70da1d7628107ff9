import Configuration
import Domain
import RemoteProviders

/// What of a live market is brought in, from whom, and how patiently.
struct LiveSettings {
    /// Those that can be asked, in the order of the settings.
    let providers: [any StreamProvider]
    /// Whose name stands first in the settings, and why others are passed over.
    let first: String
    let notes: [String]
    let wanted: StreamWanted
    let manners: StreamLine.Manners
    let grace: Int64
    let silence: Int64
    let patience: Int64
    /// How long a stream may be away before others are asked; 0 is for ever.
    let failover: Int64
    /// How often providers are asked what companies do; 0 is never.
    let actionInterval: Int64
    /// How long the first minute of a day waits for the answer.
    let actionPatience: Int64
    /// Nothing for a market that never closes.
    let calendar: TradingCalendar?

    /// Whatever is missing is said before anything begins.
    init(_ settings: Configuration.Settings) throws {
        let symbols = try settings.list("feed.symbols").map { try Symbol(validating: $0) }
        guard !symbols.isEmpty else {
            throw Failure("feed.source is stream, and feed.symbols names no symbol", exitCode: 2)
        }
        guard try Interval(settings.text("feed.span")).nanoseconds == Nanoseconds.minute else {
            throw Failure(
                "feed.span is \(settings.text("feed.span")), and a stream has bars of a minute: 1m would be right",
                exitCode: 2)
        }
        let channels = settings.list("feed.channels").compactMap(StreamWanted.Channel.init(rawValue:))
        wanted = StreamWanted(symbols: symbols, channels: Set(channels))
        (first, providers, notes) = try LiveSettings.streams(of: settings, wanted)
        var manners = StreamLine.Manners()
        manners.backOff = settings.duration("providers.back_off")
        manners.rest = 30 * manners.backOff
        manners.backOffMax = 60 * manners.backOff
        manners.proxy = settings.text("providers.proxy")
        self.manners = manners
        grace = settings.duration("feed.grace")
        silence = settings.duration("feed.silence")
        patience = settings.duration("feed.fill_patience")
        failover = settings.duration("feed.failover")
        actionInterval = settings.duration("feed.action_interval")
        actionPatience = settings.duration("feed.action_patience")
        calendar = settings.text("feed.calendar") == "none" ? nil : .xnys
    }

    /// Who lacks something is passed over with a note, as long as somebody is left.
    private static func streams(
        of settings: Configuration.Settings, _ wanted: StreamWanted
    ) throws -> (first: String, able: [any StreamProvider], notes: [String]) {
        let named = ProviderSet(settings).ordered("stream", as: (any StreamProvider).self)
        guard let first = named.first else {
            throw Failure("feed.source is stream, and providers.stream names nobody", exitCode: 2)
        }
        var notes: [String] = []
        let able = named.filter { provider in
            guard let lacks = provider.lacks ?? provider.objection(to: wanted) else { return true }
            notes.append(lacks)
            return false
        }
        guard !able.isEmpty else { throw Failure(notes[0], exitCode: 2) }
        guard able.count == 1 || wanted.channels.contains(.bars) else {
            throw Failure(
                "providers.stream names \(able.map(\.name).joined(separator: " and ")), and feed.channels lacks bars: by "
                    + "them it is seen whether a stream is healthy", exitCode: 2)
        }
        return (first.name, able, notes)
    }

    /// A stream tells of the hours around the sessions too, which nobody here trades in.
    func isInSession(_ moment: Timestamp) -> Bool {
        calendar.map { $0.session(containing: moment) != nil } ?? true
    }

    /// Whether a session has been open all the time that nothing was heard.
    func isOpen(since heard: Timestamp, at now: Timestamp) -> Bool {
        guard let calendar else { return true }
        guard let session = calendar.session(containing: now) else { return false }
        // The first bar of a session comes a minute after its open.
        return now - max(heard, session.open) > silence
    }

    /// The days of what was missed; a week at most, and the rest with the next question.
    static func days(since: Timestamp, until now: Timestamp) -> ClosedRange<CivilDate> {
        let first = EasternTime.local(at: since).date
        return first...max(first, min(EasternTime.local(at: now).date, first + 7))
    }
}

extension StreamEvent {
    /// When it happened.
    var moment: Timestamp {
        switch self {
        case .bar(let bar), .updated(let bar), .daily(let bar): bar.openedAt
        case .quote(let quote): quote.at
        case .trade(let trade), .corrected(let trade, now: _), .cancelled(let trade): trade.at
        case .status(let status): status.at
        case .band(let band): band.at
        }
    }
}
