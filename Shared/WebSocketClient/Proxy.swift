import Glibc

/// The proxy that leads to a host, as the usual variables say it.
enum Proxy {
    /// `user:word@proxy:3128`, as the library wants it; empty for none.
    static func place(for address: WebSocketAddress, given: String) -> String {
        if !given.isEmpty { return plain(given) }
        let name = address.isSecure ? "https_proxy" : "http_proxy"
        // A program that answers requests could be given the capital form of the other one by a header.
        guard let text = variable(name) ?? (address.isSecure ? variable("HTTPS_PROXY") : nil) else {
            return ""
        }
        let spared = variable("no_proxy") ?? variable("NO_PROXY") ?? ""
        return isSpared(address.host, by: spared) ? "" : plain(text)
    }

    static func isSpared(_ host: String, by list: String) -> Bool {
        let host = host.lowercased()
        for item in list.split(whereSeparator: { $0 == "," || $0 == " " }) {
            let name = item.lowercased()
            if name == "*" { return true }
            let suffix = name.hasPrefix(".") ? String(name.dropFirst()) : name
            if host == suffix || host.hasSuffix("." + suffix) { return true }
        }
        return false
    }

    /// Without the scheme and what follows the port; a proxy without a port is asked on 80.
    private static func plain(_ text: String) -> String {
        var rest = Substring(text)
        if rest.hasPrefix("http://") { rest = rest.dropFirst(7) }
        rest = rest.prefix { $0 != "/" }
        let place = rest.lastIndex(of: "@").map { rest[rest.index(after: $0)...] } ?? rest
        return place.contains(":") ? String(rest) : "\(rest):80"
    }

    private static func variable(_ name: String) -> String? {
        guard let text = getenv(name).map({ String(cString: $0) }), !text.isEmpty else { return nil }
        return text
    }
}
