import CCurl
import Domain

/// One request that is under way, and what has come of its answer.
final class Transfer {
    let number: Int
    let handle: UnsafeMutableRawPointer
    private let request: HTTPRequest
    private var lines: UnsafeMutablePointer<curl_slist>?
    private var headers: [(name: String, value: String)] = []
    private var body: [UInt8] = []
    private var isTooLarge = false
    /// What libcurl says about a failure, beyond its kind.
    private let complaint: UnsafeMutablePointer<CChar>

    private static let headersMax = 256

    init(_ request: HTTPRequest, number: Int, proxy: String, agent: String) {
        guard let handle = curl_easy_init() else {
            preconditionFailure("libcurl has no memory for a request")
        }
        self.handle = handle
        self.request = request
        self.number = number
        complaint = .allocate(capacity: Int(CURL_ERROR_SIZE))
        complaint.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        tradewind_curl_pointer(handle, CURLOPT_ERRORBUFFER, complaint)
        let own = Unmanaged.passUnretained(self).toOpaque()
        tradewind_curl_taker(handle, CURLOPT_WRITEFUNCTION, takeBody)
        tradewind_curl_pointer(handle, CURLOPT_WRITEDATA, own)
        tradewind_curl_taker(handle, CURLOPT_HEADERFUNCTION, takeHeader)
        tradewind_curl_pointer(handle, CURLOPT_HEADERDATA, own)
        address(proxy)
        limits()
        for header in request.headers { add(header.name, header.value) }
        if !request.headers.contains(where: { $0.name.lowercased() == "user-agent" }) {
            add("User-Agent", agent)
        }
        if let signature = request.signature { sign(signature) }
        if request.method == .delete { tradewind_curl_text(handle, CURLOPT_CUSTOMREQUEST, "DELETE") }
        if request.method == .put {
            // As a form that is called otherwise: libcurl has the body at hand then, and can sign it.
            tradewind_curl_text(handle, CURLOPT_CUSTOMREQUEST, "PUT")
            add("Content-Type", "application/octet-stream")
        }
        if request.method == .post || request.method == .put {
            tradewind_curl_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
            request.body.withUnsafeBytes { bytes in
                let pointer = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
                _ = tradewind_curl_pointer(handle, CURLOPT_COPYPOSTFIELDS, pointer)
            }
        }
        tradewind_curl_list(handle, CURLOPT_HTTPHEADER, lines)
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(lines)
        complaint.deallocate()
    }

    private func address(_ proxy: String) {
        tradewind_curl_text(handle, CURLOPT_URL, request.address.wire)
        tradewind_curl_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        if !proxy.isEmpty { tradewind_curl_text(handle, CURLOPT_PROXY, proxy) }
        // All that libcurl can unpack.
        tradewind_curl_text(handle, CURLOPT_ACCEPT_ENCODING, "")
        tradewind_curl_number(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        tradewind_curl_number(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    }

    private func limits() {
        // Signals belong to the process, not to a library's clock.
        tradewind_curl_number(handle, CURLOPT_NOSIGNAL, 1)
        tradewind_curl_number(handle, CURLOPT_TIMEOUT_MS, Int(request.timeLimit / Nanoseconds.millisecond))
        tradewind_curl_number(
            handle, CURLOPT_CONNECTTIMEOUT_MS, Int(request.connectLimit / Nanoseconds.millisecond))
    }

    /// The header with the body's hash is the caller's: libcurl of Debian 12 does not add it, and S3 wants it.
    private func sign(_ signature: HTTPRequest.Signature) {
        tradewind_curl_text(handle, CURLOPT_AWS_SIGV4, "aws:amz:\(signature.region):\(signature.service)")
        tradewind_curl_text(handle, CURLOPT_USERNAME, signature.key)
        tradewind_curl_text(handle, CURLOPT_PASSWORD, signature.secret)
    }

    private func add(_ name: String, _ value: String) {
        // A line end in a value would begin a header of its own.
        let plain = value.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }
        lines = curl_slist_append(lines, "\(name): \(String(String.UnicodeScalarView(plain)))")
    }

    // MARK: what comes

    fileprivate func take(header bytes: UnsafeBufferPointer<CChar>) -> Bool {
        let line = String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .trimmingLineEnd
        // Each answer begins anew: 100 Continue, a proxy's own.
        if line.hasPrefix("HTTP/") { headers = [] }
        guard let colon = line.firstIndex(of: ":") else { return true }
        guard headers.count < Transfer.headersMax else { return false }
        let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        headers.append((line[..<colon].lowercased(), String(value)))
        return true
    }

    fileprivate func take(body bytes: UnsafeBufferPointer<CChar>) -> Bool {
        guard body.count + bytes.count <= request.bytesMax else {
            isTooLarge = true
            return false
        }
        bytes.withMemoryRebound(to: UInt8.self) { body.append(contentsOf: $0) }
        return true
    }

    /// What the transfer came to.
    func outcome(_ ending: CURLcode) -> Result<HTTPResponse, HTTPFault> {
        if ending == CURLE_OK {
            return .success(
                HTTPResponse(status: tradewind_curl_status(handle), headers: headers, body: body))
        }
        let said = String(cString: complaint)
        let reason = request.redacted(said.isEmpty ? String(cString: curl_easy_strerror(ending)) : said)
        let place = request.address.base + request.address.path
        return .failure(HTTPFault(kind(ending), "\(place): \(sentence(ending, reason))"))
    }

    private func kind(_ ending: CURLcode) -> HTTPFault.Kind {
        switch ending {
        case CURLE_OPERATION_TIMEDOUT: .tooSlow
        case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_HTTP2_STREAM, CURLE_HTTP2,
            CURLE_BAD_CONTENT_ENCODING:
            .cutShort
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR: .untrusted
        case CURLE_WRITE_ERROR where isTooLarge: .tooLarge
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .misused
        default: .unreachable
        }
    }

    private func sentence(_ ending: CURLcode, _ reason: String) -> String {
        switch kind(ending) {
        case .tooSlow: "no whole answer within \(request.timeLimit / Nanoseconds.millisecond) ms"
        case .cutShort: "the answer was cut short (\(reason))"
        case .tooLarge: "the answer is larger than \(request.bytesMax >> 20) MiB"
        case .untrusted: "its certificate cannot be verified (\(reason))"
        case .misused: "this is no address that can be asked (\(reason))"
        case .unreachable: reason
        }
    }
}

private func takeBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ own: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let own else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(own).takeUnretainedValue()
    return transfer.take(body: UnsafeBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

private func takeHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ own: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let own else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(own).takeUnretainedValue()
    return transfer.take(header: UnsafeBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

extension String {
    fileprivate var trimmingLineEnd: String {
        var text = self[...]
        while let last = text.unicodeScalars.last, last == "\r" || last == "\n" || last == " " {
            text.unicodeScalars.removeLast()
        }
        return String(text)
    }
}
