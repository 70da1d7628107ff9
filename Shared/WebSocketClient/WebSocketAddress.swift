/// Where a WebSocket leads: `wss://stream.example:443/v2/iex`.
public struct WebSocketAddress: Sendable, Equatable, CustomStringConvertible {
    public let isSecure: Bool
    /// A name or an address, without the brackets of one of version 6.
    public let host: String
    public let port: Int
    /// The path with what follows a question mark, already encoded; `/` at least.
    public let path: String

    /// Reads an address; nothing where the text is none.
    public init?(_ text: String) {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        let rest: Substring
        if text.hasPrefix("wss://") {
            (isSecure, rest) = (true, text.dropFirst(6))
        } else if text.hasPrefix("ws://") {
            (isSecure, rest) = (false, text.dropFirst(5))
        } else {
            return nil
        }
        let place = rest.prefix { $0 != "/" && $0 != "?" }
        let asked = rest.dropFirst(place.count)
        path = asked.isEmpty ? "/" : asked.hasPrefix("/") ? String(asked) : "/" + asked
        // Who connects is said in headers, not in an address that ends up in logs.
        guard !path.contains("#"), !place.contains("@"),
            let (host, port) = WebSocketAddress.parts(of: place, standardPort: isSecure ? 443 : 80)
        else { return nil }
        (self.host, self.port) = (host, port)
    }

    /// `example:8080`, `[::1]:8080`, or without a port.
    static func parts(of place: Substring, standardPort: Int?) -> (host: String, port: Int)? {
        var (host, rest) = (place, Substring())
        if place.hasPrefix("[") {
            guard let end = place.firstIndex(of: "]") else { return nil }
            host = place[place.index(after: place.startIndex)..<end]
            rest = place[place.index(after: end)...]
        } else if let colon = place.firstIndex(of: ":") {
            (host, rest) = (place[..<colon], place[colon...])
        }
        guard !host.isEmpty else { return nil }
        if rest.isEmpty { return standardPort.map { (String(host), $0) } }
        guard rest.hasPrefix(":"), let port = UInt16(rest.dropFirst()), port > 0 else { return nil }
        return (String(host), Int(port))
    }

    /// The host and the port as a request names them.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    public var description: String { "\(isSecure ? "wss" : "ws")://\(authority)\(path)" }
}
