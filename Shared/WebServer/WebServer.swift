import CWebSockets
import Glibc

/// A server of HTTP and WebSockets on one port: one thread, everything bounded, closed in good order.
///
/// The library owns the loop. Whoever wants to be called at a moment asks with `ring`; whoever wants it to end calls
/// `stop`, from a signal handler too.
public final class WebServer {
    public let limits: WebLimits
    /// The address that it listens on, and the port that it was given where 0 was asked for.
    public let address: String
    public private(set) var port: Int

    weak var handler: (any WebHandler)?
    var peers: [OpaquePointer: Peer] = [:]
    var socketCount = 0

    private var context: OpaquePointer?
    private let strings: LastingStrings
    private let protocols: UnsafeMutablePointer<lws_protocols>
    private let alarm: UnsafeMutablePointer<Alarm>

    /// The library's alarm and, behind it, whom it rings for.
    struct Alarm {
        var alarm = tradewind_alarm()
        var server: Unmanaged<WebServer>?
    }

    /// Listens at once: a client can connect from now on, and is served when `run` is called.
    public init(
        address: String, port: Int, keeping headers: [String] = [], limits: WebLimits = WebLimits(),
        handler: any WebHandler
    ) throws(WebServerError) {
        try WebServer.tryListening(address, port)
        lws_set_log_level(0) { _, _ in }
        self.limits = limits
        self.address = address
        self.port = port
        self.handler = handler
        strings = LastingStrings(headers)
        protocols = .allocate(capacity: 2)
        protocols.initialize(repeating: lws_protocols(), count: 2)
        protocols[0].name = strings.name
        protocols[0].rx_buffer_size = 16 << 10
        protocols[0].callback = { wsi, reason, _, content, length in
            guard let wsi, let context = lws_get_context(wsi), let user = lws_context_user(context) else {
                return 0
            }
            let server = Unmanaged<WebServer>.fromOpaque(user).takeUnretainedValue()
            return server.hear(wsi, reason, content, length) ? 0 : -1
        }
        alarm = .allocate(capacity: 1)
        alarm.initialize(to: Alarm())
        alarm.pointee.server = .passUnretained(self)

        var info = lws_context_creation_info()
        info.options = tradewind_lws_options()
        info.port = Int32(port)
        info.iface = strings.text(address)
        info.protocols = UnsafePointer(protocols)
        info.fd_limit_per_thread = UInt32(limits.connectionsMax + 16)
        info.pt_serv_buf_size = 64 << 10
        info.max_http_header_data2 = UInt32(limits.headerBytesMax)
        info.timeout_secs = limits.secondsToAsk
        info.timeout_secs_ah_idle = limits.secondsToAsk
        info.keepalive_timeout = 75
        info.gid = -1
        info.uid = -1
        info.user = Unmanaged.passUnretained(self).toOpaque()
        guard let context = lws_create_context(&info) else {
            throw WebServerError("the web server cannot begin: out of memory or of open files")
        }
        self.context = context
        guard let host = lws_create_vhost(context, &info) else {
            throw WebServerError("the web server cannot listen on \(address):\(port)")
        }
        self.port = Int(lws_get_vhost_listen_port(host))
    }

    deinit {
        if let context { lws_context_destroy(context) }
        protocols.deallocate()
        alarm.deallocate()
    }

    /// Serves until `isOver` says so, which is asked after each event; then closes what is open.
    public func run(until isOver: () -> Bool) {
        guard let context else { return }
        while !isOver(), lws_service(context, 0) >= 0 {}
        tradewind_alarm_cancel(&alarm.pointee.alarm)
        self.context = nil
        lws_context_destroy(context)
        peers = [:]
    }

    /// Wakes the loop, so that it asks whether it is over. May be called by a signal handler.
    public func stop() {
        if let context { lws_cancel_service(context) }
    }

    /// Calls `rang` once, so many microseconds from now; a later call moves it.
    public func ring(after microseconds: Int64) {
        guard let context else { return }
        tradewind_alarm_set(
            context, &alarm.pointee.alarm,
            { place in
                guard let place else { return }
                let alarm = UnsafeMutableRawPointer(place).assumingMemoryBound(to: Alarm.self)
                alarm.pointee.server?.takeUnretainedValue().handler?.rang()
            }, max(microseconds, 0))
    }

    func header(_ name: String, of wsi: OpaquePointer) -> String? {
        switch name {
        case "content-type": WebServer.header(WSI_TOKEN_HTTP_CONTENT_TYPE, of: wsi)
        case "authorization": WebServer.header(WSI_TOKEN_HTTP_AUTHORIZATION, of: wsi)
        default: custom(name, of: wsi)
        }
    }

    var kept: [String] { strings.headers }

    private func custom(_ name: String, of wsi: OpaquePointer) -> String? {
        let wanted = name + ":"
        let length = lws_hdr_custom_length(wsi, wanted, Int32(wanted.utf8.count))
        guard length >= 0 else { return nil }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(length) + 1) { buffer in
            let copied = lws_hdr_custom_copy(
                wsi, buffer.baseAddress, length + 1, wanted, Int32(wanted.utf8.count))
            guard copied >= 0 else { return nil }
            return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    static func header(_ token: lws_token_indexes, of wsi: OpaquePointer) -> String? {
        let length = lws_hdr_total_length(wsi, token)
        guard length > 0 else { return nil }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(length) + 1) { buffer in
            guard lws_hdr_copy(wsi, buffer.baseAddress, length + 1, token) >= 0 else { return nil }
            return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}

/// Texts that the library keeps pointers to for as long as it lives.
private final class LastingStrings {
    let headers: [String]
    let name: UnsafePointer<CChar>
    private var kept: [UnsafeMutablePointer<CChar>] = []

    init(_ headers: [String]) {
        self.headers = headers
        let copy = strdup("http")!
        name = UnsafePointer(copy)
        kept.append(copy)
    }

    func text(_ text: String) -> UnsafePointer<CChar> {
        let copy = strdup(text)!
        kept.append(copy)
        return UnsafePointer(copy)
    }

    deinit { kept.forEach { free($0) } }
}
