/// The place where a segment's whole batches end: is it where writing stopped, or is it a hole?
struct Unfinished {
    let bytes: UnsafeRawBufferPointer
    let offset: Int
    let sequence: UInt64
    let syncedThrough: Int

    /// There is nothing after the end.
    var isClean: Bool { bytes[min(offset, bytes.count)...].allSatisfy { $0 == 0 } }

    /// Why this is damage, or nothing if a crash explains it.
    ///
    /// A kill leaves the pages as they are: a batch is committed or it is not, so a bad record is damage. After a
    /// power cut any page that was not synced may be older than the others; what was known to be synced may not.
    func damage(_ what: String?, mayBeTorn: Bool) -> String? {
        let (laterBatches, laterSynced) = later()
        if mayBeTorn {
            guard max(syncedThrough, laterSynced) > offset else { return nil }
            return
                "the record at byte \(offset) is damaged (\(what ?? "it is blank")), and it had been synced"
        }
        if let what { return "the record at byte \(offset) is damaged (\(what))\(after(laterBatches))" }
        guard laterBatches > 0 else { return nil }
        return "the record at byte \(offset) is blank\(after(laterBatches))"
    }

    private func after(_ batches: Int) -> String {
        batches == 0 ? "" : "; \(batches) whole record\(batches == 1 ? "" : "s") of later batches follow"
    }

    /// Looks for records of later batches: how many, and up to where a checkpoint among them knew of a sync.
    func later() -> (count: Int, syncedThrough: Int) {
        var count = 0
        var synced = 0
        var at = (offset + 7) & ~7
        while at + Record.headerSize <= bytes.count {
            let commit = bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)
            guard commit & 0xFF00_0000 == Record.commitMark,
                case .record(let record) = Record.read(bytes, at: at)
            else {
                at += 8
                continue
            }
            if Int32(bitPattern: record.sequence &- UInt32(truncatingIfNeeded: sequence)) > 0 {
                count += 1
                if record.kind == .checkpoint, let content = CheckpointContent(record.payload) {
                    synced = max(synced, content.syncedThrough)
                }
            }
            at = record.end
        }
        return (count, synced)
    }
}
