import Backtesting
import Domain
import Explaining
import Mesh

extension LiveRecord {
    /// Reads what the services of a state folder kept, up to the end of a day.
    public init(state: String, until day: CivilDate) throws {
        let search = try StateSearch(state)
        let end = (day + 1).midnightUTC
        let market = try LiveRecord.instants(search, of: ["feed"], [.bar], before: end)
        let venue = try LiveRecord.instants(
            search, of: ["exchange", "broker"], [.brokerReport, .account], before: end)
        let (risk, execution) = (
            try LiveRecord.told(search, "risk"), try LiveRecord.told(search, "execution")
        )
        var requests: [Message] = []
        try LiveRecord.each(search, of: ["execution"], [.venueRequest]) { requests.append($0) }
        var equities: [(at: Timestamp, equity: Money)] = []
        try LiveRecord.each(search, of: ["portfolio"], [.account]) { message in
            if case .account(let account) = message.body, message.topic == .account {
                equities.append((message.sentAt, account.equity))
            }
        }
        if let problem = search.problems.first { throw RecordError(description: problem) }
        guard !market.isEmpty else {
            throw RecordError(description: "there is no transcript of a feed in \(state) up to \(day)")
        }
        if let shard = search.shards.first(where: \.isShortened) {
            throw RecordError(
                description:
                    "\(state)/\(shard.name) no longer begins with the first message (state.retention), and the account "
                    + "can only be followed from its beginning")
        }
        self.init(
            market.keys.sorted().map {
                Instant(
                    at: $0, bars: market[$0] ?? [], venue: venue[$0] ?? [],
                    told: DeskChain.Told(risk: risk[$0] ?? [], execution: execution[$0] ?? []))
            }, requests: requests, equities: equities)
    }

    /// What services sent before each of their steps.
    private static func instants(
        _ search: StateSearch, of services: [String], _ kinds: [BodyKind], before end: Timestamp
    ) throws -> [Timestamp: [Message]] {
        var found: [Timestamp: [Message]] = [:]
        var open: [Message] = []
        try each(search, of: services, kinds + [.step]) { message in
            guard case .step(let step) = message.body else { return open.append(message) }
            if step.time < end { found[step.time, default: []] += open }
            open = []
        }
        return found
    }

    /// What people told a service, by the first instant that it could change, as of when it was taken: in the midst of an
    /// instant that is the next one, unless something was judged after it.
    private static func told(_ search: StateSearch, _ service: String) throws -> [Timestamp: [Message]] {
        var found: [Timestamp: [Message]] = [:]
        var open: [Message] = []
        var isJudged = false
        let fields: Set = [BodyKind.command.rawValue, BodyKind.verdict.rawValue, BodyKind.step.rawValue]
        for shard in search.shards where shard.name.prefix(while: { $0 != "/" }) == service {
            try shard.each(where: { _, head in fields.contains(head.bodyField) }) { copy in
                switch copy.message.body {
                case .command where !copy.isSent:
                    var message = copy.message
                    message.sentAt = copy.time
                    open.append(message)
                    isJudged = false
                case .verdict where copy.isSent: isJudged = true
                case .step(let step) where copy.isSent:
                    let due = open.filter { isJudged || $0.sentAt < step.time }
                    open.removeAll { isJudged || $0.sentAt < step.time }
                    if !due.isEmpty { found[step.time, default: []] += due }
                default: break
                }
            }
        }
        return found
    }

    private static func each(
        _ search: StateSearch, of services: [String], _ kinds: [BodyKind], _ visit: (Message) -> Void
    ) throws {
        let fields = Set(kinds.map(\.rawValue))
        for shard in search.shards where services.contains(String(shard.name.prefix { $0 != "/" })) {
            try shard.each(where: { _, head in fields.contains(head.bodyField) }) { copy in
                if copy.isSent { visit(copy.message) }
            }
        }
    }
}

/// Why a day cannot be held against its backtest, in a sentence.
public struct RecordError: Error, CustomStringConvertible {
    public let description: String
}
