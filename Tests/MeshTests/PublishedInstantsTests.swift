import Domain
import Testing
import Wire

@testable import Mesh

@Suite("What a feed has published")
struct PublishedInstantsTests {
    private let folder = TemporaryFolder()
    private let one = Symbol("ONE")!
    private let other = Symbol("TWO")!

    private func time(_ minute: Int) -> Timestamp { moment + Int64(minute) * Nanoseconds.minute }

    private func bar(_ symbol: Symbol, _ minute: Int) -> Message {
        Message(
            topic: .bar("1m", symbol), number: UInt64(minute), epoch: 1, sentAt: time(minute),
            sender: "feed.1",
            body: .bar(
                Bar(
                    symbol: symbol, span: Nanoseconds.minute, openedAt: time(minute - 1), open: Price(1),
                    high: Price(1), low: Price(1), close: Price(1), volume: Volume(minute))))
    }

    private func step(_ minute: Int) -> Message {
        Message(
            topic: Topic("market/step/feed.1"), number: UInt64(minute), epoch: 1, sentAt: time(minute),
            sender: "feed.1", body: .step(Step(time: time(minute))))
    }

    private func transcript() throws -> Transcript {
        try Transcript(
            try FileDisk(folder.path),
            Transcript.Identity(service: "feed", shard: "all", instance: "feed.1", boot: System.boot),
            epoch: 1, segmentSize: 8 << 10, at: moment)
    }

    private func write(_ messages: [Message], _ kind: Record.Kind, to transcript: Transcript) throws {
        for message in messages {
            let bytes = Codec().encode(message)
            let room = try transcript.reserve(kind, payloadMax: bytes.count, at: message.sentAt)
            room.copyBytes(from: bytes)
            transcript.finish(count: bytes.count)
            transcript.commit()
        }
    }

    /// Each instant as its minute and the symbols of its bars.
    private func readBack() throws -> [String] {
        var instants = try PublishedInstants(folder.path)
        var found: [String] = []
        while let instant = try instants.next() {
            let symbols = instant.items.compactMap { item -> String? in
                if case .bar(let bar) = item.body { "\(bar.symbol) \(bar.volume)" } else { nil }
            }
            found.append("\((instant.at - moment) / Nanoseconds.minute): \(symbols.joined(separator: ", "))")
        }
        return found
    }

    @Test("what a power cut took, and takers gave back topic by topic, stands in its instants again")
    func givenBack() throws {
        let transcript = try transcript()
        try write([bar(one, 1), bar(other, 1), step(1)], .sent, to: transcript)
        try write([bar(one, 2), bar(one, 3), bar(other, 2), step(2), step(3)], .recovered, to: transcript)
        try write([bar(other, 4), step(4)], .sent, to: transcript)
        try transcript.close(at: time(5))
        #expect(try readBack() == ["1: ONE 1, TWO 1", "2: ONE 2, TWO 2", "3: ONE 3", "4: TWO 4"])
    }

    @Test("what was given back without its step stands in the instant that its feed has closed since")
    func unclosed() throws {
        let transcript = try transcript()
        try write([bar(one, 1), bar(other, 1), step(1)], .sent, to: transcript)
        try write([bar(one, 2), bar(one, 3), bar(other, 2)], .recovered, to: transcript)
        try write([step(2), bar(other, 3), step(3), bar(one, 4), step(4)], .sent, to: transcript)
        try transcript.close(at: time(5))
        #expect(try readBack() == ["1: ONE 1, TWO 1", "2: ONE 2, TWO 2", "3: ONE 3, TWO 3", "4: ONE 4"])
    }

    @Test("of a transcript whose beginning is kept no longer each instant is whole", arguments: 0..<3)
    func cut(shift: Int) throws {
        let transcript = try transcript()
        // So the next segment begins at another place of an instant each time.
        try write(Array(repeating: bar(one, 1), count: shift), .sent, to: transcript)
        let instants = 1...90
        for minute in instants {
            try write([bar(one, minute), bar(other, minute), step(minute)], .sent, to: transcript)
        }
        try transcript.close(at: time(91))
        let names = try transcript.disk.names().filter { $0.hasSuffix(".segment") }.sorted()
        try #require(names.count > 2)
        try transcript.disk.remove(names[0])
        let found = try readBack()
        #expect(!found.isEmpty && found.count < 90)
        #expect(found == instants.suffix(found.count).map { "\($0): ONE \($0), TWO \($0)" })
    }
}
