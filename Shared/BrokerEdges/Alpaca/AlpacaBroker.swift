import Domain
import HTTP

/// Carries calls to Alpaca: each is a request of its own, and a socket tells of orders as things happen.
public final class AlpacaBroker: Brokerage {
    private let rest: AlpacaRest
    private let transport: any Transport
    private let socket: AlpacaSocket?
    private var bucket: TokenBucket
    /// Calls that may leave; those that have left.
    private var waiting: [BrokerCall] = []
    private var running: [Int: BrokerCall] = [:]
    private var number = 0

    public init(
        _ rest: AlpacaRest, rate: Rate, transport: any Transport, open: (() -> (any UpdateSocket)?)?
    ) {
        self.rest = rest
        self.transport = transport
        bucket = TokenBucket(rate)
        socket = open.map { AlpacaSocket(rest, $0) }
    }

    public var now: Timestamp { transport.now }
    public var isBusy: Bool { !running.isEmpty || !waiting.isEmpty }

    public func carry(_ calls: [BrokerCall]) {
        waiting += calls
        send()
    }

    private func send() {
        let now = transport.now
        while let place = waiting.firstIndex(where: { $0.kind.acts }) ?? waiting.indices.first,
            bucket.opening(at: now) <= now
        {
            let call = waiting.remove(at: place)
            bucket.spend(at: now)
            number += 1
            running[number] = call
            transport.begin(rest.request(call), number: number)
        }
    }

    public func take(at now: Timestamp) -> [BrokerNews] {
        var news = socket?.take(at: now) ?? []
        for ending in transport.wait(until: .zero) {
            guard let call = running.removeValue(forKey: ending.number) else { continue }
            news.append(rest.news(of: call, ending.outcome, at: transport.now))
        }
        send()
        return news
    }
}
