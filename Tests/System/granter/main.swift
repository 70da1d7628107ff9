/// granter: the assigner on its own, for tests. Each line of its standard input is a wish: `share historian
/// historian-1 historian-2`, or `ended historian-2`.
import Configuration
import Domain
import Glibc
import Mesh

/// Reads wishes, and hands them to the assigner's edge.
final class Wishes: Source {
    private let assigning = Assigning(patience: nil)
    private var rest = ""

    func pump<M: Machine>(_ node: Node<M>, at now: Timestamp) throws -> Pumped {
        for line in lines() {
            let words = line.split(separator: " ").map(String.init)
            switch words.first {
            case "share": assigning.share(words[1], among: Array(words.dropFirst(2)))
            case "ended": assigning.ended(words[1])
            default: throw Failure("\(line): expected share SERVICE REPLICA…, or ended REPLICA")
            }
        }
        _ = try assigning.pump(node, at: now)
        return .idle(until: now + 10_000_000)
    }

    private func lines() -> [String] {
        var waiting = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
        var buffer = [UInt8](repeating: 0, count: 4096)
        while poll(&waiting, 1, 0) == 1 {
            let count = read(0, &buffer, buffer.count)
            guard count > 0 else { break }
            rest += String(decoding: buffer[..<count], as: UTF8.self)
        }
        var lines = rest.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        rest = lines.removeLast()
        return lines.filter { !$0.isEmpty }
    }
}

let command = Service.command(
    "supervisor", summary: "grant parts as standard input says", discussion: "For tests of hand-overs.")

run(command) { parsed in
    var service = try Service("supervisor", parsed)
    if try service.verifies(Assigner()) { return }
    service.node.isReplay = false
    try service.run(Assigner(), source: Wishes())
}
