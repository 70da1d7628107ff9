import BrokerEdges
import Configuration
import WebSocketClient

/// Alpaca's stream of updates over our WebSocket.
final class UpdateClient: UpdateSocket {
    private let client: WebSocketClient

    init?(_ address: WebSocketAddress) {
        guard let client = try? WebSocketClient(WebSocketOptions(address)) else { return nil }
        self.client = client
    }

    func take() -> [UpdateSocketEvent] {
        client.take().map { event in
            switch event {
            case .opened: .opened
            case .message(let bytes, _): .message(bytes)
            case .ended(let end): .ended(end.description)
            }
        }
    }

    func send(_ text: String) { client.send(text) }
}
