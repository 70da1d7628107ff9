import Configuration
import Domain
import Mesh

/// What services decided, in the order in which they did: of a state folder, of one shard of it, or of one strategy.
package struct Decisions {
    /// As people said it: `FOLDER`, or `FOLDER:STRATEGY`.
    package let name: String
    /// The strategy whose decisions alone count.
    package let strategy: String?
    /// By kind (`signal/sma-crossover`, `proposal`, `verdict`, `halt`, `order`, `fill`), each in order.
    package private(set) var lists: [String: [Copy]] = [:]
    package let problems: [String]

    package init(_ text: String) throws {
        name = text
        let (folder, strategy) = Decisions.parts(text)
        self.strategy = strategy
        let search = try StateSearch(ofStateOrShard: folder)
        guard !search.shards.isEmpty else {
            throw Failure("there is no transcript in \(visible(folder))", exitCode: 2)
        }
        var lists: [String: [Copy]] = [:]
        for shard in search.shards {
            try shard.each(where: { _, head in Decisions.fields.contains(head.bodyField) }) { copy in
                guard copy.isSent, let kind = copy.message.decision(byStrategy: strategy != nil) else {
                    return
                }
                if let strategy, copy.message.strategy != strategy { return }
                lists[kind, default: []].append(copy)
            }
        }
        for kind in lists.keys {
            lists[kind]?.sort {
                ($0.message.topic, $0.message.epoch, $0.message.number)
                    < ($1.message.topic, $1.message.epoch, $1.message.number)
            }
        }
        self.lists = lists
        problems = search.problems
        if let strategy, lists.isEmpty {
            throw Failure(
                "nothing was decided for a strategy \(visible(strategy)) in \(visible(folder))", exitCode: 2)
        }
    }

    /// A folder's name may have a colon in it: what is there is meant.
    private static func parts(_ text: String) -> (folder: String, strategy: String?) {
        guard !isFolder(text), let colon = text.lastIndex(of: ":") else { return (text, nil) }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    private static func isFolder(_ path: String) -> Bool {
        (try? FileDisk(path, readOnly: true).names()) != nil
    }

    private static let fields = Set(
        [BodyKind.signal, .orderProposal, .verdict, .halt, .venueRequest, .fill].map(\.rawValue))
}

extension Message {
    /// Of which kind of decision it is; fills are the venue's answer to them, and are compared too.
    fileprivate func decision(byStrategy: Bool) -> String? {
        switch body {
        case .signal(let signal): byStrategy ? "signal" : "signal/\(signal.strategy)"
        case .orderProposal: "proposal"
        case .verdict: "verdict"
        case .halt: "halt"
        case .venueRequest: "order"
        case .fill: "fill"
        default: nil
        }
    }

    /// Whose decision it is, where it is one strategy's.
    fileprivate var strategy: String? {
        switch body {
        case .signal(let signal): signal.strategy
        case .orderProposal(let proposal): proposal.order.strategy
        case .verdict(let verdict): verdict.order.strategy
        case .venueRequest(let request): request.order.strategy
        case .fill(let fill): fill.strategy
        default: nil
        }
    }
}
