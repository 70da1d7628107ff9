import Domain
import TWS
import WebSocketClient

/// What a stream comes through: a WebSocket, or a gateway's socket.
protocol StreamSocket: AnyObject {
    /// Readable when something has come.
    var file: Int32 { get }
    /// Whether it has to be looked at though nothing comes: it is still on its way to be open.
    var isOpening: Bool { get }
    func take(at now: Timestamp) -> [StreamSocketEvent]
    func send(_ saying: StreamSaying)
    func close()
}

enum StreamSocketEvent {
    case opened
    case message([UInt8], isText: Bool)
    case ended(ProviderFault)
}

final class WebSocketStream: StreamSocket {
    private let client: WebSocketClient
    private let name: String

    init(_ options: WebSocketOptions, of name: String) throws(WebSocketEnd) {
        client = try WebSocketClient(options)
        self.name = name
    }

    var file: Int32 { client.file }
    var isOpening: Bool { false }

    func take(at now: Timestamp) -> [StreamSocketEvent] {
        client.take().map { event in
            switch event {
            case .opened: .opened
            case .message(let bytes, let isText): .message(bytes, isText: isText)
            case .ended(let end): .ended(ProviderFault(of: end, name))
            }
        }
    }

    func send(_ saying: StreamSaying) { client.send(saying.bytes, isText: saying.isText) }
    func close() { client.close() }
}

/// A gateway's socket. Its messages tell no time, so each comes behind the moment at which it came: eight bytes, the
/// highest first.
final class GatewayStream: StreamSocket {
    private var line: TWSLine?
    private var hasOpened = false

    init(_ address: TWSLine.Address) throws(TWSFault) { line = try TWSLine(address) }

    var file: Int32 { line?.file ?? -1 }
    var isOpening: Bool { line.map { $0.version == 0 } ?? false }

    func take(at now: Timestamp) -> [StreamSocketEvent] {
        guard let line else { return [] }
        var events: [StreamSocketEvent] = []
        let heard = line.take()
        if !hasOpened, line.isReady {
            hasOpened = true
            events.append(.opened)
        }
        for one in heard {
            events.append(.message(GatewayStream.dated(one.message, now), isText: false))
        }
        if let fault = line.fault {
            events.append(.ended(ProviderFault(.unreachable, fault.description)))
            self.line = nil
        }
        return events
    }

    func send(_ saying: StreamSaying) { line?.say(message: saying.bytes) }
    func close() { line = nil }

    static func dated(_ message: [UInt8], _ now: Timestamp) -> [UInt8] {
        let moment = UInt64(bitPattern: now.nanoseconds)
        return (0..<8).map { UInt8(truncatingIfNeeded: moment >> (56 - 8 * UInt64($0))) } + message
    }
}
