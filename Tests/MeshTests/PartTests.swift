import Domain
import Testing

@testable import Mesh

@Suite("Parts of a service")
struct PartTests {
    @Test(
        "a key's part is the same for ever",
        arguments: [
            ("", 2), ("AAPL", 1), ("MSFT", 5), ("IBM", 5), ("KO", 1), ("SPY", 5), ("BRK.B", 3),
        ])
    func stable(key: String, part: Int) {
        #expect(Part.number(ofKey: key.utf8, of: 8) == part)
    }

    @Test(
        "the hash is FNV-1a, folded",
        arguments: [("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8)])
    func published(text: String, hash: UInt64) {
        #expect(Part.hash(text.utf8) == hash ^ (hash >> 32))
    }

    @Test("keys are spread evenly, and each topic has one part", arguments: [1, 2, 3, 8, 256])
    func even(count: Int) {
        let parts = Part.all(count)
        var held = [Int](repeating: 0, count: count)
        let symbols = 40 * count
        for at in 0..<symbols {
            let topic = Topic("market/bar/1m/S\(at)")
            let owners = parts.filter { $0.owns(topic) }
            #expect(owners.count == 1)
            held[owners[0].number - 1] += 1
        }
        #expect(held.allSatisfy { (10...90).contains($0) || count == 1 }, "\(held)")
    }

    @Test("a part is found again by the name of its shard")
    func names() {
        #expect(Part.all(3).map(\.shard) == ["1", "2", "3"])
        #expect(Part.whole.shard == "all")
        #expect(Part(shard: "3", of: 3) == Part(3, of: 3))
        #expect(Part(shard: "4", of: 3) == nil)
        #expect(Part(shard: "all", of: 3) == nil)
    }

    @Test(
        "a message goes to the part that its key falls in, and to all where it has none",
        arguments: [
            ("market/bar/1m/AAPL", Routes.Route.part(1)), ("market/step/feed.1", .all),
            ("market/quote/AAPL", .none),
            ("control/beat/feed.1", .all), ("control/hello/feed.1", .all), ("control/ask/all/feed.1", .all),
            ("control/ask/historian.2/feed.1", .name("historian.2")),
            ("control/answer/feed.1/historian.2", .name("historian.2")),
            ("control/grant/historian-1/supervisor.1", .name("historian-1")), ("control", .none), ("", .none),
            (String(repeating: "x", count: 500), .part(1)),
        ])
    func routes(topic: String, expected: Routes.Route) {
        var routes = Routes(
            [Flow("feed", "market/bar/", isDivided: true), Flow("feed", "market/step/feed.")], parts: 8)
        for _ in 0..<3 {
            let route = Array(topic.utf8).withUnsafeBytes { routes.route($0) }
            #expect(route == expected)
        }
    }

    @Test("a node does not take what belongs to another part")
    func ownership() {
        let flows = [Flow("feed", "market/bar/", isDivided: true), Flow("feed", "market/step/")]
        let own = Part.all(8).filter { $0.owns(Topic("market/bar/1m/AAPL")) }
        #expect(own.count == 1)
        #expect(flows[0].isDivided && !flows[1].isDivided)
    }
}
