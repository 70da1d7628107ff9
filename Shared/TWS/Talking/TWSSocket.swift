import Glibc

/// A connection over TCP that never waits, but for the look-up of a name that is no address.
public final class TWSSocket {
    public let file: Int32
    private var waiting: [UInt8] = []
    private var hasConnected = false

    /// So much may wait to be sent; who takes less than that does not listen any more.
    private static let waitingMax = 4 << 20

    public init(host: String, port: Int) throws(TWSFault) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, "\(port)", &hints, &found)
        guard status == 0, let found else {
            throw TWSFault("\(host) is not known: \(String(cString: gai_strerror(status)))")
        }
        defer { freeaddrinfo(found) }
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let file = socket(found.pointee.ai_family, kind, 0)
        guard file >= 0 else { throw TWSFault("no socket is to be had: \(TWSSocket.error(errno))") }
        var one: Int32 = 1
        setsockopt(file, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        setsockopt(file, SOL_SOCKET, SO_KEEPALIVE, &one, socklen_t(MemoryLayout<Int32>.size))
        guard connect(file, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0 || errno == EINPROGRESS
        else {
            let why = errno
            close(file)
            throw TWSFault("\(host):\(port) does not answer: \(TWSSocket.error(why))")
        }
        self.file = file
    }

    deinit { close(file) }

    private static func error(_ code: Int32) -> String { String(cString: strerror(code)) }

    /// Whether it is connected by now.
    public func isConnected() throws(TWSFault) -> Bool {
        if hasConnected { return true }
        var state = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
        guard poll(&state, 1, 0) == 1 else { return false }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(file, SOL_SOCKET, SO_ERROR, &code, &size)
        guard code == 0 else { throw TWSFault("it does not answer: \(TWSSocket.error(code))") }
        hasConnected = true
        return true
    }

    /// Sends as much as the other side takes, and keeps the rest.
    public func send(_ bytes: [UInt8]) throws(TWSFault) {
        waiting += bytes
        guard try isConnected(), !waiting.isEmpty else { return }
        let sent = waiting.withUnsafeBytes { Glibc.send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if sent < 0 {
            guard errno == EAGAIN || errno == EINTR else {
                throw TWSFault("it is gone: \(TWSSocket.error(errno))")
            }
        } else {
            waiting.removeFirst(sent)
        }
        guard waiting.count <= TWSSocket.waitingMax else {
            throw TWSFault("it does not take what is sent to it")
        }
    }

    /// What has come; nothing where nothing has.
    public func receive() throws(TWSFault) -> [UInt8] {
        guard try isConnected() else { return [] }
        return try TWSSocket.received(file)
    }

    private static func received(_ file: Int32) throws(TWSFault) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        // A megabyte at a time, so that whoever talks without end does not hold everything up.
        while bytes.count < 1 << 20 {
            let count = recv(file, &chunk, chunk.count, 0)
            if count > 0 {
                bytes += chunk[..<count]
            } else if count == 0 {
                // What came before the end is taken first; the end is still there the next time.
                guard bytes.isEmpty else { return bytes }
                throw TWSFault("it has ended the connection")
            } else if errno == EAGAIN {
                return bytes
            } else if errno != EINTR {
                guard bytes.isEmpty else { return bytes }
                throw TWSFault("it is gone: \(error(errno))")
            }
        }
        return bytes
    }
}
