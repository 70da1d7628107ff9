import Configuration
import Glibc
import Mesh

/// What lies in a folder that a round's services write to: nothing where it is not there yet. One that cannot be looked into
/// is not empty, and so an error.
enum RoundFolder {
    static func names(in folder: String) throws -> [String] {
        guard try exists(folder) else { return [] }
        return try FileDisk(folder, readOnly: true).names()
    }

    /// The bytes of a file; nothing where it is gone, because it was packed or is not needed any more.
    static func read(_ name: String, in folder: String) throws -> [UInt8]? {
        do {
            return try FileDisk(folder, readOnly: true).read(name)
        } catch {
            guard try exists("\(folder)/\(name)") else { return nil }
            throw error
        }
    }

    static func exists(_ path: String) throws -> Bool {
        var status = stat()
        if stat(path, &status) == 0 { return true }
        guard errno == ENOENT else { throw Failure("\(path): \(String(cString: strerror(errno)))") }
        return false
    }
}
