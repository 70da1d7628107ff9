/// Writes what a machine remembers as bytes, in an order that the machine chooses.
public struct SnapshotWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public mutating func put(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: Int64(truncatingIfNeeded: value).littleEndian) { bytes.append(contentsOf: $0) }
    }
    public mutating func put(_ value: Double) { put(Int64(bitPattern: value.bitPattern)) }
    public mutating func put(_ text: String) { put(Array(text.utf8)) }
    public mutating func put(_ blob: [UInt8]) {
        put(blob.count)
        bytes.append(contentsOf: blob)
    }
}

/// Reads what a `SnapshotWriter` wrote, and says so if something else stands there.
public struct SnapshotReader {
    private let bytes: [UInt8]
    private var offset = 0

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    public var isAtEnd: Bool { offset == bytes.count }
    public var left: Int { bytes.count - offset }

    public mutating func integer() throws(SnapshotMismatch) -> Int64 {
        guard offset + 8 <= bytes.count else { throw short() }
        defer { offset += 8 }
        return bytes.withUnsafeBytes {
            Int64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Int64.self))
        }
    }
    public mutating func count() throws(SnapshotMismatch) -> UInt64 { UInt64(bitPattern: try integer()) }
    public mutating func double() throws(SnapshotMismatch) -> Double {
        Double(bitPattern: UInt64(bitPattern: try integer()))
    }
    public mutating func blob() throws(SnapshotMismatch) -> [UInt8] {
        let length = try integer()
        guard length >= 0, length <= bytes.count - offset else { throw short() }
        defer { offset += Int(length) }
        return Array(bytes[offset..<(offset + Int(length))])
    }
    public mutating func text() throws(SnapshotMismatch) -> String {
        String(decoding: try blob(), as: UTF8.self)
    }

    private func short() -> SnapshotMismatch {
        SnapshotMismatch("the snapshot ends at byte \(bytes.count) in the middle of a value")
    }
}
