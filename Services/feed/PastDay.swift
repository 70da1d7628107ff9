import Configuration
import Domain
import Glibc
import Mesh

/// Says again what an earlier feed said: the same data in the same instants, so that a day that was live can be traded once
/// more. The gatekeeper judged them then.
final class PastDay: Source {
    private var instants: PublishedInstants
    /// Those that are said; empty for all.
    private let symbols: Set<Symbol>
    private let speed: Double
    private var next: PublishedInstants.Instant?
    /// How many of the next instant's data are said.
    private var said = 0
    private var hasBegun = false
    /// When, by the host's clock, the first datum was said; what follows keeps its distance at `speed`.
    private var origin: (host: Timestamp, data: Timestamp)?

    init(_ settings: Configuration.Settings) throws {
        let path = settings.path("feed.transcript")
        guard !path.isEmpty else {
            throw Failure(
                "feed.source is transcript, and feed.transcript names no folder: state/feed/all of an earlier day would "
                    + "be right", exitCode: 2)
        }
        let own = "\(settings.path("state.folder"))/feed/all"
        instants = try PublishedInstants(path)
        // However either is written: to read what it writes itself would never end.
        guard PastDay.real(instants.folder) != PastDay.real(own) else {
            throw Failure(
                "feed.transcript is \(own), where this feed writes its own: a copy, or another state.folder, would be right",
                exitCode: 2)
        }
        symbols = Set(try settings.list("feed.symbols").map { try Symbol(validating: $0) })
        speed = settings.number("feed.speed")
    }

    /// Where a path leads, without links and detours; the path itself where there is nothing yet.
    private static func real(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    func pump<M: Machine>(_ node: Node<M>, at now: Timestamp) throws -> Pumped {
        if !hasBegun { try begin(after: node.lastStep, node.lastMoment) }
        var budget = 256
        while let instant = next {
            guard node.mayOriginate else { return .idle(until: .zero) }
            let moment = said < instant.items.count ? instant.items[said].at : instant.at
            let due = due(moment, at: now)
            guard due <= now else { return .idle(until: due) }
            guard budget > 0 else { return .busy }
            budget -= 1
            // What was said at one time is one batch, so that it does not depend on the clock what a batch holds.
            let end = instant.items[said...].firstIndex { $0.at != moment } ?? instant.items.count
            let items = instant.items[said..<end].map { (topic: $0.topic, body: $0.body) }
            guard end == instant.items.count, moment == instant.at else {
                try node.originate(items, at: moment)
                said = end
                continue
            }
            let following = try following()
            try node.originate(items, step: Step(time: instant.at, last: following == nil), at: moment)
            (next, said) = (following, 0)
        }
        return .over
    }

    /// Goes on after the last step, and after what was said since.
    private func begin(after step: Timestamp?, _ moment: Timestamp) throws {
        hasBegun = true
        next = try following()
        while let step, let instant = next, instant.at <= step { next = try following() }
        guard let instant = next else { return }
        said = instant.items.firstIndex { $0.at > moment } ?? instant.items.count
    }

    private func following() throws -> PublishedInstants.Instant? {
        guard var instant = try instants.next() else { return nil }
        if !symbols.isEmpty {
            instant.items.removeAll { item in item.body.symbol.map { !symbols.contains($0) } ?? false }
        }
        return instant
    }

    private func due(_ moment: Timestamp, at now: Timestamp) -> Timestamp {
        guard speed > 0 else { return now }
        guard let origin else {
            origin = (now, moment)
            return now
        }
        let passed = Double(moment.nanoseconds - origin.data.nanoseconds) / speed
        return Timestamp(nanoseconds: origin.host.nanoseconds + Int64(passed))
    }
}

extension Body {
    /// Whose datum it is.
    fileprivate var symbol: Symbol? {
        switch self {
        case .bar(let bar): bar.symbol
        case .quote(let quote): quote.symbol
        case .trade(let trade): trade.symbol
        case .corporateAction(let action): action.symbol
        case .dataFault(let fault): fault.symbol
        default: nil
        }
    }
}
