import CZstd
import Glibc

/// Compresses closed segments: aside where the disk can, and a slice at a time where it cannot, so that no
/// message waits long for it.
final class Archive {
    private let disk: any Disk
    private var waiting: [UInt64] = []
    private var work: Work?
    /// The segment that is being compressed, and whether that is done aside.
    private var packing: UInt64?
    private var isPackedAside = false

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

    /// Leaves a segment as it is, because it is to go. False if it is just being compressed.
    func giveUp(_ index: UInt64) -> Bool {
        guard packing != index else { return false }
        waiting.removeAll { $0 == index }
        return true
    }

    /// Sees to it that the work there is goes on; waits for what is done aside if told to.
    func step(waiting isWaiting: Bool = false) throws(DiskError) {
        if isPackedAside {
            isPackedAside = try !disk.packingIsDone(waiting: isWaiting)
            if !isPackedAside { packing = nil }
            return
        }
        if work == nil, let index = waiting.first, disk.beginPacking(index) {
            packing = waiting.removeFirst()
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
            guard let index = waiting.first else { return }
            let name = SegmentHeader.name(index)
            // A crash can come between the compressed file and the removal of the other.
            if try disk.names().contains(name + ".zst") {
                waiting.removeFirst()
                return try disk.remove(name)
            }
            let segment = try disk.open(name)
            guard let context = ZSTD_createCCtx() else { return disk.close(segment) }
            ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1)
            ZSTD_CCtx_setPledgedSrcSize(context, UInt64(segment.size))
            work = Work(segment: segment, context: context)
            packing = waiting.removeFirst()
        }
        let count = min(Archive.sliceSize, work!.segment.size - work!.read)
        let isLast = work!.read + count == work!.segment.size
        compress(count, isLast)
        if isLast {
            try finish()
            packing = nil
        }
    }

    private func compress(_ count: Int, _ isLast: Bool) {
        var input = ZSTD_inBuffer(src: work!.segment.base + work!.read, size: count, pos: 0)
        var room = [UInt8](repeating: 0, count: ZSTD_compressBound(count))
        var remaining = 1
        while ZSTD_isError(remaining) == 0, input.pos < input.size || (isLast && remaining != 0) {
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
        // The original goes only when what stands for it gives the same bytes.
        let isSame = Archive.restores(done.packed, done.segment.bytes)
        disk.close(done.segment)
        guard isSame else { throw DiskError(.failed, "\(disk.place)/\(name) cannot be compressed") }
        try disk.replace(name + ".zst", with: done.packed)
        try disk.remove(name)
    }

    /// Through a small buffer that stays in the processor's cache: memory for all of it would be made anew, page by page.
    private static func restores(_ packed: [UInt8], _ original: UnsafeRawBufferPointer) -> Bool {
        guard let context = ZSTD_createDCtx(), let start = original.baseAddress else { return false }
        defer { ZSTD_freeDCtx(context) }
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: sliceSize, alignment: 16)
        defer { piece.deallocate() }
        return packed.withUnsafeBytes { packed in
            var input = ZSTD_inBuffer(src: packed.baseAddress, size: packed.count, pos: 0)
            var restored = 0
            while true {
                var output = ZSTD_outBuffer(dst: piece.baseAddress, size: piece.count, pos: 0)
                let remaining = ZSTD_decompressStream(context, &output, &input)
                guard ZSTD_isError(remaining) == 0, output.pos <= original.count - restored,
                    output.pos == 0 || memcmp(piece.baseAddress!, start + restored, output.pos) == 0
                else { return false }
                restored += output.pos
                if remaining == 0 { return restored == original.count && input.pos == input.size }
                // What ends before its end gives nothing more.
                if output.pos == 0, input.pos == input.size { return false }
            }
        }
    }
}
