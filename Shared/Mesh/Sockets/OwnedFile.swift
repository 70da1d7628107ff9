import Glibc

/// A file that says by its lock that its owner lives: a killed process lets go of the lock, and whoever gets it may
/// take the file over, or remove it.
package enum OwnedFile {
    /// Opens and locks a file that is made if it is not there; nothing where another process has it.
    static func take(_ path: String) throws(DiskError) -> Int32? {
        switch lock(path, O_RDWR | O_CREAT | O_CLOEXEC) {
        case .taken(let file): return file
        case .another: return nil
        case .failed(let code): throw failure("open", path, code)
        }
    }

    /// Removes what killed processes left in a folder: of the files that end so, those that nobody has. `before` says
    /// what else goes with one. Gives the paths.
    package static func removeAbandoned(
        in folder: String, endingWith suffix: String, before: (String) -> Void = { _ in }
    ) -> [String] {
        guard let names = try? FileDisk(folder, readOnly: true).names() else { return [] }
        return names.filter { $0.hasSuffix(suffix) }.map { "\(folder)/\($0)" }.filter { path in
            guard case .taken(let file) = lock(path, O_RDWR | O_CLOEXEC) else { return false }
            defer { close(file) }
            before(path)
            return unlink(path) == 0
        }
    }

    private enum Outcome {
        case taken(Int32)
        case another
        case failed(Int32)
    }

    private static func lock(_ path: String, _ flags: Int32) -> Outcome {
        while true {
            let file = open(path, flags, 0o600)
            guard file >= 0 else { return .failed(errno) }
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
                close(file)
                return .another
            }
            // Its last owner may have removed it between our opening and our locking it, and another one made it anew.
            var (held, named) = (stat(), stat())
            if fstat(file, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino {
                return .taken(file)
            }
            close(file)
        }
    }
}
