import CLinux
import Glibc

/// A server for one connection that says exactly the bytes that a test wants, so that it can misbehave in any way.
final class RawServer: Sendable {
    let port: Int

    /// Listens at once; what the script does, it does on a thread of its own with the connection that comes first.
    init(_ script: @escaping @Sendable (Line) -> Void) {
        let door = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(door, $0, size) == 0 && listen(door, 1) == 0, "no port to listen on")
                precondition(getsockname(door, $0, &size) == 0)
            }
        }
        port = Int(UInt16(bigEndian: place.sin_port))
        RawServer.begin {
            let file = accept(door, nil, nil)
            close(door)
            guard file >= 0 else { return }
            var limit = timeval(tv_sec: 20, tv_usec: 0)
            let length = socklen_t(MemoryLayout<timeval>.size)
            setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &limit, length)
            setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &limit, length)
            script(Line(file))
            close(file)
        }
    }

    /// A port on which nobody listens.
    static func deadPort() -> Int {
        let door = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(door) }
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(door, $0, size)
                _ = getsockname(door, $0, &size)
            }
        }
        return Int(UInt16(bigEndian: place.sin_port))
    }

    private final class Job: Sendable {
        let work: @Sendable () -> Void
        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }

    private static func begin(_ work: @escaping @Sendable () -> Void) {
        let job = Unmanaged.passRetained(Job(work)).toOpaque()
        precondition(tradewind_thread(serverThread, job) == 0, "no thread")
    }

    fileprivate static func main(_ job: UnsafeMutableRawPointer) {
        Unmanaged<Job>.fromOpaque(job).takeRetainedValue().work()
    }
}

private func serverThread(_ job: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let job { RawServer.main(job) }
    return nil
}

/// The server's end of a connection.
final class Line {
    let file: Int32
    private var pending: [UInt8] = []

    init(_ file: Int32) { self.file = file }

    func say(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    func say(_ text: String) { say(Array(text.utf8)) }

    /// So many bytes; fewer where the client is gone.
    func hear(_ count: Int) -> [UInt8] {
        while pending.count < count {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let got = recv(file, &buffer, buffer.count, 0)
            guard got > 0 else { break }
            pending += buffer.prefix(got)
        }
        defer { pending.removeFirst(min(count, pending.count)) }
        return Array(pending.prefix(count))
    }

    /// The head of a request.
    func request() -> String {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual([13, 10, 13, 10]) {
            guard let byte = hear(1).first else { break }
            head.append(byte)
        }
        return String(decoding: head, as: UTF8.self)
    }

    /// Opens the socket as a server should; gives the request.
    @discardableResult
    func open() -> String {
        let request = request()
        let lines = request.split(separator: "\r\n")
        let name = "sec-websocket-key:"
        let key = lines.first { $0.lowercased().hasPrefix(name) }?.dropFirst(name.count) ?? ""
        let trimmed = key.filter { $0 != " " }
        let accept = base64(sha1(Array((trimmed + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
        say(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: \(accept)\r\n\r\n")
        return request
    }

    func frame(_ kind: UInt8, _ content: [UInt8] = [], isFinal: Bool = true, claims: Int? = nil) {
        let count = claims ?? content.count
        var head = [(isFinal ? 0x80 : 0) | kind]
        switch count {
        case ..<126: head.append(UInt8(count))
        case ..<65_536: head += [126, UInt8(count >> 8), UInt8(count & 255)]
        default: head += [127] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) }
        }
        say(head + content)
    }

    func frame(_ text: String) { frame(1, Array(text.utf8)) }

    func goodbye(_ code: Int, _ reason: String = "") {
        frame(8, [UInt8(code >> 8), UInt8(code & 255)] + Array(reason.utf8))
    }

    /// A frame of the client: what it is, and what it holds; nothing where the client is gone.
    func heard() -> (kind: UInt8, content: [UInt8])? {
        let head = hear(2)
        guard head.count == 2, head[1] & 0x80 != 0 else { return nil }
        var count = Int(head[1] & 0x7F)
        if count >= 126 { count = hear(count == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) } }
        let mask = hear(4)
        let content = hear(count)
        guard mask.count == 4, content.count == count else { return nil }
        return (head[0] & 0x0F, content.enumerated().map { $1 ^ mask[$0 % 4] })
    }

    /// Waits until the client is gone.
    func waitForEnd() { while !hear(1).isEmpty {} }
}

func base64(_ bytes: [UInt8]) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let piece = bytes[start..<min(start + 3, bytes.count)]
        let word = piece.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - piece.count))
        for place in 0..<4 {
            text.append(place <= piece.count ? letters[word >> (18 - 6 * place) & 63] : "=")
        }
    }
    return text
}

func sha1(_ message: [UInt8]) -> [UInt8] {
    var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
    var bytes = message + [0x80]
    while bytes.count % 64 != 56 { bytes.append(0) }
    bytes += (0..<8).reversed().map { UInt8(truncatingIfNeeded: (message.count * 8) >> ($0 * 8)) }
    for block in stride(from: 0, to: bytes.count, by: 64) {
        var words = (0..<16).map { at in
            bytes[(block + at * 4)..<(block + at * 4 + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        func turn(_ word: UInt32, _ count: UInt32) -> UInt32 { word << count | word >> (32 - count) }
        for at in 16..<80 {
            words.append(turn(words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16], 1))
        }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for at in 0..<80 {
            let (mixed, constant): (UInt32, UInt32) =
                switch at {
                case ..<20: (b & c | ~b & d, 0x5A82_7999)
                case ..<40: (b ^ c ^ d, 0x6ED9_EBA1)
                case ..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
                default: (b ^ c ^ d, 0xCA62_C1D6)
                }
            let next = turn(a, 5) &+ mixed &+ e &+ constant &+ words[at]
            (e, d, c, b, a) = (d, c, turn(b, 30), a, next)
        }
        for (at, word) in [a, b, c, d, e].enumerated() { state[at] &+= word }
    }
    return state.flatMap { word in (0..<4).reversed().map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
}
