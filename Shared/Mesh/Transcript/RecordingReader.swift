/// Reads a recording from its first message to its last, and checks each.
public struct RecordingReader {
    static let service = "recording"

    /// What a file is that is no recording, or no whole one.
    public struct Problem: Error, CustomStringConvertible, Sendable {
        public let description: String
    }

    /// Who recorded it, and when that began.
    public let header: SegmentHeader
    /// Why the file ends before its last record does; nothing while there is more, and where it ends well.
    public private(set) var torn: String?
    private let bytes: UnsafeRawBufferPointer
    private let name: String
    private var offset = SegmentHeader.size
    private var sequence: UInt64 = 0

    /// The bytes must outlive the reader.
    public init(_ bytes: UnsafeRawBufferPointer, name: String) throws(Problem) {
        self.bytes = bytes
        self.name = name
        switch SegmentHeader.read(bytes) {
        case .failure(let reason): throw Problem(description: "\(name) is no recording: \(reason.text)")
        case .success(let header): self.header = header
        }
        guard header.service == RecordingReader.service else {
            throw Problem(
                description:
                    "\(name) is no recording but a segment of \(header.service)'s transcript; read its "
                    + "folder with --transcript")
        }
    }

    /// The next message, good as long as the bytes are; nothing at the end.
    public mutating func next() throws(Problem) -> Record? {
        guard offset < bytes.count, torn == nil else { return nil }
        let what: String
        switch Record.read(bytes, at: offset) {
        case .record(let record) where record.sequence != UInt32(truncatingIfNeeded: sequence):
            throw damage("its number is \(record.sequence) where \(sequence) should be")
        case .record(let record) where record.kind != .taken: throw damage("its kind is \(record.kind)")
        case .record(let record):
            offset = record.end
            sequence += 1
            return record
        case .empty: what = "it is blank or cut short"
        case .damaged(let why): what = why
        }
        // Only at its end is a file that breaks off as it should be.
        let rest = Unfinished(bytes: bytes, offset: offset, sequence: sequence, syncedThrough: 0)
        let later = rest.later().count
        guard later == 0 else { throw damage("\(what), and \(later) whole ones follow") }
        torn = "\(name) breaks off in record \(sequence + 1), at byte \(offset) of \(bytes.count)"
        return nil
    }

    private func damage(_ what: String) -> Problem {
        Problem(
            description:
                "\(name) is damaged: record \(sequence + 1), at byte \(offset): \(what). Put back a copy")
    }
}
