import CLinux
import Glibc
import Synchronization

/// Does something slow on a thread of its own, one thing at a time: nobody who waits for live data waits for it.
public final class Aside<Found: Sendable> {
    /// Readable when something was found.
    public var file: Int32 { desk.file }
    public private(set) var isUnderWay = false
    private let desk: Desk

    /// Where the thread leaves what it found.
    private final class Desk: Sendable {
        let file: Int32
        let found = Mutex<Found?>(nil)

        init?() {
            file = tradewind_event()
            guard file >= 0 else { return nil }
        }

        deinit { close(file) }
    }

    public init?() {
        guard let desk = Desk() else { return nil }
        self.desk = desk
    }

    /// False where the system has no thread for it.
    public func begin(_ work: @escaping @Sendable () -> Found) -> Bool {
        precondition(!isUnderWay, "one thing is done at a time")
        let errand = Errand { [desk] in
            let found = work()
            desk.found.withLock { $0 = found }
            var one: UInt64 = 1
            _ = write(desk.file, &one, 8)
        }
        let argument = Unmanaged.passRetained(errand).toOpaque()
        isUnderWay = tradewind_thread(asideThread, argument) == 0
        if !isUnderWay { Unmanaged<Errand>.fromOpaque(argument).release() }
        return isUnderWay
    }

    /// What was found, once.
    public func take() -> Found? {
        guard isUnderWay, let found = desk.found.withLock({ $0 }) else { return nil }
        var count: UInt64 = 0
        _ = read(desk.file, &count, 8)
        desk.found.withLock { $0 = nil }
        isUnderWay = false
        return found
    }
}

private final class Errand: Sendable {
    let work: @Sendable () -> Void
    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
}

private func asideThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument { Unmanaged<Errand>.fromOpaque(argument).takeRetainedValue().work() }
    return nil
}
