import Configuration
import Domain
import Explaining
import Mesh

/// What the transcripts of a round say, each in its own order.
struct Testimony {
    private var records: [String: [Copy]] = [:]
    private(set) var problems: [String]

    private static let kinds: Set<UInt32> = Set(
        [
            BodyKind.bar, .position, .account, .verdict, .halt, .orderUpdate, .fill, .venueRequest,
            .brokerReport,
            .brokerCall, .brokerNews, .planEnd, .step,
        ].map(\.rawValue))

    init(state: String) throws {
        let search = try StateSearch(state)
        for shard in search.shards {
            var found: [Copy] = []
            try shard.each(where: { _, head in Testimony.kinds.contains(UInt32(head.bodyField)) }) {
                found.append($0)
            }
            records[String(shard.name.prefix { $0 != "/" }), default: []] += found
        }
        problems = search.problems
    }

    init(_ records: [String: [Copy]]) {
        self.records = records
        problems = []
    }

    /// All that a service took and sent.
    func all(of service: String) -> [Copy] { records[service] ?? [] }

    mutating func replace(_ service: String, by copies: [Copy]) { records[service] = copies }

    func sent(by service: String) -> [Message] { all(of: service).filter(\.isSent).map(\.message) }

    func taken(by service: String) -> [Message] { all(of: service).filter { !$0.isSent }.map(\.message) }
}
