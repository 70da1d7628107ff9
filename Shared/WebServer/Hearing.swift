import CWebSockets

/// What the library tells of its connections, and what the server makes of it.
extension WebServer {
    /// False closes the connection.
    func hear(
        _ wsi: OpaquePointer, _ reason: lws_callback_reasons, _ content: UnsafeMutableRawPointer?,
        _ length: Int
    ) -> Bool {
        switch reason {
        case LWS_CALLBACK_HTTP: return asked(wsi)
        case LWS_CALLBACK_HTTP_BODY: return bodyCame(wsi, content, length)
        case LWS_CALLBACK_HTTP_BODY_COMPLETION: return bodyEnded(wsi)
        case LWS_CALLBACK_HTTP_WRITEABLE: return mayWrite(wsi)
        case LWS_CALLBACK_TIMER:
            lws_callback_on_writable(wsi)
            return true
        case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION: return socketAsked(wsi)
        case LWS_CALLBACK_ESTABLISHED: return socketOpened(wsi)
        case LWS_CALLBACK_RECEIVE: return socketHeard(wsi, content, length)
        case LWS_CALLBACK_SERVER_WRITEABLE:
            guard case .socket(let socket)? = peers[wsi]?.state else { return false }
            return socket.write()
        case LWS_CALLBACK_CLOSED, LWS_CALLBACK_CLOSED_HTTP, LWS_CALLBACK_WSI_DESTROY:
            left(wsi)
            return true
        default: return true
        }
    }

    private func peer(_ wsi: OpaquePointer) -> Peer {
        if let peer = peers[wsi] { return peer }
        let peer = Peer()
        peers[wsi] = peer
        return peer
    }

    private func left(_ wsi: OpaquePointer) {
        guard let peer = peers.removeValue(forKey: wsi), case .socket(let socket) = peer.state else { return }
        socket.ended()
        handler?.closed(socket)
    }

    // MARK: Requests

    private func asked(_ wsi: OpaquePointer) -> Bool {
        let peer = peer(wsi)
        peer.isLast = false
        guard let request = request(of: wsi) else { return false }
        if WebServer.header(WSI_TOKEN_HTTP_TRANSFER_ENCODING, of: wsi) != nil {
            return refuse(peer, wsi, 411, "a body without a Content-Length is not taken")
        }
        guard let text = WebServer.header(WSI_TOKEN_HTTP_CONTENT_LENGTH, of: wsi) else {
            return answer(peer, wsi, request)
        }
        guard let length = Int(text), length >= 0 else {
            return refuse(peer, wsi, 400, "Content-Length is no number")
        }
        guard length <= limits.bodyBytesMax else {
            return refuse(peer, wsi, 413, "the body is larger than \(limits.bodyBytesMax) bytes")
        }
        if length == 0 { return answer(peer, wsi, request) }
        peer.state = .asking(request)
        return true
    }

    private func bodyCame(_ wsi: OpaquePointer, _ content: UnsafeMutableRawPointer?, _ length: Int) -> Bool {
        guard let peer = peers[wsi], case .asking(var request) = peer.state, let content else { return true }
        guard request.body.count + length <= limits.bodyBytesMax else { return false }
        peer.state = .idle
        request.body.append(contentsOf: UnsafeRawBufferPointer(start: content, count: length))
        peer.state = .asking(request)
        return true
    }

    private func bodyEnded(_ wsi: OpaquePointer) -> Bool {
        guard let peer = peers[wsi], case .asking(let request) = peer.state else { return true }
        return answer(peer, wsi, request)
    }

    private func answer(_ peer: Peer, _ wsi: OpaquePointer, _ request: WebRequest) -> Bool {
        guard let answer = handler?.answer(request), !answer.isLost else { return false }
        peer.begin(answer)
        if answer.delay > 0 {
            lws_set_timer_usecs(wsi, answer.delay)
        } else {
            lws_callback_on_writable(wsi)
        }
        return true
    }

    /// Says why a request is not taken, and takes no other from that client: what follows cannot be told apart.
    private func refuse(_ peer: Peer, _ wsi: OpaquePointer, _ status: Int, _ sentence: String) -> Bool {
        guard let answer = handler?.refusal(status, sentence) else { return false }
        peer.begin(answer)
        peer.isLast = true
        while peer.write(to: wsi, isHeadOnly: false) == .more {}
        return false
    }

    private func mayWrite(_ wsi: OpaquePointer) -> Bool {
        guard let peer = peers[wsi], case .answering = peer.state else { return true }
        let isHead = lws_hdr_total_length(wsi, WSI_TOKEN_HEAD_URI) > 0
        switch peer.write(to: wsi, isHeadOnly: isHead) {
        case .failed: return false
        case .more:
            lws_callback_on_writable(wsi)
            return true
        case .done:
            peer.state = .idle
            // The library wants to know that the connection is free for another request; it says whether it stays.
            return !peer.isLast && lws_http_transaction_completed(wsi) == 0
        }
    }

    private static let methods = ["GET", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "CONNECT", "HEAD"]

    private func request(of wsi: OpaquePointer) -> WebRequest? {
        var start: UnsafeMutablePointer<CChar>?
        var length: Int32 = 0
        let method = lws_http_get_uri_and_method(wsi, &start, &length)
        guard let start, method >= 0, Int(method) < WebServer.methods.count else { return nil }
        let path = String(
            decoding: UnsafeBufferPointer(start: start, count: Int(length)).map { UInt8(bitPattern: $0) },
            as: UTF8.self)
        return WebRequest(
            WebServer.methods[Int(method)], path, query: query(of: wsi), headers: headers(of: wsi))
    }

    private func headers(of wsi: OpaquePointer) -> [String: String] {
        var headers: [String: String] = [:]
        for name in kept {
            if let value = header(name, of: wsi) { headers[name] = value }
        }
        return headers
    }

    private func query(of wsi: OpaquePointer) -> [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        while true {
            let index = Int32(query.count)
            let length = lws_hdr_fragment_length(wsi, WSI_TOKEN_HTTP_URI_ARGS, index)
            guard length > 0 else { return query }
            let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(length) + 1) { buffer in
                _ = lws_hdr_copy_fragment(
                    wsi, buffer.baseAddress, length + 1, WSI_TOKEN_HTTP_URI_ARGS, index)
                return String(
                    decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            query.append((String(parts[0]), parts.count > 1 ? String(parts[1]) : ""))
        }
    }

    // MARK: Sockets

    private func socketAsked(_ wsi: OpaquePointer) -> Bool {
        let peer = peer(wsi)
        guard let request = request(of: wsi) else { return false }
        guard let status = handler?.objection(toSocket: request) else {
            peer.state = .asking(request)
            return true
        }
        return refuse(peer, wsi, status, "no socket opens here")
    }

    private func socketOpened(_ wsi: OpaquePointer) -> Bool {
        guard let peer = peers[wsi], case .asking(let request) = peer.state else { return false }
        socketCount += 1
        let socket = WebSocket(number: socketCount, wsi: wsi, queueBytesMax: limits.queueBytesMax)
        peer.state = .socket(socket)
        handler?.opened(socket, by: request)
        return true
    }

    private func socketHeard(_ wsi: OpaquePointer, _ content: UnsafeMutableRawPointer?, _ length: Int) -> Bool
    {
        guard let peer = peers[wsi], case .socket(let socket) = peer.state else { return false }
        if let content {
            peer.message.append(contentsOf: UnsafeRawBufferPointer(start: content, count: length))
        }
        guard peer.message.count <= limits.messageBytesMax else {
            lws_close_reason(wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, nil, 0)
            return false
        }
        guard lws_is_final_fragment(wsi) != 0, lws_remaining_packet_payload(wsi) == 0 else { return true }
        let message = peer.message
        peer.message = []
        handler?.received(message, isText: lws_frame_is_binary(wsi) == 0, from: socket)
        return true
    }
}
