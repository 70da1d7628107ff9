import Domain
import Testing
import Wire

@testable import Mesh

@Suite("What a turn of the loop says on the market lane", .serialized)
struct BundlingPublisherTests {
    /// A publisher, and takers of these prefixes, connected.
    private final class Market {
        let folder = TemporaryFolder()
        let context: SocketContext
        let publisher: BundlingPublisher
        let takers: [Socket]
        let codec = Codec()
        private var numbers: [String: UInt64] = [:]

        init(_ prefixes: [[String]]) throws {
            let context = try SocketContext()
            self.context = context
            publisher = try BundlingPublisher(context)
            let address = try publisher.bind("ipc://\(folder.path)/market")
            takers = try prefixes.map { prefixes in
                let socket = try Socket(context, .subscriber)
                prefixes.forEach { socket.subscribe($0) }
                try socket.connect(address)
                return socket
            }
            // A subscription is there when something comes by it.
            var waiting = zip(takers, prefixes).flatMap { taker, own in own.map { (taker, $0) } }
            let deadline = System.now + 10 * Nanoseconds.second
            while let (taker, prefix) = waiting.first {
                try #require(System.now < deadline, "no subscription to \(prefix)")
                say(prefix + "probe")
                publisher.flush()
                if heard(taker, 10).contains(where: { $0.topic.hasPrefix(prefix) }) { waiting.removeFirst() }
            }
            for taker in takers { while !heard(taker, 50).isEmpty {} }
            numbers = [:]
        }

        func say(_ topic: String, _ body: Body = .trade(Trade(id: 7))) {
            numbers[topic, default: 0] += 1
            let message = Message(
                topic: Topic(topic), number: numbers[topic]!, epoch: 1, sender: "feed.1", body: body)
            var text = topic
            codec.encode(message).withUnsafeBytes { envelope in
                text.withUTF8 { publisher.send(UnsafeRawBufferPointer($0), envelope) }
            }
        }

        struct Heard: Equatable {
            var topic: String
            var number: UInt64
            var isInBundle: Bool
        }

        /// What comes until nothing comes for so many milliseconds.
        func heard(_ taker: Socket, _ milliseconds: Int) -> [Heard] {
            var poller = Poller()
            poller.set([taker])
            var found: [Heard] = []
            while true {
                poller.wait(milliseconds)
                guard poller.isReady(0) else { return found }
                var wasAmid = false
                while let frames = taker.receive() {
                    let message = try? codec.decode(frames.envelope)
                    let topic = String(decoding: frames.topic, as: UTF8.self)
                    #expect(message?.topic.text == topic)
                    found.append(
                        Heard(
                            topic: topic, number: message?.number ?? 0,
                            isInBundle: wasAmid || taker.isAmidBundle))
                    wasAmid = taker.isAmidBundle
                }
            }
        }
    }

    @Test("comes in bundles to each taker: all that it subscribed to, and nothing else, each topic in order")
    func filters() throws {
        let market = try Market([["market/bar/"], ["market/bar/1m/B", "market/step/"], ["market/"]])
        let instants = 3_000
        for _ in 0..<instants {
            for symbol in ["A", "B", "C"] { market.say("market/bar/1m/\(symbol)") }
            market.say("market/step/feed.1")
        }
        market.publisher.flush()
        let heard = market.takers.map { market.heard($0, 300) }
        let topics = [
            ["market/bar/1m/A", "market/bar/1m/B", "market/bar/1m/C"],
            ["market/bar/1m/B", "market/step/feed.1"],
            ["market/bar/1m/A", "market/bar/1m/B", "market/bar/1m/C", "market/step/feed.1"],
        ]
        for (heard, topics) in zip(heard, topics) {
            #expect(Set(heard.map(\.topic)) == Set(topics))
            for topic in topics {
                #expect(heard.filter { $0.topic == topic }.map(\.number) == (1...UInt64(instants)).map { $0 })
            }
            #expect(heard.filter(\.isInBundle).count > heard.count * 9 / 10)
            // A step never comes before what it tells of.
            var last: [String: UInt64] = [:]
            for each in heard {
                last[each.topic] = each.number
                guard each.topic == "market/step/feed.1" else { continue }
                #expect(topics.allSatisfy { last[$0, default: 0] >= each.number })
            }
        }
    }

    @Test("leaves alone what is alone, and what is too long for a bundle")
    func alone() throws {
        let market = try Market([["market/"]])
        for _ in 0..<3 {
            market.say("market/bar/1m/A")
            market.publisher.flush()
        }
        market.say("market/bar/1m/B", .alarm(Alarm(explanation: String(repeating: "x", count: 100_000))))
        market.publisher.flush()
        let heard = market.heard(market.takers[0], 300)
        #expect(heard.map(\.number) == [1, 2, 3, 1])
        #expect(heard.allSatisfy { !$0.isInBundle })
    }

    @Test("reaches whoever subscribes to more than can be told apart")
    func crowded() throws {
        let prefixes = (0..<80).map { "market/bar/1m/S\($0)/" }
        let market = try Market([prefixes])
        for _ in 0..<5 { for prefix in prefixes { market.say(prefix) } }
        market.publisher.flush()
        let heard = market.heard(market.takers[0], 300)
        #expect(heard.count == 400 && heard.allSatisfy { !$0.isInBundle })
    }
}
