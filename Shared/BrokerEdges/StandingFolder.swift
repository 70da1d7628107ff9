import Configuration
import Domain
import Glibc
import Mesh

/// Where people see how the house and the broker stand, and say what they want: beside the transcripts, in files that
/// are whole whenever somebody looks.
public struct StandingFolder {
    public struct Wish: Sendable {
        public var name: String
        public var command: Command
    }

    public let path: String
    private let disk: FileDisk

    /// `folder` is that of the transcripts.
    public init(in folder: String) throws {
        path = folder + "/reconcile"
        try makeFolders(path)
        disk = try FileDisk(path, readOnly: true)
    }

    // MARK: How they stand

    /// A failing disk hides how they stand, and stops nothing.
    func write(_ call: BrokerCall, at now: Timestamp, isOver: Bool = false) {
        var json = JSONWriter()
        json.object { json in
            json.key("at")
            json.string("\(now)")
            json.key("running")
            json.flag(!isOver)
            json.key("reconciled")
            json.flag(call.isReconciled)
            json.key("working")
            json.integer(call.working)
            json.key("unknown")
            json.integer(call.unknown)
            json.key("differences")
            json.array { json in
                for difference in call.differences { write(difference, &json) }
            }
        }
        try? disk.replace("standing.json", with: json.bytes)
    }

    private func write(_ difference: BrokerDifference, _ json: inout JSONWriter) {
        json.object { json in
            for (key, text) in [
                ("symbol", difference.symbol == Symbol() ? "cash" : difference.symbol.text),
                ("kind", difference.kind), ("ours", difference.ours), ("theirs", difference.theirs),
                ("explanation", difference.explanation), ("cause", difference.cause),
                ("at", "\(difference.at)"),
            ] {
                json.key(key)
                json.string(text)
            }
        }
    }

    /// What a broker's service has written; nothing where none has run.
    public func standing() throws -> JSONValue? { try standingBytes().map { try JSONValue($0) } }

    public func standingBytes() throws -> [UInt8]? {
        guard try disk.names().contains("standing.json") else { return nil }
        return try disk.read("standing.json")
    }

    // MARK: What people want

    public func wish(_ command: Command) throws {
        var json = JSONWriter()
        json.object { json in
            for (key, text) in [
                ("id", command.id), ("verb", command.verb), ("who", command.who), ("why", command.why),
            ] {
                json.key(key)
                json.string(text)
            }
            json.key("arguments")
            json.array { json in command.arguments.forEach { json.string($0) } }
            json.key("at")
            json.string("\(command.at)")
        }
        try disk.replace("wish-\(command.id).json", with: json.bytes)
    }

    public func isOpen(_ id: String) throws -> Bool { try disk.names().contains("wish-\(id).json") }

    func wishes() -> [Wish] {
        guard let names = try? disk.names() else { return [] }
        return names.filter { $0.hasPrefix("wish-") && $0.hasSuffix(".json") }.sorted().compactMap { name in
            guard let bytes = try? disk.read(name), let value = try? JSONValue(bytes) else { return nil }
            var command = Command()
            command.id = value["id"]?.text ?? ""
            command.verb = value["verb"]?.text ?? ""
            command.who = value["who"]?.text ?? ""
            command.why = value["why"]?.text ?? ""
            if case .array(let arguments)? = value["arguments"] {
                command.arguments = arguments.compactMap(\.text)
            }
            command.at = (value["at"]?.text).flatMap { try? Timestamp($0) } ?? .zero
            return Wish(name: name, command: command)
        }
    }

    func remove(_ name: String) { try? disk.remove(name) }
}
