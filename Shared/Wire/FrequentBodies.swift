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

    /// Puts the body where it belongs, without a copy on the way. The straight way for what every writer writes, all fields in order and none zero; any other goes round.
    @inline(__always)
    static func read(_ reader: WireReader, into body: UnsafeMutablePointer<Body>) throws(WireError) {
        var quick = reader
        if quick.takes(0x0A) {
            let symbol = try quick.symbol()
            if quick.isRun(of: 7, from: 0x11) {
                let run = quick
                quick.passRun(of: 7)
                let trades = quick.takes(0x48) ? try quick.lastVarint() : 0
                if quick.isAtEnd {
                    let bar = Bar(
                        symbol: symbol,
                        span: run.runValue(0),
                        openedAt: Timestamp(nanoseconds: run.runValue(1)),
                        open: Price(units: run.runValue(2)),
                        high: Price(units: run.runValue(3)),
                        low: Price(units: run.runValue(4)),
                        close: Price(units: run.runValue(5)),
                        volume: Volume(units: run.runValue(6)),
                        trades: trades)
                    body.initialize(to: .bar(bar))
                    return
                }
            }
        }
        var reader = reader
        body.initialize(to: .bar(try Bar(reading: &reader)))
    }

    @inline(never)
    init(reading reader: inout WireReader) throws(WireError) {
        self.init()
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag {
            case 0x0A: symbol = try reader.symbol()
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

    /// Puts the body where it belongs, without a copy on the way. The straight way for what every writer writes, all fields in order and none zero; any other goes round.
    @inline(__always)
    static func read(_ reader: WireReader, into body: UnsafeMutablePointer<Body>) throws(WireError) {
        var quick = reader
        if quick.takes(0x0A) {
            let symbol = try quick.symbol()
            if quick.isRun(of: 5, from: 0x11) {
                let run = quick
                quick.passRun(of: 5)
                if quick.isAtEnd {
                    let quote = Quote(
                        symbol: symbol,
                        at: Timestamp(nanoseconds: run.runValue(0)),
                        bid: Price(units: run.runValue(1)),
                        ask: Price(units: run.runValue(2)),
                        bidSize: Volume(units: run.runValue(3)),
                        askSize: Volume(units: run.runValue(4)))
                    body.initialize(to: .quote(quote))
                    return
                }
            }
        }
        var reader = reader
        body.initialize(to: .quote(try Quote(reading: &reader)))
    }

    @inline(never)
    init(reading reader: inout WireReader) throws(WireError) {
        self.init()
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag {
            case 0x0A: symbol = try reader.symbol()
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

    /// Puts the body where it belongs, without a copy on the way. The straight way for what every writer writes, all fields in order and none zero; any other goes round.
    @inline(__always)
    static func read(_ reader: WireReader, into body: UnsafeMutablePointer<Body>) throws(WireError) {
        var quick = reader
        if quick.takes(0x0A) {
            let symbol = try quick.symbol()
            if quick.isRun(of: 3, from: 0x11) {
                let run = quick
                quick.passRun(of: 3)
                let id = quick.takes(0x28) ? try quick.lastVarint() : 0
                if quick.isAtEnd {
                    let trade = Trade(
                        symbol: symbol,
                        at: Timestamp(nanoseconds: run.runValue(0)),
                        price: Price(units: run.runValue(1)),
                        size: Volume(units: run.runValue(2)),
                        id: id)
                    body.initialize(to: .trade(trade))
                    return
                }
            }
        }
        var reader = reader
        body.initialize(to: .trade(try Trade(reading: &reader)))
    }

    @inline(never)
    init(reading reader: inout WireReader) throws(WireError) {
        self.init()
        while !reader.isAtEnd {
            let tag = try reader.tag()
            switch tag {
            case 0x0A: symbol = try reader.symbol()
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
