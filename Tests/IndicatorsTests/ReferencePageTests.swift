import Glibc
import Indicators
import Testing

@Test("the page about indicators ends with what tradewind indicators reference writes")
func referencePage() throws {
    let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    let file = try #require(fopen(root + "/docs/indicators.md", "r"), "docs/indicators.md is missing")
    defer { fclose(file) }
    var page = [UInt8](repeating: 0, count: 1 << 20)
    page.removeLast(page.count - fread(&page, 1, page.count, file))
    #expect(String(decoding: page, as: UTF8.self).hasSuffix("\n\n" + IndicatorRegistry.reference))
}
