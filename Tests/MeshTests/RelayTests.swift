import Testing

@testable import Mesh

@Suite("The relay")
struct RelayTests {
    @Test(
        "a topic of the control lane is its owner's",
        arguments: [
            ("control/beat/feed.1", true), ("control/hello/feed.1", true), ("control/alarm/feed.1", true),
            ("control/log/feed.1", true), ("control/ask/historian.1/feed.1", true),
            ("control/answer/feed.1/historian.1", true), ("control/command/feed.1/feed.1", true),
            ("control/beat/feed.2", false), ("control/ask/feed.1/historian.1", false),
            ("control/answer/historian.1/feed.1", false), ("control/job/nightly", false),
            ("market/bar/1m/AAPL", false), ("control/beat", false), ("control/beat/feed.1/x", false),
            ("", false),
        ])
    func ownership(topic: String, isAllowed: Bool) {
        #expect(Relay.may("feed.1", write: topic.utf8) == isAllowed)
    }

    @Test(
        "the pair of a service speaks for its parts and processes, and for nobody else",
        arguments: [
            ("historian", "control/beat/historian.3", true), ("historian", "control/beat/historian-2", true),
            ("historian", "control/beat/historian", true), ("historian", "control/beat/historians.1", false),
            ("historian.1", "control/beat/historian.10", false),
            ("historian.1", "control/beat/historian-1", false),
            ("historian-1", "control/beat/historian.1", false),
            ("historian", "control/answer/historian.3/feed.1", true),
            ("supervisor", "control/grant/historian-1/supervisor.1", true),
            ("supervisor.1", "control/grant/historian-1/supervisor.1", true),
            ("historian", "control/grant/historian-1/historian-2", false),
            ("historian", "control/grant/historian-1/supervisor.1", false),
        ])
    func services(holder: String, topic: String, isAllowed: Bool) {
        #expect(Relay.may(holder, write: topic.utf8) == isAllowed)
    }
}
