import Glibc
import Mesh

/// What killed processes left in the mesh's folder.
enum StaleFiles {
    /// Removes it; gives the paths.
    static func remove(in folder: String) -> [String] {
        let sockets = OwnedFile.removeAbandoned(in: folder, endingWith: SocketFile.lockSuffix) { lock in
            unlink(String(lock.dropLast(SocketFile.lockSuffix.count)))
        }
        return sockets + OwnedFile.removeAbandoned(in: folder, endingWith: Pulse.suffix)
    }
}
