import Domain
import Glibc
import Synchronization
import Testing

@testable import Mesh

/// A folder that is gone when the test is over.
final class TemporaryFolder {
    let path: String

    init() {
        var template = Array("/tmp/tradewind-XXXXXX".utf8CString)
        path = String(cString: mkdtemp(&template)!)
    }

    deinit { TemporaryFolder.remove(path) }

    static func remove(_ path: String) {
        for name in names(path) { unlink(path + "/" + name) }
        rmdir(path)
    }

    static func names(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var found: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { found.append(name) }
        }
        return found.sorted()
    }

    /// A copy of everything, as it stands now.
    func copy() -> TemporaryFolder {
        let other = TemporaryFolder()
        for name in TemporaryFolder.names(path) where name != "lock" { other.write(name, bytes(name)) }
        return other
    }

    func bytes(_ name: String) -> [UInt8] {
        let file = open(path + "/" + name, O_RDONLY)
        precondition(file >= 0)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: Int(lseek(file, 0, SEEK_END)))
        _ = pread(file, &bytes, bytes.count, 0)
        return bytes
    }

    func write(_ name: String, _ bytes: [UInt8]) {
        let file = open(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        precondition(file >= 0)
        defer { close(file) }
        precondition(bytes.isEmpty || Glibc.write(file, bytes, bytes.count) == bytes.count)
    }

    func change(_ name: String, _ change: (inout [UInt8]) -> Void) {
        var all = bytes(name)
        change(&all)
        write(name, all)
    }
}

let moment = Timestamp(nanoseconds: 1_700_000_000_000_000_000)

func identity(boot: String = "boot-1") -> Transcript.Identity {
    Transcript.Identity(service: "test", shard: "all", instance: "test.1", boot: boot)
}

/// Writes batches of one to three records, each with its own content, and says where the last one began.
@discardableResult
func write(_ batches: Range<Int>, to transcript: Transcript, size: Int = 40) throws -> Int {
    var begin = 0
    for batch in batches {
        begin = transcript.position.offset
        for part in 0...(batch % 3) {
            let content = payload(batch, part, size)
            let room = try transcript.reserve(
                part == 0 ? .taken : .sent, payloadMax: content.count + 9, at: moment)
            room.copyBytes(from: content)
            transcript.finish(count: content.count)
        }
        transcript.commit()
    }
    return begin
}

func payload(_ batch: Int, _ part: Int, _ size: Int) -> [UInt8] {
    (0..<(size + batch % 11)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ batch &* 7 &+ part) }
}

/// Reads everything, and checks that it is the first so many batches, whole. Gives their number and the end.
func readBack(_ disk: any Disk, boot: String = "boot-1", size: Int = 40) throws -> (
    batches: Int, tail: TranscriptFolder.Tail?
) {
    var count = 0
    let tail = try TranscriptFolder(disk, boot: boot).walk { _, batch in
        #expect(batch.count == count % 3 + 1)
        for (part, record) in batch.enumerated() {
            #expect(record.payload.elementsEqual(payload(count, part, size)))
        }
        count += 1
    }
    return (count, tail)
}

func begin(_ disk: any Disk, segmentSize: Int = 16 << 10) throws -> Transcript {
    try Transcript(disk, identity(), epoch: 1, segmentSize: segmentSize, at: moment)
}

func goOn(_ disk: any Disk, boot: String = "boot-1", segmentSize: Int = 16 << 10) throws -> Transcript {
    let tail = try #require(try TranscriptFolder(disk, boot: boot).walk { _, _ in })
    return try Transcript(disk, identity(boot: boot), resuming: tail, segmentSize: segmentSize, at: moment)
}
