import Domain
import Glibc

/// What somebody heard, in one file that can be played again: a segment's header, then one record a message with the
/// time at which it was heard. Each record is checked by itself, so a file that breaks off is good up to there.
public final class RecordingWriter {
    public let path: String
    /// How many messages are in the file or on their way to it.
    public private(set) var count = 0
    private let file: Int32
    private var buffer: [UInt8] = []

    private static let bufferSize = 64 << 10

    /// Begins a file, which must not be there yet.
    public init(_ path: String, as instance: String, at now: Timestamp) throws(DiskError) {
        self.path = path
        file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            guard errno == EEXIST else { throw failure("create", path) }
            throw DiskError(
                .failed, "\(path) is there already, and a recording overwrites nothing; choose another name")
        }
        let header = SegmentHeader(
            service: RecordingReader.service, shard: "", instance: instance, epoch: 0, index: 0, sequence: 0,
            createdAt: now.nanoseconds, boot: System.boot, previousHash: RunningHash(), binary: RunningHash(),
            configuration: RunningHash())
        buffer = [UInt8](repeating: 0, count: SegmentHeader.size)
        buffer.withUnsafeMutableBytes { header.write(to: $0.baseAddress!) }
        try flush()
    }

    deinit { Glibc.close(file) }

    /// Adds an envelope as it came. False if it is longer than a record can be.
    public func add(_ envelope: UnsafeRawBufferPointer, at time: Timestamp) throws(DiskError) -> Bool {
        guard envelope.count <= Record.payloadMax else { return false }
        let start = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: Record.size(payload: envelope.count)))
        buffer.withUnsafeMutableBytes { bytes in
            let record = bytes.baseAddress! + start
            Record.open(
                record, kind: .taken, stream: 0, sequence: UInt64(count), time: time.nanoseconds)
            record.storeBytes(of: Record.Flags.lastOfBatch.rawValue, toByteOffset: 9, as: UInt8.self)
            if let from = envelope.baseAddress {
                (record + Record.headerSize).copyMemory(from: from, byteCount: envelope.count)
            }
            Record.close(record, payload: envelope.count)
            record.storeBytes(of: Record.commitMark | UInt32(envelope.count), as: UInt32.self)
        }
        count += 1
        if buffer.count >= RecordingWriter.bufferSize { try flush() }
        return true
    }

    /// Hands what was added to the system: from then on a kill of this process loses none of it.
    public func flush() throws(DiskError) {
        var written = 0
        while written < buffer.count {
            let done = buffer.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress! + written, $0.count - written)
            }
            if done < 0 {
                if errno == EINTR { continue }
                throw failure("write", path)
            }
            written += done
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Puts all of it on the disk.
    public func close() throws(DiskError) {
        try flush()
        guard fdatasync(file) == 0 else { throw failure("sync", path) }
    }
}
