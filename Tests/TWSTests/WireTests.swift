import Domain
import TWS
import Testing

@Suite("The wire of TWS")
struct WireTests {
    private func bytes(_ line: String) -> [UInt8] { TWSFrames.framed(message(line)) }

    private func ready(_ cut: Int) throws -> (TWSConversation, [TWSAnswer]) {
        var talk = TWSConversation(client: 7)
        var stream = bytes("178|20240311 09:30:00 EST|") + bytes("15|1|DU1,DU2|") + bytes("9|1|42|")
        stream += bytes("4|2|-1|2104|fine||") + bytes("49|1|1710163800|")
        var heard: [TWSAnswer] = []
        while !stream.isEmpty {
            heard += try talk.take(stream.prefix(cut)).map(\.answer)
            stream = Array(stream.dropFirst(cut))
        }
        return (talk, heard)
    }

    @Test("a conversation is the same however its bytes are cut", arguments: [1, 2, 3, 5, 7, 11, 64, 4096])
    func cuts(length: Int) throws {
        var (talk, heard) = try ready(length)
        #expect(talk.isReady && talk.version == 178)
        #expect(
            heard == [
                .accounts(["DU1", "DU2"]), .nextOrderId(42),
                .notice(TWSNotice(about: -1, code: 2104, text: "fine")),
                .currentTime(1_710_163_800),
            ])
        let hello = Array("API\0".utf8) + TWSFrames.framed(Array("v163..178".utf8))
        #expect(talk.takeOutbox() == hello + bytes("71|2|7||"))
        #expect(talk.takeOutbox().isEmpty)
    }

    @Test(
        "what cannot be read is told",
        arguments: [
            "178|x|\n0", "178|x|\n9|1|", "178|x|\n9|1|many|", "178|x|\n17|1|a|b|900|1|2|3|4|5|6|7|8|",
            "178|x|\n3|1|Submitted|x|0|0|0|0|0|0||0|", "178|x|\n5|1|2|A|", "178|x|\n11|1|1|0|A|STK|",
        ])
    func wrong(lines: String) throws {
        var talk = TWSConversation(client: 1)
        var heard: [TWSAnswer] = []
        for line in lines.split(separator: "\n") { heard += try talk.take(bytes(String(line))).map(\.answer) }
        #expect(heard.count == 1)
        #expect(heard.contains { if case .unreadable = $0 { true } else { false } })
    }

    @Test(
        "a server that speaks otherwise is told so at once",
        arguments: ["157|x|", "201|x|", "abc|x|", "", "163"])
    func strangers(line: String) {
        var talk = TWSConversation(client: 1)
        #expect(throws: TWSFault.self) { _ = try talk.take(bytes(line)) }
    }

    @Test("a length that no message has is refused before anything is kept for it")
    func length() throws {
        var frames = TWSFrames()
        frames.add([0xFF, 0xFF, 0xFF, 0xFF])
        #expect(throws: TWSFault.self) { try frames.next() }
        frames = TWSFrames()
        frames.add([0, 0, 0, 0])
        #expect(throws: TWSFault.self) { try frames.next() }
    }

    @Test("every beginning of every message that was recorded is read or refused", arguments: [157, 178])
    func beginnings(version: Int) throws {
        for line in try recorded("said-\(version)") {
            let whole = message(line)
            for length in stride(from: 1, through: whole.count, by: 3) {
                _ = try? TWSAnswer(Array(whole[..<length]) + [0], version: version)
            }
        }
    }

    @Test(
        "times",
        arguments: [
            ("20240311 09:30:00 US/Eastern", "2024-03-11T13:30:00Z"),
            ("20240311-13:30:00", "2024-03-11T13:30:00Z"),
            ("20240311  09:30:00", "2024-03-11T13:30:00Z"), ("20240111 14:30:00 UTC", "2024-01-11T14:30:00Z"),
        ])
    func times(text: String, moment: String) throws {
        #expect(try TWSTime.moment(text) == Timestamp(moment))
        #expect(TWSTime.utc(try Timestamp("2024-03-11T13:30:00Z")) == "20240311-13:30:00")
    }

    @Test(
        "times that are none",
        arguments: ["", "20240230 09:30:00", "20240311 9:30", "20240311 09:30:00 Mars/City", "1"])
    func noTimes(text: String) { #expect(throws: TWSFault.self) { try TWSTime.moment(text) } }

    @Test("a class of shares is told by a space, and a zero byte is no end of a field")
    func names() throws {
        #expect(TWSContract(stock: Symbol("BRK.B")!).symbol == "BRK B")
        #expect(TWSContract(stock: Symbol("BRK.B")!).stock == Symbol("BRK.B"))
        var order = TWSOrder()
        order.reference = "a\0b"
        let fields = meaning(TWSRequest.place(order).message(for: 178))
        #expect(fields.contains("ab") && fields.count - 1 == 114)
    }

    @Test("an unset number is nothing, and what is no number is told")
    func numbers() throws {
        var fields = try TWSFields(message("2147483647|1.7976931348623157E308|1.5e2|x|true|"))
        #expect(try fields.integer(ifSet: "a") == nil)
        #expect(try fields.decimal(ifSet: "b", Price.self) == nil)
        #expect(try fields.decimal("c") == Price(150))
        #expect(throws: TWSFault("d is x; a whole number would be right")) { try fields.integer("d") }
        #expect(try fields.flag("e"))
        #expect(throws: TWSFault.self) { try fields.text("f") }
    }
}
