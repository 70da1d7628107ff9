import Domain

/// MessagePack, as far as Alpaca's sockets need it; what clients say in it is read by `JSONValue(messagePack:)`.
extension Document {
    public var messagePack: [UInt8] {
        var bytes: [UInt8] = []
        writePacked(to: &bytes)
        return bytes
    }

    private func writePacked(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(0xC0)
        case .flag(let flag): bytes.append(flag ? 0xC3 : 0xC2)
        case .integer(let integer): Document.pack(integer, to: &bytes)
        case .number(let digits):
            bytes.append(0xCB)
            Document.pack((Double(digits) ?? 0).bitPattern, to: &bytes)
        case .text(let text): Document.pack(text, to: &bytes)
        case .moment(let moment):
            // The extension −1 with nanoseconds in 30 bits and seconds in 34; beyond those, in 96 bits.
            let seconds = (moment.nanoseconds - moment.nanoseconds.flooredRest(1_000_000_000)) / 1_000_000_000
            let rest = UInt64(moment.nanoseconds.flooredRest(1_000_000_000))
            if seconds >= 0, seconds < 1 << 34 {
                bytes += [0xD7, 0xFF]
                Document.pack(rest << 34 | UInt64(seconds), to: &bytes)
            } else {
                bytes += [0xC7, 12, 0xFF]
                Document.pack(UInt32(rest), to: &bytes)
                Document.pack(UInt64(bitPattern: seconds), to: &bytes)
            }
        case .list(let items):
            Document.packHead(items.count, 0x90, 0xDC, to: &bytes)
            for item in items { item.writePacked(to: &bytes) }
        case .object(let members):
            Document.packHead(members.count, 0x80, 0xDE, to: &bytes)
            for member in members {
                Document.pack(member.key, to: &bytes)
                member.value.writePacked(to: &bytes)
            }
        }
    }

    private static func pack(_ integer: Int64, to bytes: inout [UInt8]) {
        switch integer {
        case -32...127: bytes.append(UInt8(truncatingIfNeeded: integer))
        case 128...Int64(UInt16.max):
            bytes.append(0xCD)
            pack(UInt16(integer), to: &bytes)
        case 65_536...Int64(UInt32.max):
            bytes.append(0xCE)
            pack(UInt32(integer), to: &bytes)
        default:
            bytes.append(0xD3)
            pack(UInt64(bitPattern: integer), to: &bytes)
        }
    }

    private static func pack(_ text: String, to bytes: inout [UInt8]) {
        let count = text.utf8.count
        switch count {
        case ..<32: bytes.append(0xA0 | UInt8(count))
        case ..<256: bytes += [0xD9, UInt8(count)]
        case ..<65_536:
            bytes.append(0xDA)
            pack(UInt16(count), to: &bytes)
        default:
            bytes.append(0xDB)
            pack(UInt32(count), to: &bytes)
        }
        bytes += text.utf8
    }

    private static func packHead(_ count: Int, _ small: UInt8, _ large: UInt8, to bytes: inout [UInt8]) {
        if count < 16 {
            bytes.append(small | UInt8(count))
        } else if count < 65_536 {
            bytes.append(large)
            pack(UInt16(count), to: &bytes)
        } else {
            bytes.append(large + 1)
            pack(UInt32(count), to: &bytes)
        }
    }

    private static func pack(_ word: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: word.bigEndian) { bytes += $0 }
    }
}

extension Int64 {
    fileprivate func flooredRest(_ divisor: Int64) -> Int64 {
        let rest = self % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
