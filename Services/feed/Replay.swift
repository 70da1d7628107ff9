import Configuration
import Domain
import Gatekeeper
import Mesh
import Providers

/// The machine of a feed that passes on what its edge brings in: it decides nothing.
struct Messenger: Machine {
    static let snapshotVersion: UInt32 = 1
    mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {}
    func snapshot() -> [UInt8] { [] }
    mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {}
}

/// Brings the instants of a source into the mesh, each as one batch that its step closes: bars, and between them what
/// companies do. The gatekeeper looks at each bar before: one that cannot be right becomes a fault.
final class Replay: Source {
    private var source: ReplayInstants
    private var quotes: InventedQuotes
    private var gate: Gatekeeper
    private let speed: Double
    /// The bars' length as topics name it.
    private let interval: Interval
    private var next: ReplayInstants.Element?
    private var hasBegun = false
    private var isOver = false
    private var topics: [Symbol: Topic] = [:]
    private var quoteTopics: [Symbol: Topic] = [:]
    /// When, by the host's clock, the first instant was sent; what follows keeps its distance at `speed`.
    private var origin: (host: Timestamp, data: Timestamp)?

    /// `speed` is how many times faster than the data's time; 0 for as fast as the takers can.
    init(
        _ source: ReplayInstants, with quotes: InventedQuotes, of interval: Interval,
        through gate: Gatekeeper,
        speed: Double
    ) {
        self.source = source
        self.quotes = quotes
        self.gate = gate
        self.interval = interval
        self.speed = speed
    }

    func pump<M: Machine>(_ node: Node<M>, at now: Timestamp) throws -> Pumped {
        if !hasBegun { try begin(after: node.lastStep, node.lastMoment) }
        var budget = 256
        while let instant = next {
            guard node.mayOriginate else { return .idle(until: .zero) }
            let due = due(quotes.nextAt(before: instant) ?? instant.at, at: now)
            guard due <= now else { return .idle(until: due) }
            guard budget > 0 else { return .busy }
            budget -= 1
            // Each by itself and at its own time, so that it does not depend on the clock what a batch holds.
            if let quote = quotes.next(before: instant) {
                try node.originate([pass(quote)], at: quote.at)
                continue
            }
            quotes.close()
            let following = try source.next()
            let items = instant.actions.map { pass($0) } + instant.bars.map { pass($0, at: instant.at) }
            try node.originate(items, step: Step(time: instant.at, last: following == nil), at: instant.at)
            next = following
        }
        return .over
    }

    /// Goes on after the last step, and after the quotes that were sent since.
    private func begin(after step: Timestamp?, _ moment: Timestamp) throws {
        hasBegun = true
        next = try source.next()
        // What was sent before is judged again: the gatekeeper goes on with what it knew.
        while let step, let instant = next, instant.at <= step {
            while let quote = quotes.next(before: instant) { _ = gate.judge(quote, at: quote.at) }
            quotes.close()
            for action in instant.actions { gate.heed(action) }
            for bar in instant.bars { _ = gate.judge(bar, at: instant.at) }
            next = try source.next()
        }
        while let instant = next, let at = quotes.nextAt(before: instant), at <= moment,
            let quote = quotes.next(before: instant)
        {
            _ = gate.judge(quote, at: at)
        }
    }

    private func pass(_ quote: Quote) -> (topic: Topic, body: Body) {
        if let fault = gate.judge(quote, at: quote.at) { return (.fault(quote.symbol), fault.body) }
        if let known = quoteTopics[quote.symbol] { return (known, .quote(quote)) }
        let topic = Topic.quote(quote.symbol)
        quoteTopics[quote.symbol] = topic
        return (topic, .quote(quote))
    }

    private func pass(_ action: CorporateAction) -> (topic: Topic, body: Body) {
        gate.heed(action)
        return (.action(action.symbol), .corporateAction(action))
    }

    private func pass(_ bar: Bar, at now: Timestamp) -> (topic: Topic, body: Body) {
        if let fault = gate.judge(bar, at: now) { return (.fault(bar.symbol), fault.body) }
        return (topic(of: bar), .bar(bar))
    }

    private func due(_ instant: Timestamp, at now: Timestamp) -> Timestamp {
        guard speed > 0 else { return now }
        guard let origin else {
            origin = (now, instant)
            return now
        }
        let passed = Double(instant.nanoseconds - origin.data.nanoseconds) / speed
        return Timestamp(nanoseconds: origin.host.nanoseconds + Int64(passed))
    }

    private func topic(of bar: Bar) -> Topic {
        if let known = topics[bar.symbol] { return known }
        let topic = Topic.bar(interval.description, bar.symbol)
        topics[bar.symbol] = topic
        return topic
    }
}

/// What the settings let pass.
func gatekeeper(_ settings: Configuration.Settings) -> Gatekeeper {
    var limits = GateLimits(calendar: settings.text("feed.calendar") == "none" ? nil : .xnys)
    limits.jump = settings.number("feed.jump")
    return Gatekeeper(limits, provider: settings.text("feed.source"))
}

/// How many quotes the settings want between the instants of an invented market.
func inventedQuotes(_ settings: Configuration.Settings) throws -> InventedQuotes {
    let count = settings.integer("feed.quotes")
    guard count == 0 || settings.text("feed.source") == "synthetic" else {
        throw Failure(
            "feed.quotes is \(count), and feed.source is \(settings.text("feed.source")): only synthetic invents quotes",
            exitCode: 2)
    }
    let span = try Interval(settings.text("feed.span")).nanoseconds
    guard count == 0 || span < Nanoseconds.day else {
        throw Failure(
            "feed.quotes is \(count), and feed.span a day: quotes are invented within a session, and 30m or less would "
                + "be right", exitCode: 2)
    }
    return try InventedQuotes(count, span: span)
}

/// The source that the settings name, with the actions of files of their own and those that stand beside bars.
func replayInstants(_ settings: Configuration.Settings) throws -> ReplayInstants {
    var actions = try settings.list("feed.actions").flatMap { try ActionFile.read($0) }
    if settings.text("feed.source") == "csv" {
        actions += try settings.list("feed.csv_files").flatMap { try ActionFile.besideBars($0) }
    }
    return ReplayInstants(try barSource(settings), actions)
}

private func barSource(_ settings: Configuration.Settings) throws -> any BarSource {
    let span = try Interval(settings.text("feed.span")).nanoseconds
    let symbols = try settings.list("feed.symbols").map { try Symbol(validating: $0) }
    guard settings.text("feed.source") == "csv" else {
        let named = symbols.isEmpty ? ["AAPL", "IBM", "KO", "MSFT"].compactMap { Symbol($0) } : symbols
        return try SyntheticSource(
            seed: UInt64(settings.integer("feed.seed")), symbols: named, bars: settings.integer("feed.bars"),
            span: span, start: CivilDate(2000, 1, 3).midnightUTC,
            MarketParts(market: settings.text("synthetic.market")) { settings.text("synthetic.\($0)") })
    }
    let files = settings.list("feed.csv_files")
    guard !files.isEmpty else { throw Failure("feed.source is csv, and feed.csv_files names no file") }
    return try CSVSource(files: files.map { (symbol: nil, path: $0) }, span: span)
}
