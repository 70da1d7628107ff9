import Configuration
import Glibc

/// Says that a `tradewind run` is at work in this folder, for as long as the process lives: a second one would begin by
/// removing what the first one writes.
final class RunLock {
    private let file: Int32

    init(_ path: String) throws {
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw Failure(
                "\(path) cannot be written: \(String(cString: strerror(errno))); a folder that can be would be right"
            )
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            throw Failure(
                "another `tradewind run` is at work in this folder: wait until it is over, or give this one a folder of its "
                    + "own with --keep")
        }
    }

    deinit { close(file) }
}
