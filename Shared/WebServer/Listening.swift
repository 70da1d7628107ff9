import Glibc

extension WebServer {
    /// Finds out whether one can listen there, for a sentence that the library would not give.
    static func tryListening(_ address: String, _ port: Int) throws(WebServerError) {
        guard (0...65_535).contains(port) else {
            throw WebServerError("\(port) is no port; 1 to 65535, or 0 for any that is free, would be right")
        }
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = in_port_t(port).bigEndian
        guard inet_pton(AF_INET, address, &place.sin_addr) == 1 else {
            throw WebServerError(
                "\"\(address)\" is no address to listen on; 127.0.0.1 for this machine or 0.0.0.0 for every one "
                    + "would be right")
        }
        let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard file >= 0 else { throw WebServerError("no socket can be opened: \(reason())") }
        defer { close(file) }
        var yes: Int32 = 1
        setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(file, $0, size) == 0 }
        }
        if isBound, listen(file, 1) == 0 { return }
        if errno == EADDRINUSE {
            throw WebServerError(
                "another program listens on \(address):\(port); another port would be right, or 0 for any that is "
                    + "free")
        }
        throw WebServerError("one cannot listen on \(address):\(port): \(reason())")
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
