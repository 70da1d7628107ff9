import Configuration
import Domain
import Glibc
import Testing

@testable import Explaining

@Suite("Why an order")
struct StoryTests {
    private let day = SmallDay()

    private func story(_ what: String, in state: StateFolder) throws -> (subject: Subject, story: Story) {
        let search = try StateSearch(state.path)
        let subject = try Subject(what, in: search)
        return (subject, try Story(of: subject.copies) { cause, _ in try search.find(cause) })
    }

    private func kinds(_ story: Story) -> [BodyKind?] { story.hops.map(\.message.body.kind) }

    @Test(
        "an order is told from the bar to the position, in the order in which it happened",
        arguments: [SmallDay.id, "5d3a"])
    func order(what: String) throws {
        let state = StateFolder()
        try day.write(to: state)
        let (subject, story) = try story(what, in: state)
        #expect(subject.kind == .order && subject.name == SmallDay.id)
        #expect(
            kinds(story) == [
                .bar, .signal, .orderProposal, .verdict, .venueRequest, .orderUpdate, .bar, .brokerReport,
                .position,
                .fill, .orderUpdate,
            ])
        #expect(story.isWhole)
        // All of an instant comes at once, and the venue's answer after the bar of its own instant.
        #expect(story.hops.map(\.delay).filter { $0 == nil }.count == 2)
        #expect(story.hops.compactMap(\.delay).allSatisfy { $0 == 0 })
        let text = StoryText(subject, story, paint: .plain).inWords
        #expect(text.contains("S1 wants +1.0 of IBM: it rose"))
        #expect(text.contains("ok   worth  2000 of 9000"))
        #expect(text.contains("filled it: bought 10 IBM at 205"))
        #expect(text.hasPrefix("order \(SmallDay.id): buy 10 IBM at market, for S1; filled, 10 at 205"))
    }

    @Test("what two orders begin with is no name, and what none begins with is told with the newest")
    func names() throws {
        let state = StateFolder()
        try day.write(to: state)
        for (what, part) in [
            ("5d3", "the beginning of 2 ids"), ("5d3c", "the newest order is \(SmallDay.id)"),
            ("AAPL", "there is no order, fill or position AAPL"), ("trading/verdict:1/9", "ends with 1/2"),
        ] {
            #expect {
                _ = try story(what, in: state)
            } throws: {
                "\($0)".contains(part)
            }
        }
    }

    @Test("a rejection is told with the check that failed")
    func rejection() throws {
        let state = StateFolder()
        try day.write(to: state)
        let (subject, story) = try story(SmallDay.other, in: state)
        #expect(kinds(story) == [.bar, .signal, .orderProposal, .verdict])
        let text = StoryText(subject, story, paint: .plain).inWords
        #expect(text.contains("risk.1 rejected it: halt, trading is halted"))
        #expect(text.contains("NO   halt"))
    }

    @Test("a fill is told without what came after it, a position with what made it")
    func fillAndPosition() throws {
        let state = StateFolder()
        try day.write(to: state)
        let fill = try story("paper-1", in: state)
        #expect(fill.subject.kind == .fill && fill.story.isWhole)
        #expect(!kinds(fill.story).contains(.orderUpdate) && kinds(fill.story).contains(.verdict))
        let position = try story("IBM", in: state)
        #expect(position.subject.kind == .position && position.story.isWhole)
        #expect(kinds(position.story).contains(.signal))
        #expect(
            StoryText(position.subject, position.story, paint: .plain).inWords.contains("then held 10 IBM"))
    }

    @Test("what an owner's transcript is missing for is found with its takers, or named")
    func missing() throws {
        let state = StateFolder()
        try day.write(to: state)
        try removeShard("\(state.path)/risk/all")
        let known = try story(SmallDay.id, in: state)
        #expect(known.story.isWhole && kinds(known.story).contains(.verdict))
        try removeShard("\(state.path)/portfolio/all")
        let broken = try story(SmallDay.id, in: state)
        #expect(broken.story.missing.map(\.text) == ["trading/proposal:1/1"])
        #expect(
            StoryText(broken.subject, broken.story, paint: .plain).inWords.contains(
                "goes on with trading/proposal:1/1, which is in no transcript here"))
    }

    private func removeShard(_ path: String) throws {
        for name in ["00000000.segment", "00000001.segment", "lock"] { unlink("\(path)/\(name)") }
    }

    @Test("a tree has each message below its cause")
    func tree() throws {
        let state = StateFolder()
        try day.write(to: state)
        let (subject, story) = try story(SmallDay.id, in: state)
        let lines = StoryText(subject, story, paint: .plain).asTree.split(separator: "\n")
        func depth(_ name: String) -> Int? {
            lines.first { $0.contains("  \(name)") }.flatMap { line in
                line.firstIndex { $0 == "├" || $0 == "└" }.map {
                    line.distance(from: line.startIndex, to: $0)
                }
            }
        }
        #expect(depth("market/bar/1d/IBM:1/1") == 0)
        #expect(depth("trading/signal/S1:1/1") == 3)
        #expect(depth("trading/venue/paper:1/1") == 12)
        #expect(depth("trading/position/IBM:1/1") == 6)
    }
}
