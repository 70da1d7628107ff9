import Glibc

/// The file of a Unix socket, while it is ours: ZeroMQ binds over a file that another process listens on without a
/// word, and leaves its own behind at the end.
///
/// A lock beside the file says that its owner lives. A killed process lets go of the lock, and its file is taken
/// over; a process that ends in good order removes both.
package final class SocketFile {
    private let path: String
    private let lock: Int32

    package static let lockSuffix = ".lock"

    init(_ path: String) throws(SocketError) {
        self.path = path
        let file: Int32?
        do {
            file = try OwnedFile.take(path + SocketFile.lockSuffix)
        } catch {
            throw SocketError(sentence: error.description)
        }
        guard let file else {
            throw SocketError(
                sentence: "another process listens on \(path); stop it first, or choose another mesh.folder")
        }
        lock = file
    }

    deinit {
        unlink(path)
        unlink(path + SocketFile.lockSuffix)
        close(lock)
    }
}
