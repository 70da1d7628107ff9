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
}
