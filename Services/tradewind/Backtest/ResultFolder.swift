import Configuration
import Glibc
import Mesh

/// Writes the files of a run so that a folder holds all of them or none: they are written beside it, and get their
/// place when all of them are whole. Whatever ends the process in between leaves no half of a result.
enum ResultFolder {
    struct File {
        var name: String
        var bytes: [UInt8]
    }

    static func write(_ files: [File], to folder: String) throws {
        let place = folder.hasSuffix("/") && folder.count > 1 ? String(folder.dropLast()) : folder
        if let slash = place.lastIndex(of: "/"), slash > place.startIndex {
            try makeFolders(String(place[..<slash]))
        }
        var status = stat()
        let exists = stat(place, &status) == 0
        guard !exists || status.st_mode & S_IFMT == S_IFDIR else {
            throw Failure("\(place) is a file; a folder, or a name that is free, would be right")
        }
        try undisturbed {
            removeLeftovers(of: place)
            let fresh = "\(place).partial-\(getpid())"
            guard mkdir(fresh, 0o755) == 0 else { throw failure("make the folder", fresh) }
            do {
                for file in files { try write(file.bytes, to: "\(fresh)/\(file.name)") }
                if !exists {
                    guard rename(fresh, place) == 0 else { throw failure("name", place) }
                } else {
                    for file in files {
                        guard rename("\(fresh)/\(file.name)", "\(place)/\(file.name)") == 0 else {
                            throw failure("name", "\(place)/\(file.name)")
                        }
                    }
                    rmdir(fresh)
                }
            } catch {
                remove(fresh)
                throw error
            }
        }
    }

    /// Holds back what a person's Ctrl-C sends until the files have their place, which takes a moment.
    private static func undisturbed(_ work: () throws -> Void) throws {
        var held = sigset_t()
        var before = sigset_t()
        sigemptyset(&held)
        for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&held, signal) }
        pthread_sigmask(SIG_BLOCK, &held, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try work()
    }

    /// What a process that was killed on the spot left beside the folder.
    private static func removeLeftovers(of place: String) {
        let parts = place.split(separator: "/", omittingEmptySubsequences: false)
        let above = parts.count > 1 ? parts.dropLast().joined(separator: "/") : "."
        let prefix = "\(parts.last ?? "").partial-"
        for name in names(in: above.isEmpty ? "/" : above) where name.hasPrefix(prefix) {
            guard let process = Int32(name.dropFirst(prefix.count)), kill(process, 0) != 0, errno == ESRCH
            else {
                continue
            }
            remove("\(above)/\(name)")
        }
    }

    private static func remove(_ folder: String) {
        for name in names(in: folder) { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    private static func names(in folder: String) -> [String] {
        guard let open = opendir(folder) else { return [] }
        defer { closedir(open) }
        var names: [String] = []
        while let entry = readdir(open) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("write", path) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("write", path) }
            rest = rest.dropFirst(count)
        }
    }

    private static func failure(_ verb: String, _ path: String) -> Failure {
        Failure("cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
