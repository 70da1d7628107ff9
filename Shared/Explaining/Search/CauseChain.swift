import Domain

/// What brought a message about, what brought that about, and so on back to a datum at an edge.
package struct CauseChain {
    package struct Link {
        package let name: Cause
        /// The message itself, its owner's record of it first; nothing where no transcript has it.
        package let copies: [Copy]
        /// The same, where it was found as what its effect's batch began with.
        package let taken: Message?

        package var message: Message? { copies.first?.message ?? taken }
        /// Whether two records of the message differ, which they never should.
        package var isContradictory: Bool {
            let all = copies.map(\.message) + (taken.map { [$0] } ?? [])
            return all.dropFirst().contains { $0 != all[0] }
        }
    }

    package enum End: Equatable {
        /// The last link came in at an edge.
        case edge
        /// No transcript holds the last link.
        case missing
        /// The last link is a link before.
        case circle
        case tooLong
    }

    package static let linksMax = 1000

    package private(set) var links: [Link] = []
    package private(set) var end = End.edge

    /// Follows from a message on. `find` gives every record there is of a message, which brought another one about
    /// unless it is the first.
    package init(from name: Cause, find: (Cause, _ effect: Copy?) throws -> [Copy]) rethrows {
        var next: Cause? = name
        var taken: Message?
        var effect: Copy?
        var seen: Set<Cause> = []
        while let name = next {
            guard seen.insert(name).inserted, links.count < CauseChain.linksMax else {
                end = links.count < CauseChain.linksMax ? .circle : .tooLong
                return
            }
            let copies = try find(name, effect).sorted {
                ($0.isSent ? 0 : 1, $0.shard) < ($1.isSent ? 0 : 1, $1.shard)
            }
            let link = Link(name: name, copies: copies, taken: taken)
            links.append(link)
            guard let message = link.message else {
                end = .missing
                return
            }
            next = message.cause
            effect = copies.first ?? effect
            taken = copies.compactMap(\.batchCause).first { $0.asCause == message.cause }
        }
    }
}
