import CSodium
import Domain
import HTTP
import Store

/// A bucket of an object store that speaks S3: Amazon's, or any other's. Requests are signed (SigV4) by libcurl.
public final class ObjectStore: BackupPlace {
    public struct Settings: Sendable {
        /// `https://s3.eu-central-1.amazonaws.com`; the bucket follows in the path.
        public var endpoint: String
        public var region: String
        public var bucket: String
        /// What stands before every name: empty, or a folder with a slash at its end.
        public var prefix: String
        public var key: String
        public var secret: String

        public init(
            endpoint: String, region: String, bucket: String, prefix: String = "", key: String, secret: String
        ) {
            self.endpoint = endpoint.isEmpty ? "https://s3.\(region).amazonaws.com" : endpoint
            self.region = region
            self.bucket = bucket
            self.prefix = prefix.isEmpty || prefix.hasSuffix("/") ? prefix : prefix + "/"
            self.key = key
            self.secret = secret
        }
    }

    public let name: String
    private let settings: Settings
    private let transport: any Transport
    private var number = 0

    /// So often a request is sent before it has failed; the pauses between grow from a fifth of a second.
    private static let attempts = 5
    private static let pause = 200 * Nanoseconds.millisecond

    public init(_ settings: Settings, _ transport: any Transport) {
        self.settings = settings
        self.transport = transport
        name = "s3://\(settings.bucket)/\(settings.prefix)"
    }

    public func names(under prefix: String) throws(StoreError) -> [String] {
        var found: [String] = []
        var token = ""
        repeat {
            // Sorted by name: libcurl signs the query as it stands.
            var query = [WebAddress.Item("list-type", "2"), .init("prefix", settings.prefix + prefix)]
            if !token.isEmpty { query.insert(.init("continuation-token", token), at: 0) }
            let page = BucketPage(String(decoding: try ask(.get, "", query), as: UTF8.self))
            found += page.keys.compactMap {
                $0.hasPrefix(settings.prefix) ? String($0.dropFirst(settings.prefix.count)) : nil
            }
            guard page.next != token || token.isEmpty else {
                throw StoreError(.other, "\(name): the list of its objects does not end")
            }
            token = page.next
        } while !token.isEmpty
        return found.sorted()
    }

    public func read(_ name: String) throws(StoreError) -> [UInt8] { try ask(.get, name) }

    public func write(_ bytes: [UInt8], to name: String) throws(StoreError) {
        _ = try ask(.put, name, body: bytes)
    }

    public func remove(_ name: String) throws(StoreError) { _ = try ask(.delete, name) }

    // MARK: requests

    private func ask(
        _ method: HTTPRequest.Method, _ object: String, _ query: [WebAddress.Item] = [], body: [UInt8] = []
    ) throws(StoreError) -> [UInt8] {
        let words = (settings.bucket + (object.isEmpty ? "" : "/\(settings.prefix)\(object)")).split(
            separator: "/")
        let path = words.map { "/" + WebAddress.encoded($0) }.joined()
        var request = HTTPRequest(
            WebAddress(settings.endpoint, path, query),
            headers: [.init("x-amz-content-sha256", ObjectStore.sha256(body))])
        request.method = method
        request.body = body
        request.bytesMax = 1 << 30
        request.timeLimit = 600 * Nanoseconds.second
        request.signature = .init(
            region: settings.region, service: "s3", key: settings.key, secret: settings.secret)
        var pause = ObjectStore.pause
        for attempt in 1... {
            let (answer, fault, mayBeTriedAgain) = once(request)
            if let answer { return answer }
            guard mayBeTriedAgain, attempt < ObjectStore.attempts else {
                throw fault ?? StoreError(.other, "\(name): no answer")
            }
            let until = transport.now + pause
            while transport.now < until { _ = transport.wait(until: until) }
            pause *= 2
        }
        preconditionFailure("the loop ends by itself")
    }

    private func once(_ request: HTTPRequest) -> (answer: [UInt8]?, fault: StoreError?, mayBeTriedAgain: Bool)
    {
        number += 1
        transport.begin(request, number: number)
        while true {
            for ending in transport.wait(until: transport.now + Nanoseconds.second)
            where ending.number == number {
                switch ending.outcome {
                case .failure(let fault):
                    return (
                        nil, StoreError(.other, "\(fault)"),
                        fault.kind != .untrusted && fault.kind != .misused
                    )
                case .success(let response) where (200..<300).contains(response.status):
                    return (response.body, nil, false)
                case .success(let response): return (nil, fault(response, request), response.status >= 500)
                }
            }
        }
    }

    private func fault(_ response: HTTPResponse, _ request: HTTPRequest) -> StoreError {
        let text = String(decoding: response.body.prefix(4096), as: UTF8.self)
        let code = BucketPage.inside("Code", of: text) ?? ""
        let advice =
            switch (response.status, code) {
            case (404, "NoSuchBucket"): "; make the bucket first"
            case (403, "RequestTimeTooSkewed"): "; set this machine's clock"
            case (403, _): "; look at data.s3_key, data.s3_secret and data.s3_region"
            case (301, _), (307, _): "; the bucket is in another region: data.s3_region"
            default: ""
            }
        return StoreError(
            response.status == 404 ? .missing : .other,
            "\(request.address.base)\(request.address.path): the object store answers \(response.status) "
                + "\(code)\(advice)")
    }

    private static func sha256(_ bytes: [UInt8]) -> String {
        var hash = [UInt8](repeating: 0, count: 32)
        crypto_hash_sha256(&hash, bytes, UInt64(bytes.count))
        return hash.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
