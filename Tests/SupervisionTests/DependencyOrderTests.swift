import Testing

@testable import Supervision

@Suite("Dependency order")
struct DependencyOrderTests {
    @Test("a service starts after all that it depends on, and the order does not hang on chance")
    func order() throws {
        let needs = ["historian": ["feed", "relay"], "feed": ["relay"], "relay": [], "alone": []]
        #expect(try DependencyOrder(needs).names == ["alone", "relay", "feed", "historian"])
    }

    @Test("services that wait for each other are named in the order in which they do")
    func cycle() {
        #expect(throws: DependencyOrder.Cycle(cycle: ["a", "c", "b", "a"])) {
            try DependencyOrder(["a": ["c"], "b": ["a"], "c": ["b"], "d": ["a"]])
        }
    }

    @Test("the closure of a service is all that it needs, and nothing else")
    func closure() {
        let needs = ["historian": ["feed"], "feed": ["relay"], "relay": [], "risk": ["relay"]]
        #expect(DependencyOrder.closure(of: ["historian"], needs) == ["historian", "feed", "relay"])
    }
}
