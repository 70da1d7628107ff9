import Domain

// The bodies that come by the million, written and read by hand; all others go through protobuf-c. Each is
// shorter than 128 bytes whatever it holds. Tests and a fuzzer hold them against protobuf-c.

extension Bar {
    @inline(__always)
    func write(_ writer: inout WireWriter) {
        writer.symbol(0x0A, symbol)
        writer.fixed64(0x11, span)
        writer.fixed64(0x19, openedAt.nanoseconds)
        writer.fixed64(0x21, open.units)
        writer.fixed64(0x29, high.units)
        writer.fixed64(0x31, low.units)
        writer.fixed64(0x39, close.units)
        writer.fixed64(0x41, volume.units)
        writer.count(0x48, trades)
    }

    @inline(__always)
    init(reading reader: inout WireReader) throws(WireError) {
        self.init()
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag {
            case 0x0A:
                symbol = try reader.symbol()
                guard reader.isRun(of: 7, from: 0x11) else { continue }
                span = reader.runValue(0)
                openedAt.nanoseconds = reader.runValue(1)
                open.units = reader.runValue(2)
                high.units = reader.runValue(3)
                low.units = reader.runValue(4)
                close.units = reader.runValue(5)
                volume.units = reader.runValue(6)
                reader.passRun(of: 7)
            case 0x11: span = try reader.fixed64()
            case 0x19: openedAt.nanoseconds = try reader.fixed64()
            case 0x21: open.units = try reader.fixed64()
            case 0x29: high.units = try reader.fixed64()
            case 0x31: low.units = try reader.fixed64()
            case 0x39: close.units = try reader.fixed64()
            case 0x41: volume.units = try reader.fixed64()
            case 0x48: trades = try reader.varint()
            default: try reader.skip(tag, unlessKnownUpTo: 9)
            }
        }
    }
}

extension Quote {
    @inline(__always)
    func write(_ writer: inout WireWriter) {
        writer.symbol(0x0A, symbol)
        writer.fixed64(0x11, at.nanoseconds)
        writer.fixed64(0x19, bid.units)
        writer.fixed64(0x21, ask.units)
        writer.fixed64(0x29, bidSize.units)
        writer.fixed64(0x31, askSize.units)
    }

    @inline(__always)
    init(reading reader: inout WireReader) throws(WireError) {
        self.init()
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag {
            case 0x0A:
                symbol = try reader.symbol()
                guard reader.isRun(of: 5, from: 0x11) else { continue }
                at.nanoseconds = reader.runValue(0)
                bid.units = reader.runValue(1)
                ask.units = reader.runValue(2)
                bidSize.units = reader.runValue(3)
                askSize.units = reader.runValue(4)
                reader.passRun(of: 5)
            case 0x11: at.nanoseconds = try reader.fixed64()
            case 0x19: bid.units = try reader.fixed64()
            case 0x21: ask.units = try reader.fixed64()
            case 0x29: bidSize.units = try reader.fixed64()
            case 0x31: askSize.units = try reader.fixed64()
            default: try reader.skip(tag, unlessKnownUpTo: 6)
            }
        }
    }
}

extension Trade {
    @inline(__always)
    func write(_ writer: inout WireWriter) {
        writer.symbol(0x0A, symbol)
        writer.fixed64(0x11, at.nanoseconds)
        writer.fixed64(0x19, price.units)
        writer.fixed64(0x21, size.units)
        writer.count(0x28, id)
    }

    @inline(__always)
    init(reading reader: inout WireReader) throws(WireError) {
        self.init()
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag {
            case 0x0A:
                symbol = try reader.symbol()
                guard reader.isRun(of: 3, from: 0x11) else { continue }
                at.nanoseconds = reader.runValue(0)
                price.units = reader.runValue(1)
                size.units = reader.runValue(2)
                reader.passRun(of: 3)
            case 0x11: at.nanoseconds = try reader.fixed64()
            case 0x19: price.units = try reader.fixed64()
            case 0x21: size.units = try reader.fixed64()
            case 0x28: id = try reader.varint()
            default: try reader.skip(tag, unlessKnownUpTo: 5)
            }
        }
    }
}

extension Tick {
    @inline(__always)
    func write(_ writer: inout WireWriter) {
        writer.fixed64(0x09, at.nanoseconds)
    }

    @inline(__always)
    init(reading reader: inout WireReader) throws(WireError) {
        self.init()
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag {
            case 0x09: at.nanoseconds = try reader.fixed64()
            default: try reader.skip(tag, unlessKnownUpTo: 1)
            }
        }
    }
}
