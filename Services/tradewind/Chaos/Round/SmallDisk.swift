import Configuration
import Glibc
import Mesh

/// A disk in memory that only this process and those that it starts can see, small enough to be filled.
enum SmallDisk {
    private static let unshare = "/usr/bin/unshare"
    private static let mebibytes = 96

    /// Whether one can be had: it takes a mount of one's own.
    static let isPossible: Bool = {
        let words = ["--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
        return access(unshare, X_OK) == 0 && (try? Programs.run(unshare, words))?.code == 0
    }()

    /// Begins this program once more, with a small disk at a folder. Comes back only where that cannot be done.
    static func enter(_ folder: String, _ arguments: [String]) throws {
        try makeFolders(folder)
        let mount = "mount -t tmpfs -o size=\(mebibytes)m none \"$0\" && exec \"$@\""
        let words = [unshare, "--mount", "/bin/sh", "-c", mount, folder, System.programPath] + arguments
        var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        execv(unshare, &pointers)
        throw Failure("\(unshare) cannot be started: \(String(cString: strerror(errno)))")
    }

    /// Takes it away before this process ends.
    static func leave(_ folder: String) { umount2(folder, CInt(MNT_DETACH)) }

    /// Whether a folder is one.
    static func isMounted(at folder: String) -> Bool {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return false }
        return UInt64(status.f_blocks) * UInt64(status.f_frsize) == UInt64(mebibytes) << 20
    }

    private static func filler(_ folder: String) -> String { "\(folder)/filler" }

    /// Takes all the room that is left.
    static func fill(_ folder: String) {
        let file = open(filler(folder), O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard file >= 0 else { return }
        defer { close(file) }
        for count in [1 << 20, 4096] {
            let block = [UInt8](repeating: 1, count: count)
            while write(file, block, count) == count {}
        }
    }

    static func free(_ folder: String) { unlink(filler(folder)) }
}
