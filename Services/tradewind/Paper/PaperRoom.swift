import Configuration
import Glibc

/// Whether there is room for what services begin with: told before any of them dies of it.
enum PaperRoom {
    /// Each service begins a file of its transcript, and has the next one ready.
    private static let filesEach = 2

    static func check(_ folder: String, services: Int, segmentSize: Int) throws {
        var system = statvfs()
        guard statvfs(folder, &system) == 0 else { return }
        let free = Int(clamping: UInt64(system.f_bavail) * UInt64(system.f_frsize))
        let needed = services * filesEach * segmentSize
        guard free < needed else { return }
        throw Failure(
            "\(folder) has room for \(mebibytes(free)) MiB, and the transcripts of \(services) services begin with "
                + "\(mebibytes(needed)): free some, name a folder elsewhere with --keep, or have smaller ones with "
                + "--set state.segment_size=1MiB")
    }

    private static func mebibytes(_ bytes: Int) -> Int { bytes >> 20 }
}
