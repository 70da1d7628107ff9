import CLinux
import CWebSockets
import Glibc
import Synchronization

/// What the two sides of a WebSocket share: what has come and was not taken, and what is to be sent.
final class Mailbox: Sendable {
    /// `@unchecked`: the context is only woken, which the library allows from any thread, and only while it stands.
    struct State: @unchecked Sendable {
        var events: [WebSocketEvent] = []
        /// The bytes of the messages among them.
        var eventBytes = 0
        /// Reading stands still until there is room.
        var isFull = false
        var queue: [(bytes: [UInt8], isText: Bool)] = []
        var queuedBytes = 0
        var farewell: (code: Int, reason: String)?
        /// Nobody will take anything any more.
        var isAbandoned = false
        var hasEnded = false
        /// Of the library, while the thread lives.
        var context: OpaquePointer?
    }

    /// Readable while events wait.
    let file: Int32
    private let state = Mutex(State())

    init?() {
        file = tradewind_event()
        guard file >= 0 else { return nil }
    }

    deinit { close(file) }

    func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        state.withLock { body(&$0) }
    }

    /// Says that the other side has something to look at. The library allows this call alone from other threads, and
    /// only while the context stands.
    static func wake(_ state: State) {
        if let context = state.context { lws_cancel_service(context) }
    }

    /// Puts an event in; the first one makes the file readable.
    func post(_ event: WebSocketEvent) {
        state.withLock { state in
            guard !state.hasEnded else { return }
            if case .ended = event { state.hasEnded = true }
            if case .message(let bytes, _) = event { state.eventBytes += bytes.count }
            state.events.append(event)
            guard state.events.count == 1 else { return }
            var one: UInt64 = 1
            _ = write(file, &one, 8)
        }
    }

    func take() -> [WebSocketEvent] {
        state.withLock { state in
            guard !state.events.isEmpty else { return [] }
            var count: UInt64 = 0
            _ = read(file, &count, 8)
            let events = state.events
            state.events = []
            state.eventBytes = 0
            if state.isFull {
                state.isFull = false
                Mailbox.wake(state)
            }
            return events
        }
    }
}
