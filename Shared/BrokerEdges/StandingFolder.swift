import Configuration
import Domain
import Glibc
import Mesh

/// Where people see how the house and the broker stand, and say what they want: beside the transcripts, in files that
/// are whole whenever somebody looks.
public final class StandingFolder {
    public struct Wish: Sendable {
        public var name: String
        public var command: Command
    }

    public let path: String
    private let disk: FileDisk
    private let says: (String) -> Void
    /// What was told last of each file, for a disk that fails does so often.
    private var told: [String: String] = [:]

    /// `folder` is that of the transcripts. What could not be written or read is told to `says`.
    public init(in folder: String, says: @escaping (String) -> Void = { _ in }) throws {
        self.says = says
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
            json.key("kept")
            json.integer(call.kept)
            json.key("differences")
            json.array { json in
                for difference in call.differences { write(difference, &json) }
            }
        }
        attempt("standing.json") { () throws(DiskError) in try disk.replace("standing.json", with: json.bytes)
        }
    }

    /// Goes on where it fails, and tells of it once.
    private func attempt(_ name: String, _ work: () throws(DiskError) -> Void) {
        do throws(DiskError) {
            try work()
            told[name] = nil
        } catch {
            tell(name, "\(error)")
        }
    }

    private func tell(_ name: String, _ sentence: String) {
        guard told[name] != sentence else { return }
        told[name] = sentence
        says("\(path)/\(name): \(sentence)")
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
        var names: [String] = []
        attempt("") { () throws(DiskError) in names = try disk.names() }
        return names.filter { $0.hasPrefix("wish-") && $0.hasSuffix(".json") }.sorted().compactMap { name in
            do { return try wish(in: name) } catch {
                tell(name, "this wish is not heeded: \(error)")
                return nil
            }
        }
    }

    /// A wish as it was written, whole: half of one is not acted upon.
    private func wish(in name: String) throws -> Wish {
        let value = try JSONValue(try disk.read(name))
        var command = Command()
        command.id = value["id"]?.text ?? ""
        command.verb = value["verb"]?.text ?? ""
        command.who = value["who"]?.text ?? ""
        command.why = value["why"]?.text ?? ""
        if case .array(let arguments)? = value["arguments"] {
            command.arguments = arguments.compactMap(\.text)
        }
        command.at = try Timestamp(value["at"]?.text ?? "")
        return Wish(name: name, command: command)
    }

    /// A wish that cannot be removed is brought again, under the same id.
    func remove(_ name: String) { attempt(name) { () throws(DiskError) in try disk.remove(name) } }
}
