import Glibc
import Synchronization
import Testing

@testable import WebSocketClient

/// A client under test, and what has happened to it so far.
final class Listener {
    let client: WebSocketClient
    private var waiting: [WebSocketEvent] = []

    init(_ port: Int, path: String = "/v2/test", _ change: (inout WebSocketOptions) -> Void = { _ in }) throws
    {
        var options = WebSocketOptions(try #require(WebSocketAddress("ws://127.0.0.1:\(port)\(path)")))
        // The machine's own proxy has no business here.
        options.secondsToOpen = 10
        change(&options)
        client = try WebSocketClient(options)
    }

    /// The next event; nothing after ten seconds, or too early.
    func next() -> WebSocketEvent? {
        if waiting.isEmpty {
            var place = pollfd(file: client.file)
            guard poll(&place, 1, 15_000) == 1 else { return nil }
            waiting = client.take()
        }
        return waiting.isEmpty ? nil : waiting.removeFirst()
    }

    /// What came together with the last event.
    func rest() -> [WebSocketEvent] {
        defer { waiting = [] }
        return waiting
    }

    func end() -> WebSocketEnd? {
        while let event = next() { if case .ended(let end) = event { return end } }
        return nil
    }

}

extension pollfd {
    init(file: Int32) { self.init(fd: file, events: Int16(POLLIN), revents: 0) }
}

/// What a server's thread has to tell the test.
final class Note<Value: Sendable>: Sendable {
    private let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
    func set(_ new: Value) { value.withLock { $0 = new } }
    var read: Value { value.withLock { $0 } }
}

private func text(_ text: String) -> WebSocketEvent { .message(Array(text.utf8), isText: true) }

@Suite("a WebSocket, seen from its client")
struct WebSocketClientTests {
    @Test("messages go both ways, whole, in frames or in pieces, with pings between them")
    func conversation() throws {
        let request = Note("")
        let heard = Note<[String]>([])
        let long = String(repeating: "0123456789", count: 20_000)
        let server = RawServer { line in
            request.set(line.open())
            line.frame("one")
            line.frame(2, [0, 255, 1])
            line.frame(1, Array("in ".utf8), isFinal: false)
            line.frame(9, Array("are you there".utf8))
            line.frame(0, Array("three ".utf8), isFinal: false)
            line.frame(0, Array("pieces".utf8))
            line.frame("")
            line.frame(long)
            var said: [String] = []
            while said.count < 4, let (kind, content) = line.heard() {
                said.append(
                    "\(kind) \(content.count < 100 ? String(decoding: content, as: UTF8.self) : "\(content.count)")"
                )
            }
            heard.set(said)
            line.goodbye(4001, "that is all")
            line.waitForEnd()
        }
        let listener = try Listener(server.port, path: "/v2/iex?x=1") {
            $0.headers = [("APCA-API-KEY-ID", "K"), ("Content-Type", "application/msgpack")]
        }
        // Before it is open: it waits for that.
        #expect(listener.client.send("hello"))
        #expect(listener.next() == .opened)
        #expect(listener.next() == text("one"))
        #expect(listener.next() == .message([0, 255, 1], isText: false))
        #expect(listener.next() == text("in three pieces"))
        #expect(listener.next() == text(""))
        #expect(listener.next() == text(long))
        #expect(listener.client.send([7, 8], isText: false))
        #expect(listener.client.send(long))
        let end = try #require(listener.end())
        #expect(end.kind == .closed(code: 4001, reason: "that is all"))
        #expect(end.description.hasSuffix("the server closed it with 4001: that is all"))
        #expect(request.read.hasPrefix("GET /v2/iex?x=1 HTTP/1.1\r\n"))
        #expect(request.read.lowercased().contains("\r\napca-api-key-id: k\r\n"))
        #expect(request.read.lowercased().contains("\r\ncontent-type: application/msgpack\r\n"))
        #expect(request.read.lowercased().contains("\r\nhost: 127.0.0.1:\(server.port)\r\n"))
        #expect(Set(heard.read) == ["1 hello", "10 are you there", "2 \u{7}\u{8}", "1 200000"])
        #expect(!listener.client.send("too late"))
    }

    enum Fault: String, CaseIterable, Sendable {
        case refused, unauthorised, tooMany, redirect, garbage, wrongAccept, hangUp, halfAnswer, muteHandshake
        case truncated, tooLarge, tooLargeInPieces, cutMessage, closedInMessage, mute, badOpcode, badText
    }

    @Test("whatever a server does wrong has one end, with a sentence", arguments: Fault.allCases)
    func misbehaviour(fault: Fault) throws {
        let server = RawServer { line in
            switch fault {
            case .refused: break
            case .unauthorised, .tooMany:
                _ = line.request()
                line.say("HTTP/1.1 \(fault == .tooMany ? 429 : 401) No\r\nContent-Length: 0\r\n\r\n")
            case .redirect:
                _ = line.request()
                line.say("HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n")
            case .garbage:
                _ = line.request()
                line.say("\u{1}\u{2}\u{3} nothing that anybody speaks\r\n\r\n")
            case .wrongAccept:
                _ = line.request()
                line.say(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n")
            case .hangUp: _ = line.request()
            case .halfAnswer:
                _ = line.request()
                line.say("HTTP/1.1 101 Switching Protocols\r\nUpgr")
            case .muteHandshake: line.waitForEnd()
            default:
                line.open()
                line.frame("first")
                misbehave(fault, line)
            }
        }
        let port = fault == .refused ? RawServer.deadPort() : server.port
        if fault == .refused { _ = try Listener(server.port) }
        let listener = try Listener(port) {
            $0.secondsToOpen = 2
            $0.secondsToPing = 1
            $0.messageBytesMax = 100_000
        }
        let end = try #require(listener.end(), "no end came")
        #expect(end.description.contains("127.0.0.1:\(port)"))
        switch fault {
        case .refused, .muteHandshake: #expect(end.kind == .unreachable, "\(end)")
        case .unauthorised: #expect(end.kind == .refused(status: 401), "\(end)")
        case .tooMany: #expect(end.kind == .refused(status: 429), "\(end)")
        case .redirect, .garbage, .wrongAccept, .hangUp, .halfAnswer:
            #expect(end.kind == .refused(status: nil) || end.kind == .unreachable, "\(end)")
        case .tooLarge, .tooLargeInPieces: #expect(end.kind == .tooLarge, "\(end)")
        case .closedInMessage: #expect(end.kind == .closed(code: 1001, reason: ""), "\(end)")
        case .mute: #expect(end.kind == .mute, "\(end)")
        case .truncated, .cutMessage, .badOpcode, .badText: #expect(end.kind == .lost, "\(end)")
        }
        // Nothing comes after the end.
        #expect(listener.client.take().isEmpty)
    }

    private func misbehave(_ fault: Fault, _ line: Line) {
        switch fault {
        case .truncated: line.frame(1, Array("half".utf8), claims: 1000)
        case .tooLarge:
            line.frame(1, [], claims: 200_000)
            line.say([UInt8](repeating: 65, count: 150_000))
            line.waitForEnd()
        case .tooLargeInPieces:
            line.frame(1, [UInt8](repeating: 65, count: 60_000), isFinal: false)
            line.frame(0, [UInt8](repeating: 65, count: 60_000), isFinal: false)
            line.waitForEnd()
        case .cutMessage: line.frame(1, Array("the rest never comes".utf8), isFinal: false)
        case .closedInMessage:
            line.frame(1, Array("the rest never comes".utf8), isFinal: false)
            line.goodbye(1001)
            line.waitForEnd()
        case .mute: line.waitForEnd()
        case .badOpcode:
            line.frame(5, [1])
            waitForGoodbye(line)
        default:
            line.frame(1, [0xC3, 0x28])
            waitForGoodbye(line)
        }
    }

    /// A client that is told nonsense says so before it goes.
    private func waitForGoodbye(_ line: Line) { while let (kind, _) = line.heard(), kind != 8 {} }

    @Test("what nobody takes stays with the server, and none of it is lost")
    func boundedInbox() throws {
        let isThrough = Note(false)
        let count = 400
        let server = RawServer { line in
            line.open()
            for number in 0..<count { line.frame(2, [UInt8](repeating: UInt8(number % 256), count: 64_000)) }
            isThrough.set(true)
            line.goodbye(1000)
            line.waitForEnd()
        }
        let listener = try Listener(server.port) {
            $0.inboxBytesMax = 256_000
            $0.secondsToPing = 60
        }
        #expect(listener.next() == .opened)
        var taken: [UInt8] = []
        var largest = 0
        var hasEnded = false
        while !hasEnded {
            // Slower than the server: the inbox is full each time.
            usleep(2_000)
            guard let first = listener.next() else { break }
            let events = [first] + listener.rest()
            var bytes = 0
            for event in events {
                switch event {
                case .message(let message, _):
                    bytes += message.count
                    #expect(message.count == 64_000)
                    taken.append(message[0])
                case .ended: hasEnded = true
                case .opened: break
                }
            }
            largest = max(largest, bytes)
        }
        #expect(taken == (0..<count).map { UInt8($0 % 256) })
        // One message more may be read before reading stops, and what the library had read already.
        #expect(largest <= 256_000 + 3 * 64_000)
        #expect(isThrough.read)
    }

    @Test("more than the queue holds is not taken on")
    func boundedQueue() throws {
        let server = RawServer { line in line.waitForEnd() }
        let listener = try Listener(server.port) { $0.queueBytesMax = 1000 }
        #expect(listener.client.send([UInt8](repeating: 1, count: 900), isText: false))
        #expect(!listener.client.send([UInt8](repeating: 1, count: 101), isText: false))
        #expect(listener.client.send([UInt8](repeating: 1, count: 100), isText: false))
    }

    @Test("goodbye is said with its code, after what waits", arguments: [true, false])
    func goodbye(answered: Bool) throws {
        let heard = Note<[[UInt8]]>([])
        let server = RawServer { line in
            line.open()
            var frames: [[UInt8]] = []
            while let (kind, content) = line.heard() {
                frames.append([kind] + content)
                if kind == 8 { break }
            }
            heard.set(frames)
            if answered { line.goodbye(1000) } else { line.waitForEnd() }
        }
        let listener = try Listener(server.port)
        listener.client.send("last words")
        listener.client.close(1000, "bye")
        #expect(listener.end()?.kind == .left)
        #expect(heard.read == [[1] + Array("last words".utf8), [8, 3, 0xE8] + Array("bye".utf8)])
    }

    @Test("a client that nobody holds any more lets go of its server")
    func abandoned() throws {
        let isGone = Note(false)
        let server = RawServer { line in
            line.open()
            line.waitForEnd()
            isGone.set(true)
        }
        var listener: Listener? = try Listener(server.port)
        #expect(listener?.next() == .opened)
        listener = nil
        let deadline = time(nil) + 10
        while !isGone.read, time(nil) < deadline { sched_yield() }
        #expect(isGone.read)
    }

    @Test("a proxy is asked to connect, and a proxy that will not ends it")
    func proxy() throws {
        let asked = Note("")
        let proxy = RawServer { line in
            asked.set(line.request())
            line.say("HTTP/1.1 200 Connection established\r\n\r\n")
            line.open()
            line.frame("through")
            line.goodbye(1000)
            line.waitForEnd()
        }
        var options = WebSocketOptions(try #require(WebSocketAddress("ws://nowhere.invalid:81/x")))
        options.proxy = "http://127.0.0.1:\(proxy.port)/"
        let client = try WebSocketClient(options)
        var events: [WebSocketEvent] = []
        while !events.contains(where: { if case .ended = $0 { true } else { false } }) {
            var place = pollfd(file: client.file)
            guard poll(&place, 1, 15_000) == 1 else { break }
            events += client.take()
        }
        #expect(asked.read.hasPrefix("CONNECT nowhere.invalid:81 HTTP/1."))
        #expect(events.prefix(2) == [.opened, text("through")])
    }
}

@Suite("addresses of WebSockets")
struct WebSocketAddressTests {
    @Test(
        "an address is read as it is meant, or not at all",
        arguments: [
            ("wss://h.example/v2/iex", "h.example", 443, "/v2/iex"), ("ws://h", "h", 80, "/"),
            ("ws://h:8099?x=1", "h", 8099, "/?x=1"), ("wss://[::1]:9/a?b", "::1", 9, "/a?b"),
        ])
    func reading(text: String, host: String, port: Int, path: String) throws {
        let address = try #require(WebSocketAddress(text))
        #expect((address.host, address.port, address.path) == (host, port, path))
        #expect(WebSocketAddress("\(address)") == address)
    }

    @Test(
        "what is no address is refused",
        arguments: [
            "", "http://h", "ws://", "ws://h:0", "ws://h:65536", "ws://h:x", "ws://u:p@h/", "ws://[::1",
            "ws://h/#a", "ws://h /",
        ])
    func refusing(text: String) { #expect(WebSocketAddress(text) == nil) }

    @Test("no_proxy spares a host and those below it")
    func sparing() {
        #expect(Proxy.isSpared("a.example", by: "other, .example"))
        #expect(Proxy.isSpared("example", by: "EXAMPLE"))
        #expect(!Proxy.isSpared("badexample", by: "example"))
        #expect(Proxy.isSpared("127.0.0.1", by: "*"))
        let address = WebSocketAddress("wss://h/")!
        #expect(Proxy.place(for: address, given: "http://u:p@proxy:3128/") == "u:p@proxy:3128")
        #expect(Proxy.place(for: address, given: "proxy") == "proxy:80")
    }
}
