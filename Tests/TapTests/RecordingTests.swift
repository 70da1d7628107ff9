import Configuration
import Domain
import Glibc
import Mesh
import Testing

@testable import tap

/// How a record came into a transcript, for tests that name it.
typealias RecordKind = Record.Kind

@Suite("Recordings")
struct RecordingTests {
    /// A recording of so many messages in a folder of its own.
    private func record(_ count: Int) throws -> [UInt8] {
        var template = Array("/tmp/tap-XXXXXX".utf8CString)
        let folder = String(cString: mkdtemp(&template)!)
        let path = "\(folder)/a.rec"
        defer {
            unlink(path)
            rmdir(folder)
        }
        let writer = try RecordingWriter(path, as: "tap", at: Timestamp(nanoseconds: 1))
        for index in 0..<count {
            let payload = [UInt8](repeating: UInt8(index & 255), count: index % 40)
            #expect(
                try payload.withUnsafeBytes { try writer.add($0, at: Timestamp(nanoseconds: Int64(index))) })
        }
        try writer.close()
        #expect(throws: DiskError.self) { try RecordingWriter(path, as: "tap", at: .zero) }
        return try withExtendedLifetime(MappedFile(path)) { Array($0.bytes) }
    }

    /// Reads all there is: how many messages, and how it ends.
    private func read(_ bytes: [UInt8]) throws -> (count: Int, torn: String?) {
        try bytes.withUnsafeBytes { bytes in
            var reader = try RecordingReader(bytes, name: "a.rec")
            var count = 0
            while let record = try reader.next() {
                #expect(record.time == Int64(count) && record.payload.count == count % 40)
                #expect(record.payload.allSatisfy { $0 == UInt8(count & 255) })
                count += 1
            }
            return (count, reader.torn)
        }
    }

    @Test("what is recorded is read back", arguments: [0, 1, 300])
    func whole(count: Int) throws {
        let (found, torn) = try read(try record(count))
        #expect(found == count && torn == nil)
    }

    @Test("a file that breaks off is good up to there, wherever that is")
    func torn() throws {
        let bytes = try record(12)
        var before = 0
        for length in SegmentHeader.size..<bytes.count {
            let (count, torn) = try read(Array(bytes[..<length]))
            #expect(count >= before && count < 12)
            // Cut between two records it looks whole.
            if torn == nil { before = count } else { #expect(torn?.contains("breaks off") == true) }
        }
        #expect(before == 11)
    }

    @Test("a flipped bit is a sentence, or told as the end of the file")
    func damaged() throws {
        let bytes = try record(6)
        for at in 0..<bytes.count {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[at] ^= 1 << bit
                do {
                    let (count, torn) = try read(flipped)
                    // Only what nothing covers may change without a word: the rest of the header, the padding.
                    let isUncovered = (400..<512).contains(at)
                    #expect(count == 6 || torn != nil || isUncovered, "bit \(bit) of byte \(at)")
                } catch let problem as RecordingReader.Problem {
                    #expect(problem.description.hasPrefix("a.rec is"))
                }
            }
        }
    }

    @Test("a hole, a segment of a transcript and a stray file are told from a recording")
    func refused() throws {
        var hole = try record(9)
        for at in 560..<600 { hole[at] = 0 }
        #expect(throws: RecordingReader.Problem.self) { try read(hole) }
        #expect(throws: RecordingReader.Problem.self) { try read([]) }
        #expect(throws: RecordingReader.Problem.self) { try read(Array("hello".utf8)) }
    }

    @Test(
        "speeds",
        arguments: [
            ("10x", Speed.times(10)), ("0.5x", .times(0.5)), ("3", .times(3)), ("0", .unbounded),
            ("0x", .unbounded),
            ("max", .unbounded), ("1.5", .times(1.5)),
        ])
    func speed(text: String, expected: Speed) throws { #expect(try Speed(text) == expected) }

    @Test(
        "what is no speed is told",
        arguments: ["", "x", "-1", "fast", "1e9", "nan", "inf", "0x10", "2000000", "1x0"])
    func noSpeed(text: String) {
        #expect(throws: Failure.self) { try Speed(text) }
    }

    @Test("a speed says when something is due")
    func due() {
        #expect(Speed.times(10).due(after: 1000) == 100)
        #expect(Speed.times(0.5).due(after: 1000) == 2000)
        #expect(Speed.unbounded.due(after: 1000) == 0)
        #expect(Speed.times(0.000_001).due(after: .max) > 0)
    }

    @Test("from and to are times, or whole days")
    func times() throws {
        let day = try TimeRange(from: "2012-01-05", to: "2012-01-05")
        #expect(day.contains(try Timestamp("2012-01-05T00:00:00Z")))
        #expect(day.contains(try Timestamp("2012-01-05T23:59:59.999999999Z")))
        #expect(!day.contains(try Timestamp("2012-01-06T00:00:00Z")))
        #expect(try TimeRange(from: nil, to: nil).isAlways)
        #expect(throws: Failure.self) { try TimeRange(from: "2012-13-05", to: nil) }
        #expect(throws: Failure.self) { try TimeRange(from: "2012-01-06", to: "2012-01-05") }
        #expect(throws: Failure.self) { try TimeRange(from: nil, to: "yesterday") }
    }
}
