/// The order in which services start: each after those that it depends on, and otherwise by name, so that the same
/// file gives the same order.
public struct DependencyOrder: Equatable, Sendable {
    public let names: [String]

    /// Services that wait for each other.
    public struct Cycle: Error, Equatable, CustomStringConvertible {
        /// From a service back to itself.
        public var cycle: [String]

        public var description: String {
            "\(cycle.joined(separator: " waits for ")): none of them could start"
        }
    }

    /// `needs` names, for each service, those that it depends on. Names that are no service are passed over.
    public init(_ needs: [String: [String]]) throws(Cycle) {
        var order: [String] = []
        var done: Set<String> = []
        var path: [String] = []
        for name in needs.keys.sorted() { try DependencyOrder.visit(name, needs, &order, &done, &path) }
        names = order
    }

    private static func visit(
        _ name: String, _ needs: [String: [String]], _ order: inout [String], _ done: inout Set<String>,
        _ path: inout [String]
    ) throws(Cycle) {
        guard !done.contains(name), let needed = needs[name] else { return }
        if let start = path.firstIndex(of: name) { throw Cycle(cycle: path[start...] + [name]) }
        path.append(name)
        for other in needed.sorted() { try visit(other, needs, &order, &done, &path) }
        path.removeLast()
        done.insert(name)
        order.append(name)
    }

    /// A service and all that it depends on, directly or through others.
    public static func closure(of names: [String], _ needs: [String: [String]]) -> Set<String> {
        var found: Set<String> = []
        var open = names
        while let name = open.popLast() {
            if found.insert(name).inserted { open += needs[name] ?? [] }
        }
        return found
    }
}
