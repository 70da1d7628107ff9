import CZstd

/// What a shard's folder holds: its segments in order, read and checked batch by batch.
public final class TranscriptFolder {
    /// A segment as it lies in the folder, as it was written or compressed.
    public struct File: Sendable {
        public let index: UInt64
        public let packed: Bool
        public var name: String { SegmentHeader.name(index) + (packed ? ".zst" : "") }
    }

    /// Where reading begins: the start of a batch, with the hash of all before its block of records.
    public struct Position: Equatable, Sendable {
        public var index: UInt64
        public var offset: Int
        public var sequence: UInt64
        public var hash: RunningHash
        public var hashedFrom: Int
    }

    /// How a transcript ends.
    public struct Tail: Sendable {
        public var header: SegmentHeader
        public var position: Position
        public var syncedThrough: Int
        public var seal: Seal
        /// What was begun and not finished, and is to be cut off.
        public var torn: String?
        /// Later segments that a power cut left behind a torn one; nothing in them had been synced.
        public var abandoned: [String] = []

        /// The machine was restarted while this was written: what was not on disk may be gone.
        public func lostPower(before boot: String) -> Bool {
            header.boot != boot && (seal == .none || !abandoned.isEmpty)
        }
    }

    public enum Seal: UInt8, Sendable {
        case none = 0
        /// The next segment goes on.
        case rolled = 1
        /// The service stopped in good order.
        case orderly = 2
    }

    public let disk: any Disk
    public private(set) var files: [File] = []
    /// The boot of the machine that is running: a segment of another boot may have lost its tail.
    let boot: String

    public init(_ disk: any Disk, boot: String) throws {
        self.disk = disk
        self.boot = boot
        try refresh()
    }

    /// Looks at the folder again.
    public func refresh() throws {
        var found: [UInt64: File] = [:]
        for name in try disk.names() {
            let packed = name.hasSuffix(".segment.zst")
            guard packed || name.hasSuffix(".segment"), let index = UInt64(name.prefix { $0 != "." }) else {
                continue
            }
            // Both are there when a crash came between the compressed file and the removal of the other: the first is
            // whole and on disk by then, the other need not be.
            found[index] = File(index: index, packed: packed)
        }
        files = found.values.sorted { $0.index < $1.index }
        for (left, right) in zip(files, files.dropFirst()) where right.index != left.index + 1 {
            throw Damage(disk.place, SegmentHeader.name(left.index + 1), "this segment is missing")
        }
    }

    /// The bytes of a segment, and what keeps them alive.
    public final class Loaded {
        private let bytes: UnsafeRawBufferPointer
        private let release: () -> Void

        init(_ bytes: UnsafeRawBufferPointer, release: @escaping () -> Void) {
            self.bytes = bytes
            self.release = release
        }

        deinit { release() }

        public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
            try withExtendedLifetime(self) { try body(bytes) }
        }
    }

    public func load(_ file: File) throws -> Loaded {
        guard file.packed else {
            let segment: Segment
            do throws(DiskError) {
                segment = try disk.open(file.name)
            } catch {
                // It has just been compressed.
                guard error.kind == .missing else { throw error }
                return try load(File(index: file.index, packed: true))
            }
            return Loaded(segment.bytes) { [disk] in disk.close(segment) }
        }
        let packed = try disk.read(file.name)
        let size = packed.withUnsafeBytes { ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
        guard size < 1 << 32 else {
            throw Damage(disk.place, file.name, "it is not a compressed segment")
        }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(size), alignment: 16)
        let outcome = packed.withUnsafeBytes {
            ZSTD_decompress(memory.baseAddress, memory.count, $0.baseAddress, $0.count)
        }
        guard ZSTD_isError(outcome) == 0, outcome == Int(size) else {
            memory.deallocate()
            throw Damage(disk.place, file.name, "it cannot be decompressed")
        }
        return Loaded(UnsafeRawBufferPointer(memory)) { memory.deallocate() }
    }

    public func header(of file: File) throws -> SegmentHeader {
        try load(file).withBytes { try header(of: file, $0) }
    }

    private func header(of file: File, _ bytes: UnsafeRawBufferPointer) throws -> SegmentHeader {
        switch SegmentHeader.read(bytes) {
        case .success(let header) where header.index == file.index: return header
        case .success(let header):
            throw Damage(disk.place, file.name, "its header says that it is segment \(header.index)")
        case .failure(let reason): throw Damage(disk.place, file.name, reason.text)
        }
    }

    /// Reads and checks every whole batch, from a position or from the start, and tells how the transcript ends.
    ///
    /// Nothing that was committed is passed over: a transcript that is not whole is an error that says what is
    /// damaged. Only what a crash left unfinished at the very end is reported as torn.
    public func walk(
        from start: Position? = nil,
        _ visit: (_ header: SegmentHeader, _ batch: [Record]) throws -> Void
    ) throws -> Tail? {
        guard let first = files.first else {
            if let start {
                throw Damage(disk.place, SegmentHeader.name(start.index), "this segment is missing")
            }
            return nil
        }
        if start == nil && first.index != 0 {
            throw Damage(disk.place, SegmentHeader.name(0), "this segment is missing")
        }
        if let start, !files.contains(where: { $0.index == start.index }) {
            throw Damage(disk.place, SegmentHeader.name(start.index), "this segment is missing")
        }
        // The very first segment is there before its header is: a kill in between means that nothing was begun.
        if start == nil, files.count == 1, try isBlank(first, orHasHeader: false) { return nil }
        var expected = start
        var tail: Tail?
        for file in files where file.index >= (start?.index ?? 0) {
            if var before = tail, before.seal == .rolled, before.header.boot != boot, try hasNoHeader(file) {
                // The header is synced with the first records behind it: a power cut came before that.
                before.abandoned = try abandoned(after: before)
                return before
            }
            if var before = tail, before.seal != .rolled {
                // A segment is allocated before the one before it is sealed. It is still blank if a crash came
                // between.
                if try isBlank(file, orHasHeader: before.seal == .none) { return before }
                if before.seal == .none {
                    before.abandoned = try abandoned(after: before)
                    return before
                }
            }
            tail = try load(file).withBytes { try walk(file, $0, &expected, visit) }
        }
        if let tail, tail.seal == .rolled {
            throw Damage(disk.place, SegmentHeader.name(tail.header.index + 1), "this segment is missing")
        }
        return tail
    }

    /// The segments behind one that nothing follows on: a power cut may leave them, if they were never synced.
    private func abandoned(after tail: Tail) throws -> [String] {
        let later = files.filter { $0.index > tail.header.index }
        let brokenOff = Damage(
            disk.place, SegmentHeader.name(tail.header.index),
            "it breaks off at byte \(tail.position.offset), though \(later[0].name) goes on")
        guard tail.header.boot != boot else { throw brokenOff }
        for file in later {
            let damage = try load(file).withBytes {
                Unfinished(
                    bytes: $0, offset: SegmentHeader.size, sequence: tail.position.sequence, syncedThrough: 0
                ).damage(nil, mayBeTorn: true)
            }
            if damage != nil { throw brokenOff }
        }
        return later.map(\.name)
    }

    private func hasNoHeader(_ file: File) throws -> Bool {
        try load(file).withBytes { $0.prefix(SegmentHeader.size).allSatisfy { $0 == 0 } }
    }

    private func isBlank(_ file: File, orHasHeader: Bool) throws -> Bool {
        try load(file).withBytes { bytes in
            guard case .success = SegmentHeader.read(bytes) else {
                // Whatever a kill left of a header: no record follows one that was not whole.
                return bytes.dropFirst(SegmentHeader.size).allSatisfy { $0 == 0 }
            }
            guard orHasHeader, case .empty = Record.read(bytes, at: SegmentHeader.size) else { return false }
            return true
        }
    }

    private func walk(
        _ file: File, _ bytes: UnsafeRawBufferPointer, _ expected: inout Position?,
        _ visit: (_ header: SegmentHeader, _ batch: [Record]) throws -> Void
    ) throws -> Tail {
        let header = try header(of: file, bytes)
        var position =
            expected?.index == file.index
            ? expected!
            : Position(
                index: file.index, offset: SegmentHeader.size, sequence: header.sequence,
                hash: header.previousHash, hashedFrom: SegmentHeader.size)
        if let expected, expected.index != file.index {
            guard header.sequence == expected.sequence, header.previousHash == expected.hash else {
                throw Damage(disk.place, file.name, "it does not continue the segment before it")
            }
        }
        let mayBeTorn = header.boot != boot
        var tail = Tail(header: header, position: position, syncedThrough: 0, seal: .none)
        var batch: [Record] = []
        while tail.seal == .none {
            switch Record.batch(bytes, at: position.offset, sequence: position.sequence, into: &batch) {
            case .whole:
                if batch[0].kind == .checkpoint {
                    try absorb(batch[0], of: file, bytes, &position, &tail)
                } else {
                    try visit(header, batch)
                }
                position.offset = batch.last!.end
                position.sequence += 1
            case .ends(let what):
                let unfinished = Unfinished(
                    bytes: bytes, offset: position.offset, sequence: position.sequence,
                    syncedThrough: tail.syncedThrough)
                if let damage = unfinished.damage(what, mayBeTorn: mayBeTorn) {
                    throw Damage(disk.place, file.name, damage)
                }
                tail.torn = unfinished.isClean ? nil : what ?? "a batch that was not committed"
                tail.position = position
                expected = position
                return tail
            }
        }
        tail.position = position
        expected = position
        return tail
    }

    /// Checks the hash that a checkpoint carries, and goes on from it.
    private func absorb(
        _ checkpoint: Record, of file: File, _ bytes: UnsafeRawBufferPointer, _ position: inout Position,
        _ tail: inout Tail
    ) throws {
        position.hash.absorb(
            UnsafeRawBufferPointer(rebasing: bytes[position.hashedFrom..<checkpoint.offset]))
        position.hashedFrom = checkpoint.offset
        guard let content = CheckpointContent(checkpoint.payload), content.hash == position.hash.bytes else {
            throw Damage(
                disk.place, file.name,
                "the running hash of the checkpoint at byte \(checkpoint.offset) does not match what is before it"
            )
        }
        tail.syncedThrough = max(tail.syncedThrough, content.syncedThrough)
        tail.seal = content.seal
    }
}
