import Domain
import Testing

@testable import Wire

@Suite("The codec")
struct RoundTripTests {
    static let rounds = 300

    @Test(
        "gives every kind back as it was, and agrees with protobuf-c both ways", arguments: BodyKind.allCases)
    func roundTrip(kind: BodyKind) throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = RandomMessages(seed: seed)
        let codec = Codec()
        let peer = Peer()
        for round in 0..<Self.rounds {
            let message = random.next(kind: kind)
            let bytes = codec.encode(message)
            try #require(bytes.count <= codec.sizeMax(of: message), "seed \(seed), round \(round)")
            let back = try codec.decode(bytes)
            try #require(back == message, "seed \(seed), round \(round): \(differences(message, back))")
            let theirs = try peer.encode(message)
            try #require(bytes == theirs, "seed \(seed), round \(round): \(json(message))")
            let read = try bytes.withUnsafeBytes { try peer.decode($0) }
            try #require(read == message, "seed \(seed), round \(round): \(differences(message, read))")
        }
    }

    @Test("puts a message in place of any other, and nothing of the other stays")
    func inPlace() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = RandomMessages(seed: seed)
        let codec = Codec()
        var place = Message(topic: Topic(""), body: .tick(Tick()))
        for round in 0..<Self.rounds {
            for kind in BodyKind.allCases {
                let message = random.next(kind: kind)
                try codec.encode(message).withUnsafeBytes { try codec.decode($0, into: &place) }
                try #require(place == message, "seed \(seed), round \(round): \(differences(message, place))")
            }
        }
    }

    /// The straight way through a frame takes only what it would take the long way, and the same.
    @Test(
        "takes the frequent bodies in place as by value, whole and damaged",
        arguments: [BodyKind.bar, .quote, .trade, .tick])
    func straight(kind: BodyKind) throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = RandomMessages(seed: seed)
        let codec = Codec()
        var place = Message(topic: Topic(""), body: .tick(Tick()))
        for number: UInt64 in [
            0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455, 268_435_456, .max,
        ] {
            var message = random.next(kind: kind)
            message.cause = nil
            message.number = number
            message.epoch = number == 128 ? 300 : 3
            message.sentAt = Timestamp(nanoseconds: 1)
            message.originAt = Timestamp(nanoseconds: number == 127 ? 0 : 2)
            switch message.body {
            case .bar(var bar):
                bar.trades = number
                message.body = .bar(bar)
            case .trade(var trade):
                trade.id = number
                message.body = .trade(trade)
            default: break
            }
            let bytes = codec.encode(message)
            var damaged = bytes.indices.map { Array(bytes[..<$0]) } + [bytes, bytes + [0x10, 0x01]]
            for index in bytes.indices {
                for bit in 0..<8 {
                    var flipped = bytes
                    flipped[index] ^= 1 << bit
                    damaged.append(flipped)
                }
            }
            for bytes in damaged {
                let value = (try? codec.decode(bytes)).map(codec.encode)
                let isTaken = bytes.withUnsafeBytes { (try? codec.decode($0, into: &place)) != nil }
                try #require(
                    (isTaken ? codec.encode(place) : nil) == value, "seed \(seed), number \(number): \(bytes)"
                )
            }
        }
    }

    @Test("leaves a message that can still be used where bytes are none")
    func inPlaceOfNothing() throws {
        var random = RandomMessages(seed: 3)
        let codec = Codec()
        var place = Message(topic: Topic(""), body: .tick(Tick()))
        for kind in BodyKind.allCases {
            let message = random.next(kind: kind)
            let bytes = codec.encode(message)
            for count in bytes.indices {
                bytes[..<count].withUnsafeBytes { try? codec.decode($0, into: &place) }
                _ = place.topic.text.count + place.sender.count
            }
            try bytes.withUnsafeBytes { try codec.decode($0, into: &place) }
            #expect(place == message)
        }
    }

    @Test("takes fields in any order, the last of each, and skips fields it does not know")
    func anyOrder() throws {
        let message = Message(
            topic: Topic("market/bar/1m/AAPL"), number: 7, sender: "feed.1",
            body: .bar(Bar(symbol: Symbol("AAPL") ?? Symbol(), close: Price(units: 5))))
        let fixed = { (tag: UInt8, value: UInt8) -> [UInt8] in [tag, value, 0, 0, 0, 0, 0, 0, 0] }
        let text = { (tag: UInt8, text: String) -> [UInt8] in
            [tag, UInt8(text.utf8.count)] + Array(text.utf8)
        }
        let unknown: [UInt8] = [0x78, 0x96, 0x01] + fixed(0x79, 1) + text(0x7A, "new") + [0x7D, 1, 2, 3, 4]
        let body = fixed(0x39, 9) + unknown + fixed(0x39, 5) + text(0x0A, "AAPL")
        var bytes = text(0x32, "feed.1") + [0x82, 0x01, UInt8(body.count)] + body + unknown
        bytes += text(0x0A, "x") + [0x10, 3, 0x10, 7] + text(0x0A, "market/bar/1m/AAPL")
        #expect(try Codec().decode(bytes) == message)
        #expect(try bytes.withUnsafeBytes { try Peer().decode($0) } == message)
    }

    @Test("keeps a body that it does not know", arguments: [23, 100, 2_047, 536_870_911] as [UInt32])
    func unknownBody(field: UInt32) throws {
        let message = Message(
            topic: Topic("market/new/X"), number: 3, body: .unknown(field: field, bytes: [0xFF, 0, 7]))
        let codec = Codec()
        let bytes = codec.encode(message)
        #expect(try codec.decode(bytes) == message)
        #expect(codec.encode(try codec.decode(bytes)) == bytes)
    }

    @Test("reads the frame alone")
    func head() throws {
        var random = RandomMessages(seed: 1)
        let codec = Codec()
        for _ in 0..<Self.rounds {
            let message = random.next()
            let bytes = codec.encode(message)
            let head = try bytes.withUnsafeBytes { try codec.head(of: $0) }
            #expect(String(decoding: bytes[head.topic], as: UTF8.self) == message.topic.text)
            #expect(String(decoding: bytes[head.sender], as: UTF8.self) == message.sender)
            #expect(head.number == message.number && head.epoch == message.epoch)
            #expect(head.sentAt == message.sentAt && head.originAt == message.originAt)
            #expect(head.hasCause == (message.cause != nil) && head.bodyField == message.body.kind?.rawValue)
            #expect(
                head.causeEpoch == message.cause?.epoch ?? 0 && head.causeNumber == message.cause?.number ?? 0
            )
            #expect(
                String(decoding: bytes[head.causeTopic], as: UTF8.self) == message.cause?.topic.text ?? "")
        }
    }

    @Test("gives a name the same storage each time, and stays bounded in a flood of names")
    func names() throws {
        let codec = Codec()
        func name(_ text: String) throws -> String {
            try Array(text.utf8).withUnsafeBytes { try codec.name($0) }
        }
        for number in 0..<30_000 {
            let text = "market/quote/a rather long name \(number)"
            #expect(try name(text) == text)
        }
        func storage(_ text: String) -> UnsafePointer<UInt8>? {
            text.utf8.withContiguousStorageIfAvailable { $0.baseAddress } ?? nil
        }
        let first = try name("market/bar/1m/a long symbol")
        #expect(storage(first) == storage(try name("market/bar/1m/a long symbol")))
        #expect(try name("") == "")
        #expect(throws: WireError.self) { try [0xC3, 0x28].withUnsafeBytes { try codec.name($0) } }
    }
}
