import Configuration
import Glibc

/// A small file of JSON that is there as a whole or not at all, whatever happens while it is written.
enum StateFile {
    /// What could not be done, in a sentence.
    struct Problem: Error, CustomStringConvertible { var description: String }

    static func write(_ json: JSONWriter, to path: String) throws(Problem) {
        let fresh = path + ".new"
        let file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw problem("written", path) }
        defer { close(file) }
        let bytes = json.bytes + [UInt8(ascii: "\n")]
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw problem("written", path) }
            written += count
        }
        guard fsync(file) == 0, rename(fresh, path) == 0 else { throw problem("written", path) }
    }

    /// The file's content; nothing if there is no such file.
    static func read(_ path: String) throws(Problem) -> StateFields? {
        switch FileReading(path: path) {
        case .missing: return nil
        case .unreadable(let reason): throw Problem(description: "\(path) cannot be read: \(reason)")
        case .contents(let bytes, _):
            // JSON of ours is YAML too, and there is one reader for both.
            let (root, problems) = YamlReader.read(bytes)
            guard let root, problems.isEmpty else {
                throw Problem(
                    description:
                        "\(path) is damaged; remove it and run `tradewind up` again: what runs is adopted")
            }
            return StateFields(root)
        }
    }

    private static func problem(_ verb: String, _ path: String) -> Problem {
        Problem(description: "\(path) cannot be \(verb): \(String(cString: strerror(errno)))")
    }
}

/// The fields of an object that was read, each with a value that stands for "not there".
struct StateFields {
    private let entries: [String: YamlNode]

    init(_ node: YamlNode) {
        guard case .mapping(let all) = node.content else {
            entries = [:]
            return
        }
        entries = Dictionary(all.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }

    var names: [String] { entries.keys.sorted() }

    func text(_ name: String) -> String {
        if case .scalar(let text, _)? = entries[name]?.content { return text }
        return ""
    }

    func integer(_ name: String) -> Int? { Int(text(name)) }
    func flag(_ name: String) -> Bool { text(name) == "true" }
    func fields(_ name: String) -> StateFields? { entries[name].map(StateFields.init) }

    func texts(_ name: String) -> [String] {
        guard case .sequence(let items)? = entries[name]?.content else { return [] }
        return items.compactMap { item in
            if case .scalar(let text, _) = item.content { return text }
            return nil
        }
    }

    func list(_ name: String) -> [StateFields] {
        if case .sequence(let items)? = entries[name]?.content { return items.map(StateFields.init) }
        return []
    }
}
