import Configuration
import Domain
import Testing

@testable import Risk

@Suite struct LimitTests {
    @Test("every limit has a settings key of the same range, and there is no key without a limit")
    func schema() throws {
        let section = try #require(Schema.tradewind.sections.first { $0.name == "risk" })
        var keys = section.settings.filter { if case .limit = $0.type { true } else { false } }.map(\.key)
        for limit in RiskLimit.allCases {
            let spec = try #require(section.settings.first { $0.key == "risk.\(limit.rawValue)" })
            #expect(spec.type == .limit(limit.meaning.range, isWhole: limit.meaning.isWhole), "\(limit)")
            #expect(spec.help == limit.meaning.text)
            keys.removeAll { $0 == spec.key }
        }
        #expect(keys.isEmpty)
    }

    @Test("each preset's values lie within what may be set, and a stricter preset is nowhere laxer")
    func presets() {
        for limit in RiskLimit.allCases {
            let values = RiskPreset.allCases.map { limit.value(in: $0) }
            #expect(values[0] == nil)
            for value in values.compactMap({ $0 }) {
                #expect(limit.meaning.range.contains(value), "\(limit)")
            }
            if values[1] != nil { #expect(values[2] != nil && values[3] != nil, "\(limit)") }
            guard let dynamic = values[2], let advanced = values[3] else { continue }
            if limit == .cashReserve { #expect(advanced >= dynamic) } else { #expect(advanced <= dynamic) }
        }
    }

    @Test("a limit is read with its scope and value")
    func reading() throws {
        let symbol = try #require(Symbol("BRK.B"))
        #expect(try ScopedLimit("position_size=0.1") == ScopedLimit(.positionSize, 0.1))
        #expect(try ScopedLimit("position_size=10%").value == 0.1)
        #expect(try ScopedLimit("var_95=off") == ScopedLimit(.var95, nil))
        #expect(
            try ScopedLimit("position_size@BRK.B=0") == ScopedLimit(.positionSize, for: .symbol(symbol), 0))
        #expect(
            try ScopedLimit("positions@strategy:momentum=5")
                == ScopedLimit(.positions, for: .strategy("momentum"), 5))
        #expect(
            try ScopedLimit("positions@account:main=5") == ScopedLimit(.positions, for: .account("main"), 5))
    }

    @Test(
        "what is no limit is refused with a sentence",
        arguments: [
            ("position_size", "has no value"), ("=1", "has no value"),
            ("position_siez=1", "there is no limit position_siez"),
            ("position_size=2", "from 0 to 1, or off, not 2"), ("position_size=-0.1", "from 0 to 1"),
            ("position_size=nan", "not nan"), ("positions=1.5", "must be a whole number"),
            ("position_size@=1", "is for nothing"), ("position_size@account:=1", "is for nothing"),
            ("var_95@strategy:x=0.1", "cannot be limited by strategy"),
        ])
    func refusals(text: String, sentence: String) {
        do {
            _ = try ScopedLimit(text)
            Issue.record("\(text) was read")
        } catch {
            #expect(error.description.contains(sentence), "\(error)")
            if text.contains("siez") {
                let near = Spelling.nearest(to: error.unknown ?? "", among: error.known)
                #expect(near == "position_size")
            }
        }
    }

    @Test("of two limits for the same the later one holds, and off takes a preset's away")
    func precedence() throws {
        var settings = RiskSettings(.advanced)
        settings.limits = try ["position_size=0.3", "position_size=0.4", "var_95=off"].map {
            try ScopedLimit($0)
        }
        let values = settings.values(account: "main")
        #expect(values[.positionSize] == 0.4 && values[.var95] == nil && values[.var99] == 0.025)
        #expect(!settings.isOff && RiskSettings(.none).isOff)
        settings.preset = .none
        #expect(!settings.isOff)
    }
}
