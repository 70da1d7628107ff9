/// Messages in a stream of bytes: each behind its length, four bytes, the highest first.
public struct TWSFrames: Sendable {
    /// Ten years of days are about 200 KB; what claims to be longer than this is no message.
    public static let bytesMax = 16 << 20

    private var bytes: [UInt8] = []
    private var start = 0

    public init() {}

    /// How much has come of what is not whole yet.
    public var waiting: Int { bytes.count - start }

    public mutating func add(_ more: some Collection<UInt8>) {
        if start > 1 << 16, start * 2 > bytes.count {
            bytes.removeFirst(start)
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    /// The next whole message; nothing where it has not come yet.
    public mutating func next() throws(TWSFault) -> [UInt8]? {
        guard waiting >= 4 else { return nil }
        let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        guard (1...TWSFrames.bytesMax).contains(length) else {
            throw TWSFault(
                "a message of \(length) bytes is none of TWS: 1 to \(TWSFrames.bytesMax) would be right")
        }
        guard waiting >= 4 + length else { return nil }
        let message = Array(bytes[start + 4..<start + 4 + length])
        start += 4 + length
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity < 1 << 20)
            start = 0
        }
        return message
    }

    /// A message behind its length.
    public static func framed(_ message: some Collection<UInt8>) -> [UInt8] {
        let length = UInt32(message.count)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + message
    }
}
