/// How near two clusters are.
public enum LinkageRule: String, CaseIterable, Sendable {
    /// As their nearest members.
    case single
    /// As their farthest members.
    case complete
    /// As their members on average.
    case average
    /// As far as joining them would spread them.
    case ward
}

/// A tree of clusters: the two nearest are joined, again and again.
struct Linkage {
    /// Each join names two clusters, the lower number first: members have the numbers from 0, joins follow in order of
    /// distance.
    private(set) var joins: [(first: Int, second: Int)] = []
    private let count: Int

    init(_ distances: Matrix, _ rule: LinkageRule) {
        count = distances.rows
        var edges = rule == .single ? Linkage.spanningTree(distances) : Linkage.chain(distances, rule)
        // Equals stay in the order in which they were found.
        edges = edges.enumerated().sorted {
            ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset)
        }
        .map(\.element)
        var cluster = Array(0..<max(1, count))
        var parent = Array(0..<max(1, count))
        func root(_ member: Int) -> Int {
            var member = member
            while parent[member] != member {
                parent[member] = parent[parent[member]]
                member = parent[member]
            }
            return member
        }
        for (place, edge) in edges.enumerated() {
            let (one, other) = (root(edge.one), root(edge.other))
            joins.append((min(cluster[one], cluster[other]), max(cluster[one], cluster[other])))
            parent[other] = one
            cluster[one] = count + place
        }
    }

    /// The members as the tree has them from left to right: those that move together stand together.
    var order: [Int] {
        guard let last = joins.indices.last else { return Array(0..<count) }
        var order: [Int] = []
        var open = [count + last]
        while let cluster = open.popLast() {
            if cluster < count {
                order.append(cluster)
            } else {
                open.append(joins[cluster - count].second)
                open.append(joins[cluster - count].first)
            }
        }
        return order
    }

    private typealias Edge = (one: Int, other: Int, distance: Double)

    /// Joining nearest members is growing the shortest tree that spans them (Prim).
    private static func spanningTree(_ distances: Matrix) -> [Edge] {
        let count = distances.rows
        guard count > 1 else { return [] }
        var edges: [Edge] = []
        var isIn = Array(repeating: false, count: count)
        var nearest = Array(repeating: Double.infinity, count: count)
        var current = 0
        for _ in 1..<count {
            isIn[current] = true
            var (best, next) = (Double.infinity, 0)
            for member in 0..<count where !isIn[member] {
                nearest[member] = min(nearest[member], distances[current, member])
                if nearest[member] < best { (best, next) = (nearest[member], member) }
            }
            edges.append((current, next, best))
            current = next
        }
        return edges
    }

    /// Follows nearest neighbours until two are each other's, and joins those.
    private static func chain(_ distances: Matrix, _ rule: LinkageRule) -> [Edge] {
        let count = distances.rows
        var distances = distances
        var sizes = Array(repeating: 1.0, count: count)
        var edges: [Edge] = []
        var chain: [Int] = []
        for _ in 1..<max(1, count) {
            if chain.isEmpty, let first = sizes.firstIndex(where: { $0 > 0 }) { chain = [first] }
            var (one, other) = (0, 0)
            while true {
                one = chain[chain.count - 1]
                // The one before wins ties, so that the chain ends.
                var best = Double.infinity
                other = one
                if chain.count > 1 {
                    other = chain[chain.count - 2]
                    best = distances[one, other]
                }
                for member in 0..<count
                where sizes[member] > 0 && member != one && distances[one, member] < best {
                    (best, other) = (distances[one, member], member)
                }
                if chain.count > 1, other == chain[chain.count - 2] { break }
                chain.append(other)
            }
            chain.removeLast(2)
            let (low, high) = (min(one, other), max(one, other))
            let between = distances[low, high]
            edges.append((low, high, between))
            for member in 0..<count where sizes[member] > 0 && member != low && member != high {
                let joined = rule.distance(
                    distances[member, low], distances[member, high], between, sizes[low], sizes[high],
                    sizes[member])
                distances[member, high] = joined
                distances[high, member] = joined
            }
            sizes[high] += sizes[low]
            sizes[low] = 0
        }
        return edges
    }
}

extension LinkageRule {
    /// How far a cluster is from two that become one.
    fileprivate func distance(
        _ toOne: Double, _ toOther: Double, _ between: Double, _ one: Double, _ other: Double, _ own: Double
    ) -> Double {
        switch self {
        case .single: min(toOne, toOther)
        case .complete: max(toOne, toOther)
        case .average: (one * toOne + other * toOther) / (one + other)
        case .ward:
            (((own + one) * toOne * toOne + (own + other) * toOther * toOther - own * between * between)
                / (own + one + other)).squareRoot()
        }
    }
}
