import CWebSockets

/// One connection: what has come of its request, and what is still to be said.
final class Peer {
    enum State {
        /// Between requests.
        case idle
        /// The body is on its way.
        case asking(WebRequest)
        case answering
        case socket(WebSocket)
    }

    var state = State.idle
    /// What has come of a message of a socket.
    var message: [UInt8] = []
    private(set) var answer: WebAnswer?
    private var written = 0
    private var hasHead = false
    /// After this answer no other request is taken.
    var isLast = false

    private static let chunk = 32 << 10

    func begin(_ answer: WebAnswer) {
        self.answer = answer
        state = .answering
        written = 0
        hasHead = false
    }

    enum Progress { case more, done, failed }

    /// Writes the head or a piece of the body, as the library allows for each call.
    func write(to wsi: OpaquePointer, isHeadOnly: Bool) -> Progress {
        guard let answer else { return .failed }
        if !hasHead {
            guard writeHead(of: answer, to: wsi) else { return .failed }
            hasHead = true
            if answer.body.isEmpty || isHeadOnly { return .done }
            return .more
        }
        let count = min(Peer.chunk, answer.body.count - written)
        let isFinal = written + count == answer.body.count
        let room = Int(tradewind_lws_room())
        let sent = withUnsafeTemporaryAllocation(byteCount: room + count, alignment: 16) { memory in
            let start = memory.baseAddress!.advanced(by: room)
            answer.body.withUnsafeBytes {
                start.copyMemory(from: $0.baseAddress!.advanced(by: written), byteCount: count)
            }
            return lws_write(
                wsi, start.assumingMemoryBound(to: UInt8.self), count,
                isFinal ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP)
        }
        guard sent >= 0 else { return .failed }
        written += count
        return isFinal ? .done : .more
    }

    private func writeHead(of answer: WebAnswer, to wsi: OpaquePointer) -> Bool {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4096) { memory in
            let start = memory.baseAddress!.advanced(by: Int(tradewind_lws_room()))
            let end = memory.baseAddress!.advanced(by: memory.count)
            var at: UnsafeMutablePointer<UInt8>? = start
            let flags = UInt32(LWSAHH_FLAG_NO_SERVER_NAME)
            guard
                lws_add_http_common_headers(
                    wsi, UInt32(answer.status) | flags, answer.contentType,
                    lws_filepos_t(answer.body.count), &at, end) == 0
            else { return false }
            for (name, value) in answer.headers {
                let bytes = Array(value.utf8)
                guard
                    lws_add_http_header_by_name(wsi, name + ":", bytes, Int32(bytes.count), &at, end) == 0
                else { return false }
            }
            return lws_finalize_write_http_header(wsi, start, &at, end) == 0
        }
    }
}
