import Domain

/// To which of a process's nodes a message goes, by its topic alone.
struct Routes {
    enum Route: Equatable {
        case all
        case none
        case part(Int)
        /// The node, or the process, of that name.
        case name(String)
    }

    private let flows: [Flow]
    private let parts: Int
    /// The routes that are known: a message costs one look, and its key is hashed once.
    private var index = TopicIndex()
    /// A part's number, or one of the two below.
    private var known: [Int32] = []
    private static let toAll: Int32 = -1
    private static let toNone: Int32 = -2

    /// Routes that are kept; those of a flood of invented topics are found anew each time.
    private static let knownMax = 65_536

    init(_ flows: [Flow], parts: Int) {
        self.flows = flows
        self.parts = parts
    }

    mutating func route(_ topic: UnsafeRawBufferPointer) -> Route {
        if let at = index.known(topic) { return route(of: known[at]) }
        // A node counts what is too long.
        guard topic.count <= Topic.lengthMax else { return .part(1) }
        let name = Topic(String(decoding: topic, as: UTF8.self))
        if name.lane == .control { return control(name) }
        if let at = index.known(name) { return route(of: known[at]) }
        let target = target(of: name)
        if index.count < Routes.knownMax {
            _ = index.find(name)
            known.append(target)
        }
        return route(of: target)
    }

    @inline(__always)
    private func route(of target: Int32) -> Route {
        target > 0 ? .part(Int(target)) : target == Routes.toAll ? .all : .none
    }

    private func target(of topic: Topic) -> Int32 {
        guard let flow = flows.first(where: { topic.text.hasPrefix($0.prefix) }) else { return Routes.toNone }
        guard flow.isDivided, parts > 1 else { return Routes.toAll }
        return Int32(Part.number(ofKeyIn: topic, of: parts))
    }

    private func control(_ topic: Topic) -> Route {
        let words = topic.text.split(separator: "/", omittingEmptySubsequences: false)
        guard words.count >= 3 else { return .none }
        switch words[1] {
        case "ask": return words[2] == "all" ? .all : .name(String(words[2]))
        case "answer": return words.count == 4 ? .name(String(words[3])) : .none
        case "grant": return .name(String(words[2]))
        default: return .all
        }
    }
}
