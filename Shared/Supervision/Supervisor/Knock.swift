import CLinux
import Glibc
import Synchronization

/// SIGHUP as a file that becomes readable: somebody has changed what is wanted.
enum Knock {
    private static let file = Atomic<Int32>(-1)

    /// Begins to listen; gives the file to wait for.
    static func listen() -> Int32 {
        let descriptor = tradewind_event()
        file.store(descriptor, ordering: .relaxed)
        signal(SIGHUP) { _ in
            var one: UInt64 = 1
            _ = write(Knock.file.load(ordering: .relaxed), &one, 8)
        }
        return descriptor
    }

    /// Whether somebody knocked since the last time.
    static func wasHeard() -> Bool {
        var count: UInt64 = 0
        return read(file.load(ordering: .relaxed), &count, 8) == 8
    }
}
