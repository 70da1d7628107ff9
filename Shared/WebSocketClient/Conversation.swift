import CWebSockets
import Glibc

/// The thread's side of a WebSocket: what the library tells of the connection becomes events, and what waits is sent.
final class Conversation {
    private let options: WebSocketOptions
    private let mailbox: Mailbox
    private let texts = LastingTexts()
    private let protocols: UnsafeMutablePointer<lws_protocols>
    private let patience: UnsafeMutablePointer<lws_retry_bo_t>
    private let alarm: UnsafeMutablePointer<Alarm>
    private var wsi: OpaquePointer?
    private var isOpen = false
    /// What has come of a message.
    private var message: [UInt8] = []
    /// What the server said when it closed.
    private var goodbye: (code: Int, reason: String)?
    private var hasSaidGoodbye = false
    private var heardAt: Int64 = 0
    private var context: OpaquePointer?
    /// Why it is over. The library may be told in the middle of waiting for what never comes.
    private var end: WebSocketEnd? {
        didSet { if let context { lws_cancel_service(context) } }
    }

    /// The library's alarm and, behind it, whom it rings for.
    private struct Alarm {
        var alarm = tradewind_alarm()
        var conversation: Unmanaged<Conversation>?
    }

    init(_ options: WebSocketOptions, _ mailbox: Mailbox) {
        self.options = options
        self.mailbox = mailbox
        protocols = .allocate(capacity: 2)
        protocols.initialize(repeating: lws_protocols(), count: 2)
        patience = .allocate(capacity: 1)
        patience.initialize(to: lws_retry_bo_t())
        alarm = .allocate(capacity: 1)
        alarm.initialize(to: Alarm())
    }

    deinit {
        protocols.deallocate()
        patience.deallocate()
        alarm.deallocate()
    }

    /// Connects, and serves until the end, which is the last event.
    func run() {
        guard let context = begin() else {
            return mailbox.post(
                .ended(WebSocketEnd(.unreachable, sentence("out of memory or of open files"))))
        }
        if connect(context) {
            // The end is known, or nobody cares for it any more.
            while end == nil, !mailbox.change({ $0.isAbandoned }), lws_service(context, 0) >= 0 {}
        }
        self.context = nil
        tradewind_alarm_cancel(&alarm.pointee.alarm)
        mailbox.change { $0.context = nil }
        let end = end ?? WebSocketEnd(.lost, sentence("the connection broke"))
        self.end = end
        SocketThread.doorway.lock()
        lws_context_destroy(context)
        SocketThread.doorway.unlock()
        mailbox.post(.ended(end))
    }

    private func sentence(_ what: String) -> String { "\(options.address): \(what)" }

    // MARK: the beginning

    private func begin() -> OpaquePointer? {
        lws_set_log_level(0) { _, _ in }
        protocols[0].name = texts("ws")
        protocols[0].rx_buffer_size = 64 << 10
        protocols[0].callback = { wsi, reason, _, content, length in
            guard let wsi, let context = lws_get_context(wsi), let user = lws_context_user(context) else {
                return 0
            }
            let conversation = Unmanaged<Conversation>.fromOpaque(user).takeUnretainedValue()
            return conversation.hear(wsi, reason, content, length) ? 0 : -1
        }
        let ping = UInt16(clamping: max(1, options.secondsToPing))
        tradewind_lws_patience(patience, ping, UInt16(clamping: 2 * Int(ping)))

        var info = lws_context_creation_info()
        info.options = tradewind_lws_client_options()
        info.port = CONTEXT_PORT_NO_LISTEN
        info.protocols = UnsafePointer(protocols)
        info.fd_limit_per_thread = 8
        info.pt_serv_buf_size = 64 << 10
        info.timeout_secs = UInt32(clamping: options.secondsToOpen)
        info.retry_and_idle_policy = UnsafePointer(patience)
        // Given, so that the library does not look for one itself.
        info.http_proxy_address = texts(Proxy.place(for: options.address, given: options.proxy))
        info.gid = -1
        info.uid = -1
        info.user = Unmanaged.passUnretained(self).toOpaque()
        SocketThread.doorway.lock()
        defer { SocketThread.doorway.unlock() }
        guard let context = lws_create_context(&info) else { return nil }
        guard lws_create_vhost(context, &info) != nil else {
            lws_context_destroy(context)
            return nil
        }
        return context
    }

    /// False where the end is known already.
    private func connect(_ context: OpaquePointer) -> Bool {
        self.context = context
        let place = Int(bitPattern: context)
        mailbox.change { $0.context = OpaquePointer(bitPattern: place) }
        alarm.pointee.conversation = .passUnretained(self)
        ring(context, after: Int64(max(1, options.secondsToOpen)) * 1_000_000)
        var info = lws_client_connect_info()
        info.context = context
        info.address = texts(options.address.host)
        info.port = Int32(options.address.port)
        info.path = texts(options.address.path)
        info.host = texts(options.address.authority)
        info.local_protocol_name = texts("ws")
        info.ssl_connection = options.address.isSecure ? Int32(LCCSCF_USE_SSL.rawValue) : 0
        info.ietf_version_or_minus_one = -1
        info.retry_and_idle_policy = UnsafePointer(patience)
        guard lws_client_connect_via_info(&info) != nil else {
            end = end ?? WebSocketEnd(.unreachable, sentence("nobody answers there"))
            return false
        }
        return true
    }

    private func ring(_ context: OpaquePointer, after microseconds: Int64) {
        tradewind_alarm_set(
            context, &alarm.pointee.alarm,
            { place in
                guard let place else { return }
                let alarm = UnsafeMutableRawPointer(place).assumingMemoryBound(to: Alarm.self)
                alarm.pointee.conversation?.takeUnretainedValue().rang()
            }, microseconds)
    }

    /// The time is over that the socket had for opening, or the server for its goodbye.
    private func rang() {
        if !isOpen {
            end = end ?? WebSocketEnd(.unreachable, sentence("not open after \(options.secondsToOpen) s"))
        } else if hasSaidGoodbye {
            end = end ?? WebSocketEnd(.left, sentence("closed here; the server said nothing to it"))
        }
    }

    // MARK: what the library tells

    /// False closes the connection.
    private func hear(
        _ wsi: OpaquePointer, _ reason: lws_callback_reasons, _ content: UnsafeMutableRawPointer?,
        _ length: Int
    ) -> Bool {
        // While the connection is taken down, and the library's own pipe must not be closed with it.
        guard end == nil else {
            return reason != LWS_CALLBACK_CLIENT_RECEIVE && reason != LWS_CALLBACK_CLIENT_WRITEABLE
        }
        switch reason {
        case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER: return addHeaders(wsi, content, length)
        case LWS_CALLBACK_CLIENT_HTTP_REDIRECT:
            end = WebSocketEnd(
                .refused(status: nil), sentence("the server sends elsewhere, which is not followed"))
            return false
        case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
            end = failure(wsi, text(content, length))
            return false
        case LWS_CALLBACK_CLIENT_ESTABLISHED: opened(wsi)
        case LWS_CALLBACK_CLIENT_RECEIVE: return received(wsi, content, length)
        case LWS_CALLBACK_CLIENT_RECEIVE_PONG: heardAt = Conversation.seconds()
        case LWS_CALLBACK_CLIENT_WRITEABLE: return mayWrite(wsi)
        case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: closing(content, length)
        case LWS_CALLBACK_CLIENT_CLOSED: end = farewell()
        case LWS_CALLBACK_EVENT_WAIT_CANCELLED: lookAtMailbox()
        default: break
        }
        return true
    }

    private func addHeaders(_ wsi: OpaquePointer, _ content: UnsafeMutableRawPointer?, _ length: Int) -> Bool
    {
        guard let content else { return false }
        let place = content.assumingMemoryBound(to: UnsafeMutablePointer<UInt8>?.self)
        guard let start = place.pointee else { return false }
        for (name, value) in options.headers {
            let bytes = Array(value.utf8)
            guard
                lws_add_http_header_by_name(
                    wsi, name + ":", bytes, Int32(bytes.count), &place.pointee, start + length) == 0
            else {
                end = WebSocketEnd(.refused(status: nil), sentence("the headers have no room in a request"))
                return false
            }
        }
        return true
    }

    private func opened(_ wsi: OpaquePointer) {
        self.wsi = wsi
        isOpen = true
        heardAt = Conversation.seconds()
        mailbox.post(.opened)
        lookAtMailbox()
    }

    private func received(_ wsi: OpaquePointer, _ content: UnsafeMutableRawPointer?, _ length: Int) -> Bool {
        heardAt = Conversation.seconds()
        if let content { message.append(contentsOf: UnsafeRawBufferPointer(start: content, count: length)) }
        guard message.count + Int(lws_remaining_packet_payload(wsi)) <= options.messageBytesMax else {
            end = WebSocketEnd(
                .tooLarge, sentence("a message is larger than \(options.messageBytesMax) bytes"))
            return false
        }
        guard lws_is_final_fragment(wsi) != 0, lws_remaining_packet_payload(wsi) == 0 else { return true }
        let whole = message
        message = []
        mailbox.post(.message(whole, isText: lws_frame_is_binary(wsi) == 0))
        let isFull = mailbox.change { state in
            state.isFull = state.eventBytes > options.inboxBytesMax
            return state.isFull
        }
        if isFull { lws_rx_flow_control(wsi, 0) }
        return true
    }

    /// The other side has something to send, has made room, or wants an end.
    private func lookAtMailbox() {
        guard let wsi, isOpen else { return }
        let (isFull, hasWork) = mailbox.change { ($0.isFull, !$0.queue.isEmpty || $0.farewell != nil) }
        if !isFull { lws_rx_flow_control(wsi, 1) }
        if hasWork { lws_callback_on_writable(wsi) }
    }

    /// Writes one message, as the library allows for each call.
    private func mayWrite(_ wsi: OpaquePointer) -> Bool {
        let (next, hasMore, farewell) = mailbox.change {
            state -> (
                next: (bytes: [UInt8], isText: Bool)?, hasMore: Bool, farewell: (code: Int, reason: String)?
            )
            in
            guard !state.queue.isEmpty else { return (nil, false, state.farewell) }
            let first = state.queue.removeFirst()
            state.queuedBytes -= first.bytes.count
            return (first, !state.queue.isEmpty || state.farewell != nil, nil)
        }
        if let next {
            let room = Int(tradewind_lws_room())
            let written = withUnsafeTemporaryAllocation(byteCount: room + next.bytes.count, alignment: 16) {
                let start = $0.baseAddress!.advanced(by: room)
                next.bytes.withUnsafeBytes {
                    if let base = $0.baseAddress { start.copyMemory(from: base, byteCount: $0.count) }
                }
                return lws_write(
                    wsi, start.assumingMemoryBound(to: UInt8.self), next.bytes.count,
                    next.isText ? LWS_WRITE_TEXT : LWS_WRITE_BINARY)
            }
            guard written >= 0 else { return false }
            if hasMore { lws_callback_on_writable(wsi) }
            return true
        }
        guard let farewell, !hasSaidGoodbye else { return true }
        hasSaidGoodbye = true
        var reason = Array(farewell.reason.utf8.prefix(120))
        lws_close_reason(wsi, lws_close_status(UInt32(clamping: farewell.code)), &reason, reason.count)
        // The server may never answer.
        if let context = lws_get_context(wsi) { ring(context, after: 3_000_000) }
        return false
    }

    // MARK: the end

    private func closing(_ content: UnsafeMutableRawPointer?, _ length: Int) {
        guard let content, length >= 2 else { return goodbye = (1005, "") }
        let bytes = UnsafeRawBufferPointer(start: content, count: length)
        goodbye = (
            Int(bytes[0]) << 8 | Int(bytes[1]), String(decoding: bytes.dropFirst(2), as: UTF8.self)
        )
    }

    private func farewell() -> WebSocketEnd {
        if hasSaidGoodbye { return WebSocketEnd(.left, sentence("closed here")) }
        if let goodbye {
            let words = goodbye.reason.isEmpty ? "" : ": \(goodbye.reason)"
            return WebSocketEnd(
                .closed(code: goodbye.code, reason: goodbye.reason),
                sentence("the server closed it with \(goodbye.code)\(words)"))
        }
        let silence = Conversation.seconds() - heardAt
        if silence >= 2 * Int64(options.secondsToPing) {
            return WebSocketEnd(.mute, sentence("no sign of life for \(silence) s, not even to a ping"))
        }
        return WebSocketEnd(.lost, sentence("the connection broke"))
    }

    private func failure(_ wsi: OpaquePointer, _ told: String) -> WebSocketEnd {
        let status = Int(lws_http_client_http_response(wsi))
        if status > 0, status != 101 {
            return WebSocketEnd(.refused(status: status), sentence("the server answered \(status)"))
        }
        let words = told.isEmpty ? "nobody answers there" : told
        let small = told.lowercased()
        // The library tells no more than that its handshake failed.
        if small.contains("ssl") || small.contains("tls") || small.contains("cert") {
            return WebSocketEnd(
                .untrusted,
                sentence("its certificate is not trusted for that name, or it speaks no TLS (\(words))"))
        }
        let answered = ["upgrade", "hs:", "proxy", "protocol", "accept"].contains { small.contains($0) }
        return WebSocketEnd(answered ? .refused(status: nil) : .unreachable, sentence(words))
    }

    private func text(_ content: UnsafeMutableRawPointer?, _ length: Int) -> String {
        guard let content else { return "" }
        return String(
            decoding: UnsafeRawBufferPointer(start: content, count: length).prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func seconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec)
    }
}
