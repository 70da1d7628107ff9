import Domain

/// Names for what the venue makes: UUIDs that depend on a seed, on what is named, and on its number. The same input
/// gives the same names.
struct Identity {
    enum Kind: UInt64 {
        case account = 1, order, clientOrder, execution, activity, asset, group, watchlist
    }

    let seed: UInt64

    func name(_ kind: Kind, _ number: UInt64) -> String {
        var state = Identity.mixed(seed) ^ Identity.mixed(kind.rawValue &* 0x9E37_79B9_7F4A_7C15)
        state = Identity.mixed(state ^ number)
        return Identity.text(state, Identity.mixed(state &+ 0x9E37_79B9_7F4A_7C15))
    }

    /// A symbol has the same name at every venue, whatever the seed.
    static func asset(_ symbol: Symbol) -> String {
        let words = symbol.words
        let first = mixed(mixed(words.0 ^ 0x61_73_73_65_74) ^ mixed(words.1) ^ words.2)
        return text(first, mixed(first ^ words.0))
    }

    static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// 128 bits as a UUID of version 4.
    private static func text(_ high: UInt64, _ low: UInt64) -> String {
        let first = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let second = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = hex(first) + hex(second)
        var text: [UInt8] = []
        for (index, digit) in digits.enumerated() {
            if index == 8 || index == 12 || index == 16 || index == 20 { text.append(UInt8(ascii: "-")) }
            text.append(digit)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func hex(_ word: UInt64) -> [UInt8] {
        (0..<16).map {
            Array("0123456789abcdef".utf8)[Int(truncatingIfNeeded: word >> UInt64(60 - 4 * $0)) & 15]
        }
    }

    /// Whether a text has the form of a UUID.
    static func isName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return false }
        for (index, byte) in bytes.enumerated() {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                if byte != UInt8(ascii: "-") { return false }
            } else if !((48...57).contains(byte) || (97...102).contains(byte | 0x20)) {
                return false
            }
        }
        return true
    }
}
