import Features
import Glibc
import Indicators
import Testing

struct FeatureSetTests {
    @Test("there are at least forty features in six groups, each named once")
    func registry() {
        let features = FeatureRegistry.features
        #expect(features.count >= 40)
        #expect(Set(features.map(\.group)) == Set(Feature.Group.allCases))
        #expect(Set(features.map(\.name)).count == features.count)
        #expect(features.allSatisfy { !$0.meaning.isEmpty && !$0.formula.isEmpty && $0.warmUp >= 1 })
    }

    @Test("a version is of the definitions in their order, and always the same for the same")
    func version() throws {
        let one = try FeatureSet(["return_1", "rsi_14"])
        #expect(try FeatureSet(["return_1", "rsi_14"]).version == one.version)
        #expect(try FeatureSet(["rsi_14", "return_1"]).version != one.version)
        #expect(try FeatureSet(["return_1"]).version != one.version)
        #expect(one.versionText.count == 16 && UInt64(one.versionText, radix: 16) == one.version)
        // Whoever kept rows finds this version in them: it changes with a definition, and with nothing else.
        #expect(one.versionText == "2ca378c609b54ff9")
    }

    @Test(
        "a set that cannot be is refused in a sentence",
        arguments: [
            (["rsi14"], "there is no feature rsi14"), ([], "a set has at least one feature"),
            (["gap", "gap"], "the feature gap is named twice"),
        ])
    func refused(names: [String], sentence: String) {
        let error = #expect(throws: FeatureError.self) { try FeatureSet(names) }
        #expect(error?.description == sentence)
    }

    @Test(
        "the figures of each feature's revision are what they were: who changes them counts the revision up")
    func revisions() throws {
        var random = SplitMix64(seed: 7)
        let market = Market(symbols: 5, instants: 320, &random)
        let columns = FeatureColumns(
            .all, candles: market.candles, quotes: market.quotes, sectors: market.sectors)
        var found: [String] = []
        for (place, feature) in FeatureSet.all.features.enumerated() {
            var (sum, sizes) = (0.0, 0.0)
            for symbol in market.sectors.indices {
                for (instant, number) in columns[feature: place, symbol: symbol].enumerated() {
                    guard let number else { continue }
                    // Each instant weighs otherwise, so that figures cannot change places.
                    sum += number * Double(1 + instant % 7)
                    sizes += number.magnitude * Double(1 + instant % 7)
                }
            }
            let right = FeatureFigures.sums[feature.name]
            let isSame =
                right.map { $0.revision == feature.revision && ($0.sum - sum).magnitude <= 1e-9 * sizes }
                ?? false
            if !isSame { found.append("        \"\(feature.name)\": (\(feature.revision), \(sum)),") }
        }
        #expect(found.isEmpty, "\n\(found.joined(separator: "\n"))")
        #expect(FeatureFigures.sums.count == FeatureSet.all.features.count)
    }

    @Test("the page about features ends with what tradewind features reference writes")
    func referencePage() throws {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let file = try #require(fopen(root + "/docs/features.md", "r"), "docs/features.md is missing")
        defer { fclose(file) }
        var page = [UInt8](repeating: 0, count: 1 << 20)
        page.removeLast(page.count - fread(&page, 1, page.count, file))
        #expect(String(decoding: page, as: UTF8.self).hasSuffix("\n\n" + FeatureRegistry.reference))
    }
}
