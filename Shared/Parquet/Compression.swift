import CSnappy
import CZlib
import CZstd

/// Packing and unpacking pages.
enum Compression {
    /// Unpacks into exactly as many bytes as the page says it has.
    static func unpack(
        _ packed: UnsafeRawBufferPointer, _ codec: Codec, into bytes: UnsafeMutableRawBufferPointer
    ) throws(ParquetError) {
        let count: Int?
        switch codec {
        case .uncompressed:
            bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: packed.prefix(bytes.count)))
            count = packed.count
        case .snappy: count = snappy(packed, bytes)
        case .zstd:
            let outcome = ZSTD_decompress(bytes.baseAddress, bytes.count, packed.baseAddress, packed.count)
            count = ZSTD_isError(outcome) == 0 ? outcome : nil
        case .gzip: count = gzip(packed, bytes)
        case .lzo, .brotli, .lz4, .lz4Raw: throw refusal(of: codec)
        }
        guard count == bytes.count else {
            throw ParquetError(
                "a page cannot be unpacked by \(codec) to the \(bytes.count) bytes that it says it has; it is damaged"
            )
        }
    }

    static func refusal(of codec: Codec) -> ParquetError {
        ParquetError(
            "pages compressed by \(codec) cannot be read; snappy, zstd, gzip or uncompressed would be right")
    }

    private static func snappy(
        _ packed: UnsafeRawBufferPointer, _ bytes: UnsafeMutableRawBufferPointer
    ) -> Int? {
        let source = packed.bindMemory(to: CChar.self)
        var count = 0
        // The page's own header says how long it is: a lie there must not write beyond the end.
        guard snappy_uncompressed_length(source.baseAddress, source.count, &count) == SNAPPY_OK,
            count == bytes.count
        else { return nil }
        let target = bytes.bindMemory(to: CChar.self)
        return snappy_uncompress(source.baseAddress, source.count, target.baseAddress, &count) == SNAPPY_OK
            ? count : nil
    }

    private static func gzip(
        _ packed: UnsafeRawBufferPointer, _ bytes: UnsafeMutableRawBufferPointer
    ) -> Int? {
        guard let source = packed.baseAddress, let target = bytes.baseAddress else { return nil }
        var stream = z_stream()
        // 32 more than the window's bits: the header says whether it is gzip's or zlib's.
        guard inflateInit2_(&stream, 47, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
        defer { inflateEnd(&stream) }
        stream.next_in = UnsafeMutablePointer(mutating: source.assumingMemoryBound(to: UInt8.self))
        stream.avail_in = UInt32(clamping: packed.count)
        stream.next_out = target.assumingMemoryBound(to: UInt8.self)
        stream.avail_out = UInt32(clamping: bytes.count)
        return inflate(&stream, Z_FINISH) == Z_STREAM_END ? Int(stream.total_out) : nil
    }

    // MARK: Packing

    /// The bytes packed; only the codecs that can be unpacked again.
    static func pack(_ bytes: UnsafeRawBufferPointer, _ codec: Codec) throws(ParquetError) -> [UInt8] {
        switch codec {
        case .uncompressed: return [UInt8](bytes)
        case .snappy:
            return filled(snappy_max_compressed_length(bytes.count)) { target in
                var count = target.count
                snappy_compress(
                    bytes.bindMemory(to: CChar.self).baseAddress, bytes.count,
                    target.bindMemory(to: CChar.self).baseAddress, &count)
                return count
            }
        case .zstd:
            return filled(ZSTD_compressBound(bytes.count)) { target in
                ZSTD_compress(target.baseAddress, target.count, bytes.baseAddress, bytes.count, 3)
            }
        case .gzip: return gzipped(bytes)
        case .lzo, .brotli, .lz4, .lz4Raw: throw refusal(of: codec)
        }
    }

    private static func gzipped(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var stream = z_stream()
        deflateInit2_(
            &stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&stream) }
        return filled(Int(deflateBound(&stream, UInt(bytes.count)))) { target in
            stream.next_in = bytes.baseAddress.map {
                UnsafeMutablePointer(mutating: $0.assumingMemoryBound(to: UInt8.self))
            }
            stream.avail_in = UInt32(bytes.count)
            stream.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.avail_out = UInt32(target.count)
            deflate(&stream, Z_FINISH)
            return Int(stream.total_out)
        }
    }

    private static func filled(_ room: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            count = fill(UnsafeMutableRawBufferPointer(buffer))
        }
    }
}
