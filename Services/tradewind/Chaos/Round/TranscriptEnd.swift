import Mesh

/// The end of a shard's transcript on disk, as somebody beside its owner sees it grow.
struct TranscriptEnd {
    private let folder: String
    private var segment = ""
    private var offset = SegmentHeader.size

    init(of folder: String) throws {
        self.folder = folder
        _ = try hasGrown()
    }

    /// Whether a message was recorded since this was asked last.
    mutating func hasGrown() throws -> Bool {
        var hasGrown = false
        for name in try RoundFolder.names(in: folder).sorted()
        where name.hasSuffix(".segment") && name >= segment {
            // One that is allocated ahead is blank, and ends where it begins.
            guard let bytes = try RoundFolder.read(name, in: folder) else { continue }
            if name != segment {
                guard bytes.contains(where: { $0 != 0 }) else { continue }
                segment = name
                offset = SegmentHeader.size
            }
            if scan(bytes) { hasGrown = true }
        }
        return hasGrown
    }

    /// Checkpoints are no messages.
    private mutating func scan(_ bytes: [UInt8]) -> Bool {
        var hasGrown = false
        bytes.withUnsafeBytes { bytes in
            while case .record(let record) = Record.read(bytes, at: offset) {
                offset = record.end
                if record.kind != .checkpoint { hasGrown = true }
            }
        }
        return hasGrown
    }
}
