import Domain
import Glibc
import Mesh
import Wire

@testable import Explaining

/// A state folder with transcripts as services leave them, for as long as a test needs it.
final class StateFolder {
    let path: String
    private let codec = Codec()

    init() {
        var template = Array("/tmp/explaining-XXXXXX".utf8CString)
        path = String(cString: mkdtemp(&template)!)
    }

    deinit { StateFolder.remove(path) }

    /// Writes a shard's transcript: each message a batch of its own, taken or sent.
    func write(_ shard: String, _ messages: [(Record.Kind, Message)]) throws {
        let parts = shard.split(separator: "/").map(String.init)
        try makeFolders("\(path)/\(shard)")
        let identity = Transcript.Identity(
            service: parts[0], shard: parts[1], instance: "\(parts[0]).1", boot: System.boot)
        let transcript = try Transcript(
            FileDisk("\(path)/\(shard)"), identity, epoch: 1, segmentSize: 64 << 10,
            at: messages.first?.1.sentAt ?? .zero)
        for (kind, message) in messages {
            let bytes = codec.encode(message)
            try transcript.reserve(kind, payloadMax: bytes.count, at: message.sentAt).copyBytes(from: bytes)
            _ = transcript.finish(count: bytes.count)
            transcript.commit()
        }
        try transcript.close(at: messages.last?.1.sentAt ?? .zero)
    }

    private static func remove(_ path: String) {
        if let names = try? FileDisk(path, readOnly: true).names() {
            for name in names { remove("\(path)/\(name)") }
        }
        unlink("\(path)/lock")
        if unlink(path) != 0 { rmdir(path) }
    }
}

/// The messages of a small trading day: a bar, what a strategy thought of it, and what came of it.
struct SmallDay {
    static let id = "5d3a0000000000000000000000000001"
    static let other = "5d3b0000000000000000000000000002"
    let first = Timestamp(nanoseconds: 1_330_981_200_000_000_000)
    let second = Timestamp(nanoseconds: 1_331_067_600_000_000_000)

    func message(
        _ topic: String, _ number: UInt64, at: Timestamp, by sender: String, because cause: Message? = nil,
        _ body: Body
    ) -> Message {
        Message(
            topic: Topic(topic), number: number, epoch: 1, sentAt: at, originAt: first, sender: sender,
            cause: cause?.asCause, body: body)
    }

    var symbol: Symbol { Symbol("IBM") ?? Symbol() }

    func bar(_ number: UInt64, at: Timestamp, close: Int) -> Message {
        message(
            "market/bar/1d/IBM", number, at: at, by: "feed.1",
            .bar(
                Bar(
                    symbol: symbol, span: Nanoseconds.day, openedAt: at, open: Price(close),
                    high: Price(close),
                    low: Price(close), close: Price(close), volume: Volume(1000))))
    }

    func order(_ id: String, quantity: Int = 10) -> Order {
        Order(
            id: id, account: "paper", strategy: "S1", symbol: symbol, side: .buy, quantity: Quantity(quantity)
        )
    }

    /// What each service took and sent.
    func write(to state: StateFolder, quantity: Int = 10, isFilled: Bool = true) throws {
        let bar = bar(1, at: first, close: 200)
        let signal = message(
            "trading/signal/S1", 1, at: first, by: "strategist.1", because: bar,
            .signal(Signal(strategy: "S1", symbol: symbol, strength: 1, confidence: 1, reason: "it rose")))
        let proposal = message(
            "trading/proposal", 1, at: first, by: "portfolio.1", because: signal,
            .orderProposal(
                OrderProposal(order: order("", quantity: quantity), reason: "target", price: Price(200))))
        let checks = [CheckResult(name: "worth", passed: true, figure: 2000, limit: 9000)]
        let verdict = message(
            "trading/verdict", 1, at: first, by: "risk.1", because: proposal,
            .verdict(Verdict(approved: true, order: order(Self.id, quantity: quantity), checks: checks)))
        let failed = [CheckResult(name: "halt", passed: false, explanation: "trading is halted")]
        let refused = message(
            "trading/verdict", 2, at: first, by: "risk.1", because: proposal,
            .verdict(Verdict(approved: false, order: order(Self.other), checks: failed)))
        let request = message(
            "trading/venue/paper", 1, at: first, by: "execution.1", because: verdict,
            .venueRequest(VenueRequest(verb: .submit, order: order(Self.id, quantity: quantity))))
        let sent = update(1, .submitting, because: verdict, at: first, quantity)
        let next = self.bar(2, at: second, close: 210)
        let fill = Fill(
            id: "paper-1", orderId: Self.id, account: "paper", strategy: "S1", symbol: symbol, side: .buy,
            quantity: Quantity(quantity), price: Price(205), at: second)
        let report = message(
            "trading/broker/paper", 1, at: second, by: "exchange.1", because: next,
            .brokerReport(BrokerReport(kind: .filled, account: "paper", orderId: Self.id, fill: fill)))
        let heard = message(
            "trading/order/paper", 2, at: second, by: "execution.1", because: report, .fill(fill))
        let filled = update(3, .filled, because: report, at: second, quantity)
        let position = message(
            "trading/position/IBM", 1, at: second, by: "portfolio.1", because: report,
            .position(
                Position(
                    account: "paper", symbol: symbol, quantity: Quantity(quantity), averagePrice: Price(205),
                    marketPrice: Price(205), fill: fill)))
        let account = message(
            "trading/account", 1, at: first, by: "portfolio.1", because: bar,
            .account(Account(account: "paper", cash: Money(100_000), equity: Money(100_000))))
        try state.write("feed/all", [(.sent, bar)] + (isFilled ? [(.sent, next)] : []))
        try state.write("strategist/all", [(.taken, bar), (.sent, signal)])
        try state.write(
            "portfolio/all",
            [(.taken, signal), (.sent, account), (.sent, proposal)]
                + (isFilled ? [(.taken, report), (.sent, position)] : []))
        try state.write("risk/all", [(.taken, proposal), (.sent, verdict), (.sent, refused)])
        try state.write(
            "execution/all",
            [(.taken, verdict), (.sent, request), (.sent, sent)]
                + (isFilled ? [(.taken, report), (.sent, heard), (.sent, filled)] : []))
        if isFilled { try state.write("exchange/all", [(.taken, request), (.sent, report)]) }
    }

    private func update(
        _ number: UInt64, _ status: OrderStatus, because cause: Message, at: Timestamp, _ quantity: Int
    ) -> Message {
        message(
            "trading/order/paper", number, at: at, by: "execution.1", because: cause,
            .orderUpdate(
                OrderUpdate(
                    order: order(Self.id, quantity: quantity), status: status,
                    filled: status == .filled ? Quantity(quantity) : .zero,
                    averagePrice: status == .filled ? Price(205) : .zero)))
    }
}
