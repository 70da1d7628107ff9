import Domain

// A verdict has some thirty checks, and a minute of many strategies a thousand verdicts: the checks are written by hand, as
// protobuf-c would write them, and left out by whoever does not look at them.

extension Verdict {
    /// Writes the body with its tag and length.
    func write(_ writer: inout WireWriter, by reflection: Reflection) {
        // 36, the body's field, with a length: a tag of two bytes.
        writer.byte(0xA2)
        writer.nested(0x02) { writer in
            writer.flag(0x08, approved)
            reflection.write(order, 0x12, &writer)
            for check in checks { writer.nested(0x1A) { check.write(&$0) } }
            writer.count(0x20, UInt64(intent.rawValue))
        }
    }

    /// The bytes of an approved verdict without its checks; all of them where something else comes behind those.
    static func beforeChecks(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var reader = WireReader(bytes)
        do throws(WireError) {
            guard reader.takes(0x08), try reader.varint() == 1, reader.takes(0x12) else { return bytes }
            let order = try reader.span()
            while !reader.isAtEnd {
                guard reader.takes(0x1A) else { return bytes }
                _ = try reader.span()
            }
            return UnsafeRawBufferPointer(rebasing: bytes[..<order.upperBound])
        } catch {
            return bytes
        }
    }
}

extension CheckResult {
    fileprivate func write(_ writer: inout WireWriter) {
        writer.text(0x0A, name)
        writer.flag(0x10, passed)
        writer.double(0x19, figure)
        writer.double(0x21, limit)
        writer.text(0x2A, explanation)
    }
}

extension WireWriter {
    @inline(__always)
    fileprivate mutating func flag(_ tag: UInt8, _ value: Bool) { count(tag, value ? 1 : 0) }

    /// Zero is left out, and so is the negative one.
    @inline(__always)
    fileprivate mutating func double(_ tag: UInt8, _ value: Double) {
        fixed64(tag, value == 0 ? 0 : Int64(bitPattern: value.bitPattern))
    }
}
