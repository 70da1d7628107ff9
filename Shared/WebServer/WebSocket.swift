import CWebSockets

/// One open WebSocket, as the handler sees it.
public final class WebSocket {
    /// Each socket of a server has another number, from 1.
    public let number: Int
    public private(set) var isOpen = true

    private let wsi: OpaquePointer
    private let queueBytesMax: Int
    private var queue: [(bytes: [UInt8], isText: Bool)] = []
    private var first = 0
    /// What waits to be sent.
    public private(set) var queuedBytes = 0
    private var farewell: (code: UInt32, reason: String)?

    init(number: Int, wsi: OpaquePointer, queueBytesMax: Int) {
        self.number = number
        self.wsi = wsi
        self.queueBytesMax = queueBytesMax
    }

    /// Whether so much waits that the client cannot be keeping up.
    public var isCongested: Bool { queuedBytes > queueBytesMax / 2 }

    /// Sends a message after those that wait already. A client for which too much waits is parted from.
    public func send(_ message: [UInt8], isText: Bool) {
        guard isOpen, farewell == nil else { return }
        guard queuedBytes + message.count <= queueBytesMax else {
            first = queue.count
            queuedBytes = 0
            close(1008, "too slow")
            return
        }
        queue.append((message, isText))
        queuedBytes += message.count
        lws_callback_on_writable(wsi)
    }

    /// Closes the socket after what waits has been sent.
    public func close(_ code: UInt32 = 1000, _ reason: String = "") {
        guard isOpen, farewell == nil else { return }
        farewell = (code, reason)
        lws_callback_on_writable(wsi)
    }

    func ended() { isOpen = false }

    /// Writes one message, as the library allows for each call; false when the socket is to be closed.
    func write() -> Bool {
        if first < queue.count {
            let (bytes, isText) = queue[first]
            queue[first].bytes = []
            first += 1
            queuedBytes -= bytes.count
            if first == queue.count || first > 1024 {
                queue.removeFirst(first)
                first = 0
            }
            let room = Int(tradewind_lws_room())
            let written = withUnsafeTemporaryAllocation(byteCount: room + bytes.count, alignment: 16) {
                memory in
                memory.baseAddress!.advanced(by: room).copyMemory(from: bytes, byteCount: bytes.count)
                return lws_write(
                    wsi, memory.baseAddress!.advanced(by: room).assumingMemoryBound(to: UInt8.self),
                    bytes.count, isText ? LWS_WRITE_TEXT : LWS_WRITE_BINARY)
            }
            guard written >= 0 else { return false }
        }
        if first < queue.count {
            lws_callback_on_writable(wsi)
            return true
        }
        guard let farewell else { return true }
        var reason = Array(farewell.reason.utf8.prefix(120))
        lws_close_reason(wsi, lws_close_status(farewell.code), &reason, reason.count)
        return false
    }
}
