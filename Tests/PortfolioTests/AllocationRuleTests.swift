import Parameters
import Testing

@testable import Portfolio

@Suite struct AllocationRuleTests {
    @Test("every rule that is listed can be made with its defaults, and is named once")
    func listed() throws {
        let names = AllocationRule.listed.map(\.name)
        #expect(Set(names).count == names.count)
        for name in names { #expect(try AllocationRule(name).name == name) }
        #expect(names.first == "all-in" && names.last == "risk-sized")
    }

    @Test(
        "what cannot be is refused with a sentence that says what would be right",
        arguments: [
            ("min-varianz", [:], "there is no allocation min-varianz; there are all-in, equal-weight"),
            (
                "hrp", ["linkage": "wards"],
                "linkage must be one of single, complete, average, ward, not \"wards\""
            ),
            ("all-in", ["history": "5"], "the allocation all-in has no parameter history; it has none"),
            (
                "risk-parity", ["history": "20"],
                "least must be no more than history, but least is 60 and history is 20"
            ),
        ])
    func refused(name: String, given: [String: String], sentence: String) {
        let error = #expect(throws: ParameterError.self) {
            try AllocationRule(name, given: given.map { (name: $0.key, text: $0.value) })
        }
        #expect(error?.description.hasPrefix(sentence) == true, "\(error?.description ?? "")")
    }

    @Test("a rule says what it is, and can be had with another value")
    func varied() throws {
        let rule = try AllocationRule("hrp", given: [("linkage", "ward")])
        #expect(rule.description == "hrp linkage=ward covariance=sample span=180 history=252 least=60")
        let other = try rule.with([("history", .integer(100))])
        #expect(other.historyDays == 100 && other != rule)
        #expect(try other.with([("history", .integer(252))]) == rule)
        #expect(throws: ParameterError.self) { try rule.with([("history", .integer(10))]) }
    }
}
