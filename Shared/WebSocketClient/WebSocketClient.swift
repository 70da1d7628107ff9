/// One WebSocket to a server, from its opening to its end.
///
/// The library owns a loop of its own and looks names up while it waits, so each socket has a thread. What the thread
/// hears waits in a mailbox, and `file` is readable as long as something does: it fits a loop that polls. Whoever wants
/// another connection after the end makes another client; when to do so is his to decide.
///
/// The certificate of a server is verified and redirects are not followed: what the headers say is for one host.
public final class WebSocketClient {
    public let address: WebSocketAddress
    private let mailbox: Mailbox
    private let queueBytesMax: Int

    /// Begins to connect; never waits. What became of it is the first event.
    public init(_ options: WebSocketOptions) throws(WebSocketEnd) {
        address = options.address
        queueBytesMax = options.queueBytesMax
        guard let mailbox = Mailbox() else {
            throw WebSocketEnd(.unreachable, "no socket to \(options.address): too many files are open")
        }
        self.mailbox = mailbox
        guard SocketThread.start(options, mailbox) else {
            throw WebSocketEnd(
                .unreachable, "no socket to \(options.address): the system has no thread for it")
        }
    }

    deinit {
        mailbox.change { state in
            state.isAbandoned = true
            Mailbox.wake(state)
        }
    }

    /// Readable while events wait; for a loop to poll, and not to be read or closed.
    public var file: Int32 { mailbox.file }

    /// All that has happened and was not taken; empty when nothing did.
    public func take() -> [WebSocketEvent] { mailbox.take() }

    /// Sends a message after those that wait already. False where too much waits, or the socket has ended: then it is
    /// not sent. What is sent before the socket is open waits for that.
    @discardableResult
    public func send(_ bytes: [UInt8], isText: Bool) -> Bool {
        mailbox.change { state in
            guard !state.hasEnded, state.farewell == nil, state.queuedBytes + bytes.count <= queueBytesMax
            else { return false }
            state.queue.append((bytes, isText))
            state.queuedBytes += bytes.count
            Mailbox.wake(state)
            return true
        }
    }

    @discardableResult
    public func send(_ text: String) -> Bool { send(Array(text.utf8), isText: true) }

    /// Says goodbye after what waits has been sent; the end is an event like any other.
    public func close(_ code: Int = 1000, _ reason: String = "") {
        mailbox.change { state in
            guard state.farewell == nil else { return }
            state.farewell = (code, reason)
            Mailbox.wake(state)
        }
    }
}
