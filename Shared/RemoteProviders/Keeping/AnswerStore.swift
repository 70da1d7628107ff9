import Domain
import Glibc

/// Answers that are kept: in memory, some in files that other processes read too, and all in a Redis where there is one.
/// Memory and files have a bound; what was not used for the longest time goes first.
final class AnswerStore {
    private let folder: String?
    private let filesMax: Int
    private let memoryMax: Int
    private var memory: [String: KeptAnswer] = [:]
    /// The names in memory, the one that was used last at the end.
    private var order: [String] = []
    private let shared: SharedAnswers?

    init(folder: String?, filesMax: Int, memoryMax: Int = 16 << 20, shared: SharedAnswers? = nil) {
        self.shared = shared
        self.folder = filesMax > 0 ? folder : nil
        self.filesMax = filesMax
        self.memoryMax = memoryMax
    }

    /// Why others' answers are not seen; nothing where they are, or none are shared.
    var problem: String? { shared?.problem }

    /// The newest that there is: another machine may have asked since this one did.
    func find(_ name: String, inFiles: Bool) -> KeptAnswer? {
        let own = findHere(name, inFiles: inFiles)
        guard let others = shared?.find(name), own.map({ $0.at < others.at }) ?? true else { return own }
        remember(others)
        return others
    }

    private func findHere(_ name: String, inFiles: Bool) -> KeptAnswer? {
        if let kept = memory[name] {
            order.removeAll { $0 == name }
            order.append(name)
            return kept
        }
        guard inFiles, let path = path(name), let bytes = (try? SmallFile.read(path)) ?? nil,
            let kept = KeptAnswer(bytes), kept.name == name
        else { return nil }
        // Its time of change is when it was used last.
        utimes(path, nil)
        remember(kept)
        return kept
    }

    func keep(_ kept: KeptAnswer, inFiles: Bool) {
        remember(kept)
        shared?.keep(kept)
        guard inFiles, let folder, let path = path(kept.name), kept.size <= filesMax else { return }
        // What cannot be kept is asked for again.
        try? SmallFile.makeFolders(folder)
        try? SmallFile.write(kept.bytes, to: path, mode: 0o600)
        makeRoom(in: folder)
    }

    private func remember(_ kept: KeptAnswer) {
        order.removeAll { $0 == kept.name }
        memory[kept.name] = kept
        order.append(kept.name)
        var size = memory.values.reduce(0) { $0 + $1.size }
        while size > memoryMax, let first = order.first {
            order.removeFirst()
            size -= memory.removeValue(forKey: first)?.size ?? 0
        }
    }

    /// Only one process asks for what several want: who has the lock asks, the others find what it kept.
    func alone<Outcome>(_ name: String, _ work: () throws(ProviderFault) -> Outcome) throws(ProviderFault)
        -> Outcome
    {
        guard let folder, let path = path(name) else { return try work() }
        try? SmallFile.makeFolders(folder)
        let lock = open("\(path).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer { if lock >= 0 { close(lock) } }
        if lock >= 0 {
            // Not for ever: whoever holds it may hang, and then it is asked for twice.
            var tries = 0
            while flock(lock, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK || errno == EINTR, tries < 300 {
                usleep(100_000)
                tries += 1
            }
        }
        return try work()
    }

    private func makeRoom(in folder: String) {
        var files: [(path: String, size: Int, used: Int)] = []
        guard let open = opendir(folder) else { return }
        defer { closedir(open) }
        while let entry = readdir(open) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            var status = stat()
            guard name.hasSuffix(".answer"), stat("\(folder)/\(name)", &status) == 0 else { continue }
            let used = status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
            files.append(("\(folder)/\(name)", Int(status.st_size), used))
        }
        var size = files.reduce(0) { $0 + $1.size }
        for file in files.sorted(by: { ($0.used, $0.path) < ($1.used, $1.path) }) where size > filesMax {
            unlink(file.path)
            unlink("\(file.path).lock")
            size -= file.size
        }
    }

    /// By a print of the name (FNV-1a); the name stands in the file, so that two of one print are told apart.
    private func path(_ name: String) -> String? {
        guard let folder else { return nil }
        var print: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { print = (print ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return "\(folder)/\(String(print, radix: 16)).answer"
    }
}
