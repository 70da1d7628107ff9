/// Several envelopes as one frame, for ZeroMQ takes its price by the frame: the `Bundle` of Proto/envelope.proto. Each
/// stands behind a tag that no envelope begins with and its length, so that a reader tells one from the other by the
/// first byte.
public enum Bundle {
    /// Field 15, with a length: the envelope keeps that number free.
    public static let tag: UInt8 = 0x7A

    /// What an envelope takes in a bundle, at most: its tag and a length of up to three bytes before it.
    public static func sizeMax(of envelope: Int) -> Int { envelope + 4 }

    public static func isOne(_ frame: UnsafeRawBufferPointer) -> Bool { frame.first == tag }

    /// The topic of an envelope as our codec writes it: it begins with a tag, and a length of one byte, or of two.
    @inline(__always)
    public static func topic(of envelope: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard envelope.count >= 3, envelope[0] == 0x0A else { return nil }
        var start = 2
        var count = Int(envelope[1])
        if count >= 128 {
            guard envelope[2] < 128 else { return nil }
            start = 3
            count = count & 127 | Int(envelope[2]) << 7
        }
        guard start + count <= envelope.count else { return nil }
        return UnsafeRawBufferPointer(rebasing: envelope[start..<(start + count)])
    }
}

/// Puts envelopes into a bundle, as many as there is room for.
public struct BundleWriter {
    private let memory: UnsafeMutableRawBufferPointer
    private var end = 0
    private var firstRange = 0..<0
    /// How many envelopes it holds.
    public private(set) var count = 0

    /// Writes to memory that its owner keeps.
    public init(_ memory: UnsafeMutableRawBufferPointer) { self.memory = memory }

    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<end]) }

    /// The envelope that was added first.
    @inline(__always)
    public var first: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[firstRange]) }

    @inline(__always)
    public func hasRoom(for envelope: UnsafeRawBufferPointer) -> Bool {
        end + Bundle.sizeMax(of: envelope.count) <= memory.count && envelope.count < 1 << 21
    }

    /// Adds an envelope that there is room for.
    @inline(__always)
    public mutating func add(_ envelope: UnsafeRawBufferPointer) {
        precondition(hasRoom(for: envelope), "the bundle is full")
        guard let to = memory.baseAddress, let from = envelope.baseAddress else { return }
        to.storeBytes(of: Bundle.tag, toByteOffset: end, as: UInt8.self)
        end += 1
        var length = envelope.count
        while length >= 0x80 {
            to.storeBytes(of: UInt8(truncatingIfNeeded: length) | 0x80, toByteOffset: end, as: UInt8.self)
            length >>= 7
            end += 1
        }
        to.storeBytes(of: UInt8(truncatingIfNeeded: length), toByteOffset: end, as: UInt8.self)
        end += 1
        if count == 0 { firstRange = end..<(end + envelope.count) }
        (to + end).copyMemory(from: from, byteCount: envelope.count)
        end += envelope.count
        count += 1
    }

    public mutating func removeAll() {
        end = 0
        count = 0
    }
}

/// Takes a bundle apart. What is damaged comes out as it stands, so that whoever reads it counts it as such.
public struct BundleReader {
    private var rest: UnsafeRawBufferPointer

    public init(_ bundle: UnsafeRawBufferPointer) { rest = bundle }

    /// Of nothing.
    public init() { rest = UnsafeRawBufferPointer(start: nil, count: 0) }

    @inline(__always)
    public var isAtEnd: Bool { rest.isEmpty }

    /// The next envelope: good as long as the bundle is.
    @inline(__always)
    public mutating func next() -> UnsafeRawBufferPointer? {
        guard let start = rest.baseAddress, !rest.isEmpty else { return nil }
        var at = 1
        var length = 0
        var shift = 0
        while at < rest.count, shift < 21 {
            let byte = Int(start.load(fromByteOffset: at, as: UInt8.self))
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 { break }
        }
        guard rest[0] == Bundle.tag, start.load(fromByteOffset: at - 1, as: UInt8.self) < 0x80,
            length <= rest.count - at, at > 1
        else {
            defer { rest = UnsafeRawBufferPointer(start: nil, count: 0) }
            return rest
        }
        let envelope = UnsafeRawBufferPointer(start: start + at, count: length)
        rest = UnsafeRawBufferPointer(start: start + at + length, count: rest.count - at - length)
        return envelope
    }
}
