import CZstd

/// Compresses closed segments: aside where the disk can, and a slice at a time where it cannot, so that no
/// message waits long for it.
final class Archive {
    private let disk: any Disk
    private var waiting: [UInt64] = []
    private var work: Work?
    private(set) var isPackedAside = false

    /// A slice takes about half a millisecond at zstd's first level.
    private static let sliceSize = 128 * 1024

    private struct Work {
        let segment: Segment
        let context: OpaquePointer
        var read = 0
        var packed: [UInt8] = []
    }

    init(_ disk: any Disk) { self.disk = disk }

    deinit {
        if let work { ZSTD_freeCCtx(work.context) }
    }

    var isIdle: Bool { work == nil && waiting.isEmpty && !isPackedAside }

    func add(_ index: UInt64) { waiting.append(index) }

    /// Sees to it that the work there is goes on; waits for what is done aside if told to.
    func step(waiting isWaiting: Bool = false) throws(DiskError) {
        if isPackedAside {
            isPackedAside = try !disk.packingIsDone(waiting: isWaiting)
            return
        }
        if work == nil, let index = waiting.first, disk.beginPacking(index) {
            waiting.removeFirst()
            isPackedAside = true
            return
        }
        try slice()
    }

    /// Compresses a whole segment at once.
    func pack(_ index: UInt64) throws(DiskError) {
        add(index)
        repeat { try slice() } while !isIdle
    }

    private func slice() throws(DiskError) {
        if work == nil {
            guard let index = waiting.first, let context = ZSTD_createCCtx() else { return }
            let segment = try disk.open(SegmentHeader.name(index))
            ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1)
            ZSTD_CCtx_setPledgedSrcSize(context, UInt64(segment.size))
            work = Work(segment: segment, context: context)
            waiting.removeFirst()
        }
        let count = min(Archive.sliceSize, work!.segment.size - work!.read)
        let isLast = work!.read + count == work!.segment.size
        compress(count, isLast)
        if isLast { try finish() }
    }

    private func compress(_ count: Int, _ isLast: Bool) {
        var input = ZSTD_inBuffer(src: work!.segment.base + work!.read, size: count, pos: 0)
        var room = [UInt8](repeating: 0, count: ZSTD_compressBound(count))
        var remaining = 1
        while input.pos < input.size || (isLast && remaining != 0) {
            let used = room.withUnsafeMutableBytes { buffer in
                var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
                remaining = ZSTD_compressStream2(
                    work!.context, &output, &input, isLast ? ZSTD_e_end : ZSTD_e_continue)
                return output.pos
            }
            work!.packed.append(contentsOf: room[..<used])
        }
        work!.read += count
    }

    private func finish() throws(DiskError) {
        let done = work!
        work = nil
        ZSTD_freeCCtx(done.context)
        let name = done.segment.name
        disk.close(done.segment)
        try disk.replace(name + ".zst", with: done.packed)
        try disk.remove(name)
    }
}
