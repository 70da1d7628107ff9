import CChecksum
import Mesh

// Any file is a recording, one that breaks off, or a sentence; nothing is read beyond its end. The header's checksum and
// those of the records are made right, or none of the rest would ever be reached.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // A copy of the very size, so that a byte read beyond its end is seen.
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 8)
    defer { bytes.deallocate() }
    bytes.copyMemory(from: UnsafeRawBufferPointer(start: start, count: count))
    read(UnsafeRawBufferPointer(bytes))
    mendChecksums(bytes)
    read(UnsafeRawBufferPointer(bytes))
    return 0
}

private func read(_ bytes: UnsafeRawBufferPointer) {
    do {
        var reader = try RecordingReader(bytes, name: "file")
        var last = 0
        while let record = try reader.next() {
            precondition(record.offset >= last && record.end <= bytes.count, "a record beyond the end")
            last = record.end
            _ = record.payload.reduce(0) { $0 &+ Int($1) }
        }
        precondition(reader.torn != nil || last == bytes.count || last == 0, "the end is not told")
    } catch {
        precondition(!error.description.isEmpty)
    }
}

/// Makes the file one whose header and records are what they say, as far as their lengths allow.
private func mendChecksums(_ bytes: UnsafeMutableRawBufferPointer) {
    guard bytes.count >= 512, let base = bytes.baseAddress else { return }
    let head = Array("TWTRANS1".utf8) + [1, 0, 0, 0]
    let service = [9] + Array("recording".utf8)
    base.copyMemory(from: head, byteCount: head.count)
    (base + 48).copyMemory(from: service, byteCount: service.count)
    base.storeBytes(of: tradewind_crc32c(0, base + 16, 384), toByteOffset: 12, as: UInt32.self)
    var (at, number) = (512, UInt32(0))
    while at + 24 <= bytes.count {
        let length = Int(base.loadUnaligned(fromByteOffset: at, as: UInt32.self) & 0xFF_FFFF)
        guard bytes[at + 3] == 0xA5, at + 24 + (length + 7) & ~7 <= bytes.count else { return }
        // Now and then a wrong number is left, so that it is refused.
        if bytes[at + 10] & 7 != 7 { base.storeBytes(of: number, toByteOffset: at + 12, as: UInt32.self) }
        base.storeBytes(
            of: tradewind_crc32c(0, base + at + 8, 16 + length), toByteOffset: at + 4, as: UInt32.self)
        at += 24 + (length + 7) & ~7
        number += 1
    }
}
