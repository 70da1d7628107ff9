import Domain
import Glibc
import Mesh
import Testing
import Wire

@testable import Explaining

@Suite("Search in a transcript")
struct ShardSearchTests {
    private static let bars = Topic("market/bar/1m/AAPL")
    private static let asks = Topic("control/ask/a/b")

    /// Batches of a bar that was taken and, for each hundredth, a question that was sent because of it; over many
    /// segments.
    private func write(_ count: UInt64, to folder: String) throws {
        let identity = Transcript.Identity(
            service: "test", shard: "all", instance: "test.1", boot: System.boot)
        let transcript = try Transcript(
            FileDisk(folder), identity, epoch: 1, segmentSize: 64 << 10, at: Timestamp(nanoseconds: 1))
        let codec = Codec()
        func add(_ kind: Record.Kind, _ message: Message) throws {
            let bytes = codec.encode(message)
            try transcript.reserve(kind, payloadMax: bytes.count, at: message.sentAt).copyBytes(from: bytes)
            _ = transcript.finish(count: bytes.count)
        }
        for number in 1...count {
            let at = Timestamp(nanoseconds: Int64(number))
            let bar = Message(
                topic: Self.bars, number: number, epoch: 1, sentAt: at, sender: "feed.1", body: .tick(Tick()))
            try add(.taken, bar)
            if number % 100 == 0 {
                var ask = Ask()
                ask.id = "o-\(number / 200)"
                try add(
                    .sent,
                    Message(
                        topic: Self.asks, number: number / 100, epoch: 1, sentAt: at, sender: "test.1",
                        cause: bar.asCause, body: .ask(ask)))
            }
            transcript.commit()
        }
        try transcript.close(at: Timestamp(nanoseconds: Int64(count) + 1))
    }

    @Test("every message is found by its name, and what is not there is not")
    func find() throws {
        var template = Array("/tmp/tap-XXXXXX".utf8CString)
        let folder = String(cString: mkdtemp(&template)!)
        defer {
            for name in (try? FileDisk(folder, readOnly: true).names()) ?? [] { unlink("\(folder)/\(name)") }
            unlink("\(folder)/lock")
            rmdir(folder)
        }
        try write(4000, to: folder)
        let history = try TranscriptFolder(FileDisk(folder, readOnly: true), boot: System.boot)
        #expect(history.files.count > 3)
        let search = ShardSearch(name: "test/all", history)
        for number in stride(from: 1, through: 4000, by: 61) as StrideThrough<UInt64> {
            let copy = try search.find(Cause(topic: Self.bars, epoch: 1, number: number))
            #expect(copy?.message.number == number && copy?.kind == .taken && copy?.batchCause == nil)
        }
        for number in 1...40 as ClosedRange<UInt64> {
            let copy = try search.find(Cause(topic: Self.asks, epoch: 1, number: number))
            #expect(copy?.message.number == number && copy?.kind == .sent)
            #expect(copy?.batchCause?.number == number * 100)
        }
        #expect(try search.find(Cause(topic: Self.bars, epoch: 1, number: 4001)) == nil)
        #expect(search.bound == "test/all ends with 1/4000")
        #expect(try search.find(Cause(topic: Self.bars, epoch: 0, number: 9)) == nil)
        #expect(search.bound == "test/all begins with 1/1")
        #expect(try search.find(Cause(topic: Topic("market/none"), epoch: 1, number: 1)) == nil)
        #expect(try search.findNewest(carrying: "o-7")?.message.number == 15)
        #expect(try search.findNewest(carrying: "o-77") == nil)
        #expect(search.problems.isEmpty)
    }
}
