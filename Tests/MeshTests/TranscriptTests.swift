import Domain
import Glibc
import Testing

@testable import Mesh

@Suite("A transcript on a real disk")
struct TranscriptTests {
    @Test(
        "what was written is read again, over the ends of segments, and gone on with",
        arguments: [0, 40, 2_000])
    func roundTrip(size: Int) throws {
        let folder = TemporaryFolder()
        do {
            let transcript = try begin(try FileDisk(folder.path))
            try write(0..<100, to: transcript, size: size)
            try transcript.close(at: moment)
        }
        let disk = try FileDisk(folder.path)
        #expect(try readBack(disk, size: size).batches == 100)
        let transcript = try goOn(disk)
        try write(100..<150, to: transcript, size: size)
        try transcript.checkpoint(at: moment)
        let (batches, tail) = try readBack(disk, size: size)
        #expect(batches == 150)
        #expect(tail?.torn == nil)
        #expect(size < 2_000 || (tail?.header.index ?? 0) > 5)
    }

    @Test("a batch that is longer than a segment gets one of its own, whole")
    func longBatch() throws {
        let folder = TemporaryFolder()
        let disk = try FileDisk(folder.path)
        let transcript = try begin(disk, segmentSize: 8 << 10)
        try transcript.allocateAhead()
        try write(0..<10, to: transcript, size: 9_000)
        #expect(try readBack(disk, size: 9_000).batches == 10)
    }

    /// The words of a batch are stored in order, and the one that makes it count last: a kill at any byte leaves it
    /// there whole or not at all.
    @Test("a kill at every byte of a batch leaves it whole or not at all", arguments: [5, 6, 7])
    func killInside(batches: Int) throws {
        let folder = TemporaryFolder()
        let disk = try FileDisk(folder.path)
        let transcript = try begin(disk, segmentSize: 8 << 10)
        let start = try write(0..<batches, to: transcript)
        let end = transcript.position.offset
        let name = SegmentHeader.name(0)
        for cut in start..<end {
            let copy = folder.copy()
            copy.change(name) { bytes in
                for at in start..<(start + 4) { bytes[at] = 0 }
                for at in max(cut, start + 4)..<end { bytes[at] = 0 }
            }
            let killed = try FileDisk(copy.path)
            let (found, tail) = try readBack(killed)
            #expect(found == batches - 1)
            #expect(tail?.position.offset == start)
            let next = try goOn(killed, segmentSize: 8 << 10)
            try write((batches - 1)..<(batches + 4), to: next)
            #expect(try readBack(killed).batches == batches + 4)
        }
    }

    @Test("a flipped bit is refused with a sentence, or does no harm", arguments: 0..<8)
    func flippedBit(bit: Int) throws {
        let folder = TemporaryFolder()
        let transcript = try begin(try FileDisk(folder.path), segmentSize: 8 << 10)
        try write(0..<20, to: transcript)
        try transcript.checkpoint(at: moment)
        try write(20..<30, to: transcript)
        let end = transcript.position.offset
        let original = folder.bytes(SegmentHeader.name(0))
        let copy = folder.copy()
        var refused = 0
        for at in stride(from: 0, to: min(original.count, end + 200), by: 3) {
            var damaged = original
            damaged[at] ^= 1 << bit
            copy.write(SegmentHeader.name(0), damaged)
            do {
                #expect(try readBack(try FileDisk(copy.path, readOnly: true)).batches == 30, "byte \(at)")
            } catch let damage as Damage {
                refused += 1
                #expect(damage.description.contains(copy.path))
            }
        }
        #expect(refused > end / 4)
    }

    @Test("after a power cut a torn tail is cut, but nothing that had been synced may be missing")
    func powerCut() throws {
        let folder = TemporaryFolder()
        let transcript = try begin(try FileDisk(folder.path), segmentSize: 8 << 10)
        try write(0..<20, to: transcript)
        try transcript.sync()
        try transcript.checkpoint(at: moment)
        try transcript.sync()
        let synced = transcript.position.offset
        try write(20..<30, to: transcript)
        let lost = folder.copy()
        lost.change(SegmentHeader.name(0)) { bytes in
            for at in (synced + 60)..<(synced + 200) { bytes[at] = 0 }
        }
        #expect(throws: Damage.self) { try readBack(try FileDisk(lost.path)) }
        let (batches, tail) = try readBack(try FileDisk(lost.path), boot: "boot-2")
        #expect(batches == 20)
        #expect(tail?.torn != nil)
        let worse = folder.copy()
        worse.change(SegmentHeader.name(0)) { bytes in for at in 600..<640 { bytes[at] = 0 } }
        #expect(throws: Damage.self) { try readBack(try FileDisk(worse.path), boot: "boot-2") }
    }

    @Test("a power cut may take a new segment with its header, but not once something of it had been synced")
    func headerLost() throws {
        let folder = TemporaryFolder()
        let transcript = try begin(try FileDisk(folder.path), segmentSize: 8 << 10)
        var batches = 0
        while transcript.header.index == 0 {
            try write(batches..<(batches + 1), to: transcript, size: 500)
            batches += 1
        }
        func blankHeader(of folder: TemporaryFolder) {
            folder.change(SegmentHeader.name(1)) {
                $0.replaceSubrange(..<512, with: repeatElement(0, count: 512))
            }
        }
        let lost = folder.copy()
        blankHeader(of: lost)
        #expect(throws: Damage.self) { try readBack(try FileDisk(lost.path), size: 500) }
        let (left, tail) = try readBack(try FileDisk(lost.path), boot: "boot-2", size: 500)
        #expect(left == batches - 1)
        #expect(tail?.abandoned == [SegmentHeader.name(1)])
        let disk = try FileDisk(lost.path)
        // The segment before it may be compressed by then.
        try Archive(disk).pack(0)
        let next = try goOn(disk, boot: "boot-2", segmentSize: 8 << 10)
        try write((batches - 1)..<(batches + 1), to: next, size: 500)
        let (whole, tailOfNext) = try readBack(next.disk, boot: "boot-2", size: 500)
        #expect(whole == batches + 1)
        // Another end now must not make the loss forgotten; a new epoch settles it.
        #expect(tailOfNext?.lostPower(before: "boot-2") == true)
        try next.openEpoch(2, at: moment)
        #expect(try readBack(next.disk, boot: "boot-2", size: 500).tail?.lostPower(before: "boot-2") == false)

        try transcript.sync()
        try write(batches..<(batches + 1), to: transcript, size: 500)
        try transcript.checkpoint(at: moment)
        let damaged = folder.copy()
        blankHeader(of: damaged)
        #expect(throws: Damage.self) { try readBack(try FileDisk(damaged.path), boot: "boot-2", size: 500) }
    }

    @Test("a segment that is missing is named", arguments: [0, 3, 5])
    func missingSegment(index: UInt64) throws {
        let folder = TemporaryFolder()
        do {
            let transcript = try begin(try FileDisk(folder.path), segmentSize: 8 << 10)
            try write(0..<60, to: transcript, size: 500)
            #expect(transcript.header.index > 5)
            if index == 5 { unlink(folder.path + "/" + transcript.header.name) }
        }
        if index != 5 { unlink(folder.path + "/" + SegmentHeader.name(index)) }
        let error = #expect(throws: Damage.self) { try readBack(try FileDisk(folder.path), size: 500) }
        #expect(error?.description.contains("this segment is missing") == true)
    }

    @Test("an epoch opens in a segment of its own, and the row goes on")
    func epochs() throws {
        let folder = TemporaryFolder()
        let disk = try FileDisk(folder.path)
        let transcript = try begin(disk)
        try write(0..<5, to: transcript)
        try transcript.openEpoch(4, at: moment)
        try write(5..<9, to: transcript)
        let (batches, tail) = try readBack(disk)
        #expect(batches == 9)
        #expect(tail?.header.epoch == 4)
        #expect(tail?.header.index == 1)
    }

    @Test("closed segments are compressed, and read as before")
    func archive() throws {
        let folder = TemporaryFolder()
        let disk = try FileDisk(folder.path)
        let transcript = try begin(disk, segmentSize: 8 << 10)
        try write(0..<60, to: transcript, size: 500)
        let archive = Archive(disk)
        for index in 0..<transcript.header.index { archive.add(index) }
        while !archive.isIdle { try archive.step() }
        let packed = TemporaryFolder.names(folder.path).filter { $0.hasSuffix(".zst") }
        #expect(packed.count == Int(transcript.header.index))
        #expect(try readBack(disk, size: 500).batches == 60)
        folder.change(packed[2]) { $0[$0.count / 2] ^= 0x40 }
        #expect(throws: Damage.self) { try readBack(disk, size: 500) }
    }

    @Test("a folder belongs to one process at a time")
    func owned() throws {
        let folder = TemporaryFolder()
        let first = try FileDisk(folder.path)
        let error = #expect(throws: DiskError.self) { try FileDisk(folder.path) }
        #expect(error?.kind == .owned)
        #expect(try first.names() == [])
    }

    @Test("a full disk is an error, and everything before it is kept")
    func fullDisk() throws {
        let folder = TemporaryFolder()
        let disk = FullDisk(try FileDisk(folder.path), room: 3)
        let transcript = try begin(disk, segmentSize: 8 << 10)
        var batches = 0
        let error = #expect(throws: DiskError.self) {
            while true {
                try write(batches..<(batches + 1), to: transcript, size: 500)
                batches += 1
            }
        }
        #expect(error?.kind == .full)
        #expect(try readBack(disk, size: 500).batches == batches)
    }

    @Test("what is closed on a full disk is gone on with there, in what is left of its segment")
    func closedOnFullDisk() throws {
        let folder = TemporaryFolder()
        do {
            let full = FullDisk(try FileDisk(folder.path), room: 1)
            let transcript = try begin(full)
            try write(0..<3, to: transcript)
            try transcript.close(at: moment)
        }
        let full = FullDisk(try FileDisk(folder.path), room: 0)
        let transcript = try goOn(full)
        try write(3..<6, to: transcript)
        try transcript.close(at: moment)
        let (batches, tail) = try readBack(full)
        #expect(batches == 6)
        #expect(tail?.header.index == 0 && tail?.torn == nil)
        #expect(tail?.lostPower(before: "boot-1") == false)
    }

    @Test("what is closed with room left is sealed, and gone on with on a disk that has filled up meanwhile")
    func closedInGoodOrder() throws {
        let folder = TemporaryFolder()
        let disk = try FileDisk(folder.path)
        do {
            let transcript = try begin(disk)
            try write(0..<3, to: transcript)
            try transcript.close(at: moment)
        }
        #expect(try readBack(disk).tail?.seal == .orderly)
        let full = FullDisk(disk, room: 0)
        let transcript = try goOn(full)
        try write(3..<6, to: transcript)
        let (batches, tail) = try readBack(full)
        #expect(batches == 6)
        #expect(tail?.header.index == 1)
    }

    @Test(
        "what was allocated ahead is made anew if a kill left a part of a header there",
        arguments: [0, SegmentHeader.size - 1])
    func spareIsBlank(at: Int) throws {
        let folder = TemporaryFolder()
        do {
            let transcript = try begin(try FileDisk(folder.path))
            try write(0..<3, to: transcript)
            try transcript.close(at: moment)
        }
        let spare = "\(folder.path)/00000001.segment"
        let file = Glibc.open(spare, O_WRONLY)
        #expect(pwrite(file, [1 as UInt8], 1, off_t(at)) == 1)
        Glibc.close(file)
        #expect(throws: DiskError.self) { try goOn(FullDisk(try FileDisk(folder.path), room: 0)) }
        let disk = try FileDisk(folder.path)
        let transcript = try goOn(disk)
        try write(3..<6, to: transcript)
        #expect(try readBack(disk).batches == 6)
    }

    @Test("Of a segment that waits only the beginning is in memory, and all of it once it is written to")
    func waitingSegments() throws {
        let folder = TemporaryFolder()
        let disk = try FileDisk(folder.path)
        let size = 8 << 20
        let segment = try disk.allocate("waiting.segment", size: size)
        #expect(try resident("waiting.segment") == 1 << 20)
        disk.prepare(segment)
        #expect(try disk.allocated(waiting: true) == nil, "waits for what the allocator does")
        #expect(try resident("waiting.segment") == size)
        disk.close(segment)
        #expect(try resident("waiting.segment") == 0)
    }

    /// The bytes of a mapped file that this process holds.
    private func resident(_ name: String) throws -> Int {
        let maps = try #require(fopen("/proc/self/smaps", "r"))
        defer { fclose(maps) }
        var line: UnsafeMutablePointer<CChar>?
        var room = 0
        defer { free(line) }
        var isFound = false
        while getline(&line, &room, maps) > 0, let line {
            let text = String(cString: line)
            if text.hasSuffix("/\(name)\n") { isFound = true }
            guard isFound, text.hasPrefix("Rss:") else { continue }
            return try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) }) << 10
        }
        return 0
    }
}

/// A real disk with room for so many segments, and for a file as long as there is room for one.
final class FullDisk: Disk {
    private let disk: FileDisk
    var room: Int

    init(_ disk: FileDisk, room: Int) {
        self.disk = disk
        self.room = room
    }

    var place: String { disk.place }
    func names() throws(DiskError) -> [String] { try disk.names() }
    func allocate(_ name: String, size: Int) throws(DiskError) -> Segment {
        guard room > 0 else { throw DiskError(.full, "the disk is full") }
        room -= 1
        return try disk.allocate(name, size: size)
    }
    func open(_ name: String) throws(DiskError) -> Segment { try disk.open(name) }
    func sync(_ segment: Segment, _ range: Range<Int>) throws(DiskError) { try disk.sync(segment, range) }
    func close(_ segment: Segment) { disk.close(segment) }
    func read(_ name: String) throws(DiskError) -> [UInt8] { try disk.read(name) }
    func replace(_ name: String, with bytes: [UInt8]) throws(DiskError) {
        guard room > 0 else { throw DiskError(.full, "the disk is full") }
        try disk.replace(name, with: bytes)
    }
    func remove(_ name: String) throws(DiskError) { try disk.remove(name) }
}
