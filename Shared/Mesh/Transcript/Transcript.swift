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
    public private(set) var header: SegmentHeader
    /// The number of the next batch.
    public private(set) var sequence: UInt64
    public private(set) var hash: RunningHash

    /// The simulator takes this away to show that it notices.
    var isHeaderSynced = true

    private let identity: Identity
    /// The boot that new segments name. After a power cut it stays that of before until a new epoch begins: were it
    /// this one, a second end while takers are still asked would make the loss forgotten.
    private var boot: String
    private let segmentSize: Int
    private var segment: Segment
    /// The next segment, allocated ahead so that a full disk is an error and not a fault.
    private var spare: Segment?
    private var isAllocating = false
    private var unsynced: [(segment: Segment, from: Int)] = []
    /// Where the open batch begins, and where its next record goes.
    private var end: Int
    private var cursor: Int
    private var firstPayload = 0
    private var lastRecord: (offset: Int, payload: Int)?
    private var hashedFrom: Int
    private var syncedThrough = 0
    /// What is being synced aside: older segments as a whole, and the one in use up to an offset.
    private var syncing: (older: [Segment], segment: UInt64, through: Int)?
    private var committedStart = 0

    private static let checkpointRoom = Record.size(payload: CheckpointContent.size)

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
        // A blank segment that was allocated ahead is made again when it is needed.
        let names = try disk.names()
        var later = Set(tail.abandoned)
        later.insert(SegmentHeader.name(header.index + 1))
        for name in names.reversed() where later.contains(name) { try disk.remove(name) }
        if tail.seal != .none {
            // Nothing more goes into a segment that is sealed, and it may be compressed already.
            segment = try disk.allocate(SegmentHeader.name(header.index + 1), size: segmentSize)
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

    private func writeCheckpoint(_ seal: TranscriptFolder.Seal, at now: Timestamp) {
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

    // MARK: segments

    /// Allocates the next segment, so that there is room when this one is full: aside where the disk can, and then
    /// it is there at a later call, or at this one if it waits.
    public func allocateAhead(waiting: Bool = true) throws(DiskError) {
        guard spare == nil else { return }
        let name = SegmentHeader.name(header.index + 1)
        if !isAllocating {
            guard disk.beginAllocating(name, size: segmentSize) else {
                spare = try disk.allocate(name, size: segmentSize)
                return
            }
            isAllocating = true
        }
        do throws(DiskError) {
            spare = try disk.allocated(waiting: waiting)
        } catch {
            isAllocating = false
            throw error
        }
        if spare != nil { isAllocating = false }
    }

    /// Goes on in the next segment; an open batch moves there as a whole.
    private func roll(needing size: Int, at now: Timestamp) throws(DiskError) {
        let begun = Array(UnsafeRawBufferPointer(rebasing: segment.bytes[end..<cursor]))
        let begunFirst = firstPayload
        memset(segment.base + end, 0, cursor - end)
        cursor = end
        let needed = SegmentHeader.size + begun.count + size + 2 * Transcript.checkpointRoom
        try seal(.rolled, epoch: header.epoch, size: max(segmentSize, needed), at: now)
        guard !begun.isEmpty else { return }
        begun.withUnsafeBytes {
            (segment.base + end).copyMemory(from: $0.baseAddress!, byteCount: begun.count)
        }
        cursor = end
        while cursor < end + begun.count {
            let base = segment.base + cursor
            let length = cursor == end ? begunFirst : Int(base.load(as: UInt32.self) & 0xFF_FFFF)
            base.storeBytes(of: UInt32(truncatingIfNeeded: sequence), toByteOffset: 12, as: UInt32.self)
            Record.close(base, payload: length)
            cursor += Record.size(payload: length)
        }
        firstPayload = begunFirst
    }

    /// Begins a new epoch in a segment of its own.
    public func openEpoch(_ epoch: UInt64, at now: Timestamp) throws(DiskError) {
        precondition(epoch > header.epoch && cursor == end)
        boot = identity.boot
        try seal(.rolled, epoch: epoch, size: segmentSize, at: now)
    }

    private func seal(_ kind: TranscriptFolder.Seal, epoch: UInt64, size: Int, at now: Timestamp)
        throws(DiskError)
    {
        let full = (segment: segment, from: syncedThrough)
        // The next segment is in place, with its header, before this one says that another follows. Its header
        // carries the hash that the seal will have. It is not synced by itself, for a message would wait for that,
        // 0.3 to 20 ms: it goes to disk with the first records behind it.
        var hashAtSeal = hash
        hashAtSeal.absorb(UnsafeRawBufferPointer(rebasing: segment.bytes[hashedFrom..<end]))
        let next = try prepareNext(
            epoch: epoch, size: size, sequence: sequence + 1, hash: hashAtSeal, at: now)
        writeCheckpoint(kind, at: now)
        unsynced.append(full)
        adopt(next.segment, next.header)
    }

    private func openNext(epoch: UInt64, size: Int, sequence: UInt64, at now: Timestamp) throws(DiskError) {
        let next = try prepareNext(epoch: epoch, size: size, sequence: sequence, hash: hash, at: now)
        try disk.sync(next.segment, 0..<SegmentHeader.size)
        adopt(next.segment, next.header)
    }

    private func prepareNext(
        epoch: UInt64, size: Int, sequence: UInt64, hash: RunningHash, at now: Timestamp
    ) throws(DiskError) -> (segment: Segment, header: SegmentHeader) {
        let next = SegmentHeader(
            service: identity.service, shard: identity.shard, instance: identity.instance, epoch: epoch,
            index: header.index + 1, sequence: sequence, createdAt: now.nanoseconds, boot: boot,
            previousHash: hash, binary: identity.binary, configuration: identity.configuration)
        if isAllocating { try allocateAhead() }
        if let spare, spare.size < size {
            disk.close(spare)
            self.spare = nil
        }
        try allocateNext(size)
        let segment = spare!
        spare = nil
        next.write(to: segment.base)
        return (segment, next)
    }

    private func allocateNext(_ size: Int) throws(DiskError) {
        if spare == nil { spare = try disk.allocate(SegmentHeader.name(header.index + 1), size: size) }
    }

    private func adopt(_ segment: Segment, _ header: SegmentHeader) {
        self.segment = segment
        disk.prepare(segment)
        self.header = header
        sequence = header.sequence
        hash = header.previousHash
        end = SegmentHeader.size
        cursor = end
        hashedFrom = end
        // The header counts as the first of what is to be synced: whoever finds none knows that nothing behind it
        // was known to be on disk.
        syncedThrough = isHeaderSynced ? 0 : SegmentHeader.size
    }

    /// Ends the transcript in good order: nothing can have been lost when it is opened again.
    ///
    /// Where the disk has no room for another segment this one is left open, as a kill would leave it. Behind a seal whoever
    /// opens it again would need that room at once, and could not begin; so he goes on in what is left of this one. Where
    /// the caller found no room that holds though a segment is allocated ahead: given back, it would be somebody else's.
    public func close(at now: Timestamp, hasRoom: Bool = true) throws(DiskError) {
        precondition(cursor == end)
        guard hasRoom else { return try sync() }
        do throws(DiskError) {
            try allocateAhead()
        } catch {
            guard error.kind == .full else { throw error }
            return try sync()
        }
        try checkpoint(at: now)
        writeCheckpoint(.orderly, at: now)
        try sync()
        if let spare {
            disk.close(spare)
            self.spare = nil
            try disk.remove(SegmentHeader.name(header.index + 1))
        }
    }
}
