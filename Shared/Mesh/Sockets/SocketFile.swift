import Glibc

/// The file of a Unix socket, while it is ours: ZeroMQ binds over a file that another process listens on without a
/// word, and leaves its own behind at the end.
///
/// A lock beside the file says that its owner lives. A killed process lets go of the lock, and its file is taken
/// over; a process that ends in good order removes both.
final class SocketFile {
    private let path: String
    private let lock: Int32

    init(_ path: String) throws(SocketError) {
        self.path = path
        let lockPath = path + ".lock"
        while true {
            let file = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw SocketError("open", lockPath, errno) }
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
                close(file)
                throw SocketError(
                    sentence:
                        "another process listens on \(path); stop it first, or choose another mesh.folder")
            }
            // Its last owner may have removed the file between our opening and our locking it.
            var (held, named) = (stat(), stat())
            if fstat(file, &held) == 0, stat(lockPath, &named) == 0, held.st_ino == named.st_ino {
                lock = file
                return
            }
            close(file)
        }
    }

    deinit {
        unlink(path)
        unlink(path + ".lock")
        close(lock)
    }
}
