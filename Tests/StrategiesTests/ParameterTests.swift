import Domain
import Testing

@testable import Strategies

@Suite struct ParameterTests {
    @Test(
        "what cannot be is refused with a sentence that says what would be right",
        arguments: [
            (["fsat=3"], "sma-crossover has no parameter fsat; it has fast, slow, short"),
            (["fast=0"], "fast must be a whole number from 1 to 5000, not \"0\""),
            (["fast=2.5"], "fast must be a whole number from 1 to 5000, not \"2.5\""),
            (["short=maybe"], "short must be true or false, not \"maybe\""),
            (["fast=30", "slow=20"], "fast must be less than slow, but fast is 30 and slow is 20"),
        ])
    func refusals(words: [String], sentence: String) throws {
        let given = words.map { word in
            let parts = word.split(separator: "=")
            return (name: String(parts[0]), text: String(parts[1]))
        }
        let symbol = try #require(Symbol("X"))
        let error = #expect(throws: ParameterError.self) {
            let arguments = try Arguments(SMACrossover.parameters, given: given, of: SMACrossover.name)
            _ = try SMACrossover(arguments, symbols: [symbol])
        }
        #expect(error?.description == sentence)
    }

    private struct Names: StrategyVisitor {
        var names: [String] = []
        mutating func visit<B: Blueprint>(_ blueprint: B) { names.append(blueprint.name) }
    }

    @Test("a strategy is found by its name, and a name that is none gives those that are")
    func registry() throws {
        var visitor = Names()
        try StrategyRegistry.visit("buy-and-hold", &visitor)
        #expect(visitor.names == ["buy-and-hold"])
        let error = #expect(throws: ParameterError.self) { try StrategyRegistry.visit("sma", &visitor) }
        #expect(error?.known == StrategyRegistry.listed.map(\.name))
    }

    @Test("every strategy of the registry can be made as its example says, and is named once")
    func defaults() throws {
        struct Maker: StrategyVisitor {
            let symbol: Symbol
            mutating func visit<B: Blueprint>(_ blueprint: B) throws {
                let given = blueprint.example.words.map { word in
                    let parts = word.split(separator: "=")
                    return (name: String(parts[0]), text: String(parts[1]))
                }
                let arguments = try Arguments(
                    blueprint.parameters, given: given, of: blueprint.name, reading: ModelTests.file)
                #expect(!blueprint.words.isEmpty, "\(blueprint.name) does not say what it does")
                #expect(try blueprint.make(arguments, symbols: [symbol]).warmUp > 0)
                #expect(
                    blueprint.parameters.filter { $0.kind != .file }.allSatisfy {
                        (try? $0.argument("\($0.fallback)")) == $0.fallback
                    })
            }
        }
        var maker = Maker(symbol: try #require(Symbol("X")))
        try StrategyRegistry.visitAll(&maker)
        let names = StrategyRegistry.listed.map(\.name)
        #expect(Set(names).count == names.count)
    }
}
