import Configuration
import Domain
import Wire

/// The decisions of two sides, held against each other by number: the first of a kind against the first, and so on.
package struct DecisionComparison {
    package struct Row {
        package let kind: String
        package let left: Int
        package let right: Int
        /// Which decision differs first, counted from 1; nothing where all are alike.
        package let first: Int?
        /// When the earlier of the two was made.
        package let at: Timestamp?
    }

    package let left: Decisions
    package let right: Decisions
    package private(set) var rows: [Row] = []

    package init(_ left: Decisions, _ right: Decisions) {
        self.left = left
        self.right = right
        let kinds = Set(left.lists.keys).union(right.lists.keys)
        rows = kinds.sorted { (DecisionComparison.rank($0), $0) < (DecisionComparison.rank($1), $1) }.map(row)
    }

    package var areAlike: Bool { rows.allSatisfy { $0.first == nil } }

    /// The difference that came first in time; of several at one instant, the one that the others follow from.
    package var earliest: Row? { rows.filter { $0.first != nil }.min { ($0.at ?? .zero) < ($1.at ?? .zero) } }

    private static let order = ["signal", "proposal", "halt", "verdict", "order", "fill"]
    private static func rank(_ kind: String) -> Int {
        order.firstIndex { kind == $0 || kind.hasPrefix("\($0)/") } ?? order.count
    }

    private func row(_ kind: String) -> Row {
        let (a, b) = (left.lists[kind] ?? [], right.lists[kind] ?? [])
        var first: Int?
        for place in 0..<max(a.count, b.count) where !differences(kind, place).isEmpty {
            first = place
            break
        }
        let times = first.map { place in
            [a, b].compactMap { $0.count > place ? $0[place].message.sentAt : nil }
        }
        return Row(
            kind: kind, left: a.count, right: b.count, first: first.map { $0 + 1 }, at: times?.min())
    }

    /// The decisions of a row that differ, of each side.
    package func pair(of row: Row) -> (left: Message?, right: Message?) {
        guard let first = row.first else { return (nil, nil) }
        return (message(left, row.kind, first - 1), message(right, row.kind, first - 1))
    }

    private func message(_ side: Decisions, _ kind: String, _ place: Int) -> Message? {
        guard let list = side.lists[kind], place < list.count else { return nil }
        return list[place].message
    }

    /// The fields in which the two differ.
    package func differences(of row: Row) -> [FieldDifference] {
        row.first.map { differences(row.kind, $0 - 1) } ?? []
    }

    /// What a decision is called, who made it and what exactly brought it about is not what was decided. Where strategies
    /// or accounts are compared, neither are their names, and the ids that are made of them.
    private func differences(_ kind: String, _ place: Int) -> [FieldDifference] {
        switch (message(left, kind, place), message(right, kind, place)) {
        case (nil, nil): []
        case (let message?, nil):
            [FieldDifference(path: "decision", left: message.telling, right: "absent")]
        case (nil, let message?):
            [FieldDifference(path: "decision", left: "absent", right: message.telling)]
        case (let a?, let b?):
            Wire.differences(a, b).filter { difference in
                let path = difference.path
                if ["topic", "number", "epoch", "sender", "origin_at"].contains(path)
                    || path.hasPrefix("cause.")
                {
                    return false
                }
                guard isOfOthers else { return true }
                let name = path.split(separator: ".").last.map(String.init) ?? path
                return !["account", "strategy", "id", "order_id", "replaces", "parent"].contains(name)
            }
        }
    }

    private var isOfOthers: Bool {
        left.strategy != nil || right.strategy != nil || left.account != right.account
    }
}

extension Decisions {
    fileprivate var account: String? {
        for list in lists.values {
            for copy in list {
                switch copy.message.body {
                case .verdict(let verdict): return verdict.order.account
                case .venueRequest(let request): return request.order.account
                default: continue
                }
            }
        }
        return nil
    }
}
