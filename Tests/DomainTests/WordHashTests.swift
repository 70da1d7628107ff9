import Domain
import Testing

@Suite struct WordHashTests {
    /// The same in the words of docs/backtesting.md, on whole numbers of 128 bits.
    private func slowly(_ words: [UInt64]) -> UInt128 {
        words.reduce(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d) { value, word in
            let product = (value ^ UInt128(word)) &* 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645
            return product >> 64 | product << 64
        }
    }

    @Test("a hash is what its definition says, whatever the words")
    func definition() {
        var random = SplitMix64(seed: 3)
        for count in 0..<40 {
            // Words of few bits and of many, and zeros.
            let words = (0..<count).map { _ in random.next() >> (random.next() % 65) }
            var hash = WordHash()
            for word in words { hash.add(word) }
            #expect(hash.value == slowly(words))
        }
    }

    @Test(
        "a text is its length and its bytes, eight to a word",
        arguments: [
            ("", [0]), ("A", [1, 0x41]), ("12345678", [8, 0x3837_3635_3433_3231]),
            ("123456789", [9, 0x3837_3635_3433_3231, 0x39]), ("\u{0}", [1, 0]), ("é", [2, 0xa9c3]),
        ] as [(String, [UInt64])])
    func texts(text: String, words: [UInt64]) {
        var hash = WordHash()
        hash.add(text: text)
        #expect(hash.value == slowly(words))
    }

    @Test("a symbol is three words, and a number below zero is its bits")
    func others() throws {
        var hash = WordHash()
        hash.add(try #require(Symbol("TWENTY-FOUR-LETTERS-LONG")))
        hash.add(-1 as Int64)
        let letters = Array("TWENTY-FOUR-LETTERS-LONG".utf8)
        let words = stride(from: 0, to: 24, by: 8).map { start in
            (0..<8).reduce(UInt64(0)) { $0 | UInt64(letters[start + $1]) << UInt64(8 * $1) }
        }
        #expect(hash.value == slowly(words + [.max]))
    }

    @Test("no two of many sequences that differ in one bit, or in their order, have the same hash")
    func differences() {
        var found: Set<UInt128> = []
        for place in 0..<8 {
            for bit in 0..<64 {
                var words = [UInt64](repeating: 0, count: 8)
                words[place] = 1 << UInt64(bit)
                var hash = WordHash()
                for word in words { hash.add(word) }
                found.insert(hash.value)
            }
        }
        #expect(found.count == 8 * 64)
    }
}
