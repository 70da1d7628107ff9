import Domain

/// A connection to a gateway: the socket and the conversation on it, for as long as it lasts.
public final class TWSLine {
    public struct Address: Hashable, Sendable, CustomStringConvertible {
        public var host: String
        public var port: Int
        public var client: Int

        public init(host: String, port: Int, client: Int) {
            (self.host, self.port, self.client) = (host, port, client)
        }

        public var description: String { "\(host):\(port)" }
    }

    public let address: Address
    /// Readable when something has come.
    public var file: Int32 { socket.file }
    private let socket: TWSSocket
    private var conversation: TWSConversation
    /// Why it is over.
    public private(set) var fault: TWSFault?

    public init(_ address: Address) throws(TWSFault) {
        self.address = address
        do throws(TWSFault) { socket = try TWSSocket(host: address.host, port: address.port) } catch {
            throw TWSLine.told(error, address)
        }
        conversation = TWSConversation(client: address.client)
    }

    private static func told(_ fault: TWSFault, _ address: Address) -> TWSFault {
        TWSFault("the gateway of Interactive Brokers at \(address): \(fault)")
    }

    public var isReady: Bool { fault == nil && conversation.isReady }
    public var version: Int { conversation.version }

    /// Says something where the gateway listens; what is said before that, or after its end, is lost and told so.
    @discardableResult
    public func say(_ request: TWSRequest) -> Bool {
        guard fault == nil, conversation.version > 0 else { return false }
        conversation.say(request)
        flush()
        return fault == nil
    }

    /// The same with a message that was made before.
    public func say(message: [UInt8]) {
        guard fault == nil, conversation.version > 0 else { return }
        conversation.say(message: message)
        flush()
    }

    /// What has come. When it is over, `fault` says why.
    public func take() -> [TWSConversation.Heard] {
        guard fault == nil else { return [] }
        var heard: [TWSConversation.Heard] = []
        do throws(TWSFault) {
            flush()
            heard = try conversation.take(socket.receive())
            flush()
        } catch {
            fault = TWSLine.told(error, address)
        }
        return heard
    }

    private func flush() {
        guard fault == nil else { return }
        do throws(TWSFault) { try socket.send(conversation.takeOutbox()) } catch {
            fault = TWSLine.told(error, address)
        }
    }
}
