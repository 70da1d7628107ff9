/// What a checkpoint says.
struct CheckpointContent {
    static let size = RunningHash.size + 9
    var hash: [UInt8]
    var syncedThrough: Int
    var seal: TranscriptFolder.Seal

    init(hash: RunningHash, syncedThrough: Int, seal: TranscriptFolder.Seal) {
        self.hash = hash.bytes
        self.syncedThrough = syncedThrough
        self.seal = seal
    }

    init?(_ payload: UnsafeRawBufferPointer) {
        guard payload.count == CheckpointContent.size,
            let seal = TranscriptFolder.Seal(rawValue: payload[RunningHash.size + 8])
        else { return nil }
        hash = Array(payload.prefix(RunningHash.size))
        let synced = payload.loadUnaligned(fromByteOffset: RunningHash.size, as: UInt64.self)
        syncedThrough = Int(truncatingIfNeeded: synced)
        self.seal = seal
    }

    func write(to payload: UnsafeMutableRawPointer) {
        hash.withUnsafeBytes { payload.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        payload.storeBytes(of: UInt64(syncedThrough), toByteOffset: RunningHash.size, as: UInt64.self)
        payload.storeBytes(of: seal.rawValue, toByteOffset: RunningHash.size + 8, as: UInt8.self)
    }
}
