import CAllocations
import Domain
import Glibc
import Wire

enum Bench {
    private static let loops = 1_000_000
    private static let topics = 16
    /// The best of so many runs is told; a number as argument says how many.
    private static let runs = CommandLine.arguments.dropFirst().compactMap { Int($0) }.first ?? 5
    private static let compared = ["encode", "decode"].flatMap { verb in
        ["bar", "quote", "trade"].map { "\(verb) \($0)" }
    }
    /// A name as argument measures that case alone, for a profiler.
    private static let only = CommandLine.arguments.dropFirst().first { Int($0) == nil }

    static func run() {
        let at = Timestamp(nanoseconds: 1_704_205_800_000_000_000)
        let symbol = Symbol("AAPL") ?? Symbol()
        let bar = Bar(
            symbol: symbol, span: 60_000_000_000, openedAt: at, open: Price(units: 187_250_000),
            high: Price(units: 187_400_000), low: Price(units: 187_100_000), close: Price(units: 187_300_000),
            volume: Volume(units: 1_234_000), trades: 321)
        let quote = Quote(
            symbol: symbol, at: at, bid: Price(units: 187_250_000), ask: Price(units: 187_260_000),
            bidSize: Volume(units: 300_000), askSize: Volume(units: 500_000))
        let trade = Trade(
            symbol: symbol, at: at, price: Price(units: 187_250_000), size: Volume(units: 100_000),
            id: 987_654)
        let proposal = OrderProposal(
            order: Order(
                id: "5b1f3c", account: "paper", strategy: "momentum", symbol: symbol, kind: .limit,
                quantity: Quantity(units: 10_000_000_000), limit: Price(units: 187_250_000)),
            reason: "rank 3 of 20")
        measure("bar", message(.bar("1m", symbol), .bar(bar)))
        measure("quote", message(.quote(symbol), .quote(quote)))
        measure("trade", message(.trade(symbol), .trade(trade)))
        measure("tick", message(.tick, .tick(Tick(at: at))))
        measure("proposal", message(Topic("trading/proposal"), .orderProposal(proposal)))
    }

    private static func message(_ topic: Topic, _ body: Body) -> Message {
        let at = Timestamp(nanoseconds: 1_704_205_860_000_000_000)
        return Message(
            topic: topic, number: 1_000_000, epoch: 3, sentAt: at, originAt: at, sender: "feed.1", body: body)
    }

    private static func measure(_ name: String, _ message: Message) {
        guard only == nil || only == name else { return }
        let codec = Codec()
        var message = message
        let bytes = codec.encode(message)
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: codec.sizeMax(of: message), alignment: 8)
        defer { buffer.deallocate() }
        var back = message
        var sink: UInt64 = 0
        best("encode \(name)", bytes.count) { index in
            message.number = 1_000_000 &+ UInt64(index)
            sink &+= UInt64(codec.encode(message, into: buffer))
        }
        // Messages of different topics in turn, as they come in a market.
        let row = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count * topics, alignment: 8)
        defer { row.deallocate() }
        for at in 0..<topics {
            var other = message
            other.topic.text = message.topic.text.dropLast() + String(UnicodeScalar(UInt8(65 + at)))
            other.number = 1_000_000
            codec.encode(other).withUnsafeBytes { row[(at * bytes.count)...].copyBytes(from: $0) }
        }
        best("decode \(name)", bytes.count) { index in
            let next = UnsafeRawBufferPointer(
                rebasing: row[(index % topics * bytes.count)..<((index % topics + 1) * bytes.count)])
            do throws(WireError) { try codec.decode(next, into: &back) } catch { return }
            sink &+= back.number
        }
        bytes.withUnsafeBytes { bytes in
            best("decode one topic's \(name)", bytes.count) { _ in
                do throws(WireError) { try codec.decode(bytes, into: &back) } catch { return }
                sink &+= back.number
            }
            best("decode as value \(name)", bytes.count) { _ in
                guard let back = try? codec.decode(bytes) else { return }
                sink &+= back.number
            }
            best("head of \(name)", bytes.count) { _ in
                guard let head = try? codec.head(of: bytes) else { return }
                sink &+= head.number
            }
        }
        if sink == 0 { print(sink) }
    }

    private static func best(_ name: String, _ bytes: Int, _ work: (Int) -> Void) {
        // A single run is one of bench/run's, which is about what the peer does too.
        guard runs > 1 || compared.contains(name) else { return }
        var best = Double.infinity
        var allocations: UInt64 = 0
        // A name is stored once, when it is first seen.
        for index in 0..<1000 { work(index) }
        for _ in 0..<runs {
            let allocationsBefore = allocation_count()
            let start = now()
            for index in 0..<loops { work(index) }
            best = min(best, Double(now() - start) / Double(loops))
            allocations = allocation_count() - allocationsBefore
        }
        let each = Double(allocations) / Double(loops)
        let ns = (best * 10).rounded() / 10
        print(
            "{\"name\":\"\(name)\",\"peer\":\"tradewind\",\"ns\":\(ns),\"allocations\":\(each),\"bytes\":\(bytes)}"
        )
    }

    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
