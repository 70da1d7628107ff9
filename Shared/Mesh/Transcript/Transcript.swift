import Domain
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The journal of one shard, open for writing: batches go to a memory-mapped segment, where they survive a kill of
/// the process without a system call; `sync` makes them survive a power cut.
public final class Transcript {
    public struct Identity: Sendable {
        public var service: String
        public var shard: String
        public var instance: String
        public var boot: String
        public var binary: RunningHash
        public var configuration: RunningHash

        public init(
            service: String, shard: String, instance: String, boot: String, binary: RunningHash = .init(),
            configuration: RunningHash = .init()
        ) {
            self.service = service
            self.shard = shard
            self.instance = instance
            self.boot = boot
            self.binary = binary
            self.configuration = configuration
        }
    }

    /// Where a record of the batch that was committed last lies.
    public struct Written: Sendable {
        fileprivate var start: Int
        fileprivate var count: Int
    }

    public let disk: any Disk
    public internal(set) var header: SegmentHeader
    /// The number of the next batch.
    public internal(set) var sequence: UInt64
    public internal(set) var hash: RunningHash

    /// The simulator takes this away to show that it notices.
    var isHeaderSynced = true

    let identity: Identity
    /// The boot that new segments name. After a power cut it stays that of before until a new epoch begins: were it
    /// this one, a second end while takers are still asked would make the loss forgotten.
    var boot: String
    let segmentSize: Int
    var segment: Segment
    /// The next segment, allocated ahead so that a full disk is an error and not a fault.
    var spare: Segment?
    var isAllocating = false
    var unsynced: [(segment: Segment, from: Int)] = []
    /// Where the open batch begins, and where its next record goes.
    var end: Int
    var cursor: Int
    var firstPayload = 0
    private var lastRecord: (offset: Int, payload: Int)?
    var hashedFrom: Int
    var syncedThrough = 0
    /// What is being synced aside: older segments as a whole, and the one in use up to an offset.
    private var syncing: (older: [Segment], segment: UInt64, through: Int)?
    private var committedStart = 0

    static let checkpointRoom = Record.size(payload: CheckpointContent.size)

    /// Begins the first transcript of a shard.
    public init(_ disk: any Disk, _ identity: Identity, epoch: UInt64, segmentSize: Int, at now: Timestamp)
        throws(DiskError)
    {
        self.disk = disk
        self.identity = identity
        boot = identity.boot
        self.segmentSize = segmentSize
        header = SegmentHeader(
            service: identity.service, shard: identity.shard, instance: identity.instance, epoch: epoch,
            index: 0, sequence: 0, createdAt: now.nanoseconds, boot: identity.boot,
            previousHash: RunningHash(), binary: identity.binary, configuration: identity.configuration)
        sequence = 0
        hash = header.previousHash
        segment = try disk.allocate(header.name, size: segmentSize)
        end = SegmentHeader.size
        cursor = end
        hashedFrom = end
        header.write(to: segment.base)
        try disk.sync(segment, 0..<SegmentHeader.size)
        disk.prepare(segment)
    }

    /// Goes on with a transcript where it ended; cuts off what was left unfinished.
    public init(
        _ disk: any Disk, _ identity: Identity, resuming tail: TranscriptFolder.Tail, segmentSize: Int,
        at now: Timestamp
    ) throws(DiskError) {
        self.disk = disk
        self.identity = identity
        boot = tail.lostPower(before: identity.boot) ? tail.header.boot : identity.boot
        self.segmentSize = segmentSize
        header = tail.header
        sequence = tail.position.sequence
        hash = tail.position.hash
        hashedFrom = tail.position.hashedFrom
        syncedThrough = tail.syncedThrough
        end = tail.position.offset
        cursor = end
        // What was allocated ahead is still good if it is blank: the disk may have no room for another one.
        let names = try disk.names()
        let next = SegmentHeader.name(header.index + 1)
        if names.contains(next), !tail.abandoned.contains(next) {
            spare = try Transcript.blank(next, segmentSize, on: disk)
        }
        var later = Set(tail.abandoned)
        if spare == nil { later.insert(next) }
        for name in names.reversed() where later.contains(name) { try disk.remove(name) }
        if tail.seal != .none {
            // Nothing more goes into a segment that is sealed, and it may be compressed already.
            segment = if let spare { spare } else { try disk.allocate(next, size: segmentSize) }
            spare = segment
            try openNext(epoch: header.epoch, size: segmentSize, sequence: sequence, at: now)
            return
        }
        segment = try disk.open(header.name)
        if tail.torn != nil {
            // Zero to the end: remains of an unfinished batch must never be taken for the start of a record.
            memset(segment.base + end, 0, segment.size - end)
            // Nor may a power cut bring them back behind what is written now.
            try disk.sync(segment, end..<segment.size)
        }
    }

    /// The segment of that name, if it is as it was allocated.
    private static func blank(_ name: String, _ size: Int, on disk: any Disk) throws(DiskError) -> Segment? {
        let bytes = try disk.read(name)
        guard bytes.count == size, bytes[0] == 0 else { return nil }
        let isBlank = bytes.withUnsafeBytes { memcmp($0.baseAddress!, $0.baseAddress! + 1, size - 1) == 0 }
        return isBlank ? try disk.open(name) : nil
    }

    deinit {
        disk.close(segment)
        for older in unsynced where older.segment !== segment { disk.close(older.segment) }
        if let spare { disk.close(spare) }
    }

    // MARK: a batch

    /// Room for a record of the open batch; `finish` says how much of it was used.
    @inline(__always)
    public func reserve(
        _ kind: Record.Kind, stream: UInt16 = 0, payloadMax: Int, at time: Timestamp
    ) throws(DiskError) -> UnsafeMutableRawBufferPointer {
        closeLastRecord()
        if cursor + Record.size(payload: payloadMax) + Transcript.checkpointRoom > segment.size {
            try roll(needing: Record.size(payload: payloadMax), at: time)
        }
        let base = segment.base + cursor
        Record.open(base, kind: kind, stream: stream, sequence: sequence, time: time.nanoseconds)
        return UnsafeMutableRawBufferPointer(start: base + Record.headerSize, count: payloadMax)
    }

    /// Ends the record that was reserved last.
    @inline(__always)
    @discardableResult
    public func finish(count: Int) -> Written {
        lastRecord = (cursor, count)
        if cursor == end {
            // The first commit word of a batch stays blank until the whole batch is in place.
            firstPayload = count
        } else {
            (segment.base + cursor).storeBytes(of: Record.commitMark | UInt32(count), as: UInt32.self)
        }
        let written = Written(start: cursor - end, count: count)
        cursor += Record.size(payload: count)
        // An encoder may have used more room than it needed in the end.
        if cursor + 4 <= segment.size { (segment.base + cursor).storeBytes(of: 0, as: UInt32.self) }
        return written
    }

    /// Adds a message that was taken to the open batch.
    @inline(__always)
    func append(taken bytes: UnsafeRawBufferPointer, at time: Timestamp) throws(DiskError) {
        let room = try reserve(.taken, payloadMax: bytes.count, at: time)
        room.copyMemory(from: bytes)
        finish(count: bytes.count)
    }

    @inline(__always)
    private func closeLastRecord() {
        guard let last = lastRecord else { return }
        Record.close(segment.base + last.offset, payload: last.payload)
        lastRecord = nil
    }

    /// Makes the open batch part of the transcript: it is there now, whatever becomes of the process.
    @inline(__always)
    public func commit() {
        guard let last = lastRecord else { return }
        (segment.base + last.offset).storeBytes(
            of: Record.Flags.lastOfBatch.rawValue, toByteOffset: 9, as: UInt8.self)
        closeLastRecord()
        // Everything else of the batch is stored before the word that makes it count.
        atomicMemoryFence(ordering: .releasing)
        (segment.base + end).storeBytes(of: Record.commitMark | UInt32(firstPayload), as: UInt32.self)
        committedStart = end
        end = cursor
        sequence += 1
    }

    /// The bytes of a record of the batch that was committed last.
    @inline(__always)
    public func bytes(of written: Written) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: segment.base + committedStart + written.start + Record.headerSize, count: written.count)
    }

    /// Where a record of the batch that was committed last lies in the folder.
    @inline(__always)
    public func place(of written: Written) -> (segment: UInt64, offset: Int) {
        (header.index, committedStart + written.start)
    }

    /// The bytes of the segment in use, up to the last whole batch.
    public var committed: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: segment.bytes[..<end]) }

    // MARK: checkpoints and syncing

    /// How much was committed since the last checkpoint.
    public var uncheckedBytes: Int { end - hashedFrom }
    /// How much of the segment in use is left.
    public var roomLeft: Int { segment.size - cursor }
    /// Whether a checkpoint fits, with room for the seal behind it.
    var hasRoomForCheckpoint: Bool { cursor + 2 * Transcript.checkpointRoom <= segment.size }
    public var hasSpare: Bool { spare != nil }

    /// Where a reader begins to see what comes from now on.
    public var position: TranscriptFolder.Position {
        TranscriptFolder.Position(
            index: header.index, offset: end, sequence: sequence, hash: hash, hashedFrom: hashedFrom)
    }

    /// Records the running hash, if anything came since the last time.
    public func checkpoint(at now: Timestamp) throws(DiskError) {
        precondition(lastRecord == nil, "a checkpoint is a batch of its own")
        guard end - hashedFrom > Transcript.checkpointRoom else { return }
        if !hasRoomForCheckpoint {
            return try roll(needing: Transcript.checkpointRoom, at: now)
        }
        writeCheckpoint(.none, at: now)
    }

    func writeCheckpoint(_ seal: TranscriptFolder.Seal, at now: Timestamp) {
        hash.absorb(UnsafeRawBufferPointer(rebasing: segment.bytes[hashedFrom..<end]))
        hashedFrom = end
        let base = segment.base + end
        Record.open(base, kind: .checkpoint, stream: 0, sequence: sequence, time: now.nanoseconds)
        CheckpointContent(hash: hash, syncedThrough: syncedThrough, seal: seal).write(
            to: base + Record.headerSize)
        cursor = end
        finish(count: CheckpointContent.size)
        commit()
    }

    /// Makes all that is committed survive a power cut.
    public func sync() throws(DiskError) {
        while let older = unsynced.first {
            try disk.sync(older.segment, older.from..<older.segment.size)
            disk.retire(older.segment)
            unsynced.removeFirst()
        }
        guard syncedThrough < end else { return }
        try disk.sync(segment, syncedThrough..<end)
        syncedThrough = end
    }

    public var isSyncing: Bool { syncing != nil }

    /// Begins to make all that is committed survive a power cut, and does not wait for it.
    public func beginSync() throws(DiskError) {
        guard syncing == nil else { return }
        for older in unsynced { try disk.beginSync(older.segment, older.from..<older.segment.size) }
        if syncedThrough < end { try disk.beginSync(segment, syncedThrough..<end) }
        syncing = (unsynced.map(\.segment), header.index, end)
    }

    /// Whether what `beginSync` began is done.
    public func syncIsDone() throws(DiskError) -> Bool {
        guard let begun = syncing else { return true }
        guard try disk.syncIsDone() else { return false }
        syncing = nil
        for older in begun.older {
            guard let at = unsynced.firstIndex(where: { $0.segment === older }) else { continue }
            disk.retire(older)
            unsynced.remove(at: at)
        }
        if begun.segment == header.index { syncedThrough = max(syncedThrough, begun.through) }
        return true
    }
}
