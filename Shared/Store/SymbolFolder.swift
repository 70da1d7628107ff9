import Domain

/// The folder of a symbol: its name, with a percent sign and two hex digits for what a file system, a shell or a
/// glob would take for something else.
enum SymbolFolder {
    static func name(of symbol: Symbol) -> String {
        var name = ""
        for (place, byte) in symbol.text.utf8.enumerated() {
            if isPlain(byte) || (byte == UInt8(ascii: ".") && place > 0) {
                name.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                name += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return name
    }

    /// The symbol of a folder, or nothing where no symbol has such a folder.
    static func symbol(of name: String) -> Symbol? {
        var bytes: [UInt8] = []
        var left = Array(name.utf8)[...]
        while let byte = left.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: left.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else { return nil }
            bytes.append(value)
            left = left.dropFirst(2)
        }
        guard !bytes.isEmpty, let symbol = Symbol(String(decoding: bytes, as: UTF8.self)) else { return nil }
        return self.name(of: symbol) == name ? symbol : nil
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "^"),
            UInt8(ascii: "="):
            true
        default: false
        }
    }
}
