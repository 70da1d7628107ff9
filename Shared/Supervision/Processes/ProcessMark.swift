import Glibc

/// What the supervisor writes into the environment of each process that it starts, so that a later one knows its own
/// even if nothing else was written down: the process itself says what it is.
struct ProcessMark: Equatable {
    var name: ProcessName
    var definition: String
    var generation: Int
    /// The folder of the mesh's state, from the root.
    var folder: String

    static let variable = "TRADEWIND_PROCESS"

    var text: String { "\(name) \(definition) \(generation) \(folder)" }

    init(_ name: ProcessName, definition: String, generation: Int, folder: String) {
        self.name = name
        self.definition = definition
        self.generation = generation
        self.folder = folder
    }

    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: " ", maxSplits: 3)
        guard parts.count == 4, let name = ProcessName(parts[0]), let generation = Int(parts[2]) else {
            return nil
        }
        self.init(name, definition: String(parts[1]), generation: generation, folder: String(parts[3]))
    }

    /// The mark of a process, if it has one. What a marked process has started in turn inherits the mark, and is none
    /// of ours: ours lead a session.
    init?(of process: pid_t) {
        guard getsid(process) == process, let environment = Proc.bytes("\(process)/environ") else {
            return nil
        }
        let prefix = ProcessMark.variable + "="
        for entry in environment.split(separator: 0) where entry.starts(with: prefix.utf8) {
            self.init(String(decoding: entry.dropFirst(prefix.utf8.count), as: UTF8.self))
            return
        }
        return nil
    }

    /// All processes that carry the mark of a mesh.
    static func all(in folder: String) -> [(identity: ProcessIdentity, mark: ProcessMark)] {
        Proc.numbers.compactMap { number in
            guard let identity = ProcessIdentity(of: number), let mark = ProcessMark(of: number),
                mark.folder == folder
            else { return nil }
            return (identity, mark)
        }
    }
}
