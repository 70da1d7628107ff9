/// The named nodes of a file, each written once and used again.
struct YamlAnchors {
    private var named: [String: (node: YamlNode, count: Int)] = [:]
    private var copied = 0
    /// A few lines of aliases of aliases could stand for more nodes than there is memory.
    private static let copiedMax = 100_000

    /// What is wrong with an alias.
    struct Problem: Error { var sentence: String }

    mutating func name(_ node: YamlNode, _ name: String) { named[name] = (node, YamlAnchors.count(node)) }

    mutating func node(_ name: String) throws(Problem) -> YamlNode {
        guard let found = named[name] else {
            let near = Spelling.nearest(to: name, among: named.keys.sorted())
            throw Problem(
                sentence: "there is no anchor &\(name) above this line"
                    + (near.map { "; did you mean *\($0)?" } ?? ""))
        }
        copied += found.count
        guard copied <= YamlAnchors.copiedMax else {
            throw Problem(
                sentence: "the aliases of this file stand for more than \(YamlAnchors.copiedMax) nodes")
        }
        return found.node
    }

    private static func count(_ node: YamlNode) -> Int {
        switch node.content {
        case .scalar, .refused: 1
        case .sequence(let items): items.reduce(1) { $0 + count($1) }
        case .mapping(let entries): entries.reduce(1) { $0 + 1 + count($1.value) }
        }
    }
}
