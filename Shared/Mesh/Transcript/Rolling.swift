import Domain

#if canImport(Glibc)
    import Glibc
#endif

/// A transcript goes from segment to segment: the next one is allocated ahead, an open batch moves there as a whole, and a
/// seal says that another follows, or that this was the last.
extension Transcript {
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
    func roll(needing size: Int, at now: Timestamp) throws(DiskError) {
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

    func openNext(epoch: UInt64, size: Int, sequence: UInt64, at now: Timestamp) throws(DiskError) {
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

    /// Ends the transcript in good order: nothing can have been lost when it is opened again. The segment that was allocated
    /// ahead stays for whoever opens it, or he could not begin on a disk that has filled up meanwhile.
    ///
    /// Where the disk has no room for another segment this one is left open, as a kill would leave it, and he goes on in what
    /// is left of it: nothing may follow a seal.
    public func close(at now: Timestamp) throws(DiskError) {
        precondition(cursor == end)
        do throws(DiskError) {
            try allocateAhead()
        } catch {
            guard error.kind == .full else { throw error }
            return try sync()
        }
        try checkpoint(at: now)
        writeCheckpoint(.orderly, at: now)
        try sync()
        if let spare { disk.close(spare) }
        spare = nil
    }
}
