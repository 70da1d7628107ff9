import CLinux
import Glibc

/// The thread of one WebSocket: it owns the library's context from its beginning to its end.
enum SocketThread {
    private final class Start: Sendable {
        let options: WebSocketOptions
        let mailbox: Mailbox

        init(_ options: WebSocketOptions, _ mailbox: Mailbox) {
            self.options = options
            self.mailbox = mailbox
        }
    }

    /// The library counts in places of its own when it begins and ends a context.
    static let doorway = Doorway()

    static func start(_ options: WebSocketOptions, _ mailbox: Mailbox) -> Bool {
        let argument = Unmanaged.passRetained(Start(options, mailbox)).toOpaque()
        if tradewind_thread(socketThread, argument) == 0 { return true }
        Unmanaged<Start>.fromOpaque(argument).release()
        return false
    }

    fileprivate static func main(_ argument: UnsafeMutableRawPointer) {
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        Conversation(start.options, start.mailbox).run()
    }
}

private func socketThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument { SocketThread.main(argument) }
    return nil
}

/// Texts that the library keeps pointers to for as long as the context stands.
final class LastingTexts {
    private var kept: [UnsafeMutablePointer<CChar>] = []

    func callAsFunction(_ text: String) -> UnsafePointer<CChar> {
        let copy = strdup(text)!
        kept.append(copy)
        return UnsafePointer(copy)
    }

    deinit { kept.forEach { free($0) } }
}

/// One at a time. `@unchecked`: the lock is made once and never moves.
final class Doorway: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init() { pthread_mutex_init(mutex, nil) }

    func lock() { pthread_mutex_lock(mutex) }
    func unlock() { pthread_mutex_unlock(mutex) }
}
