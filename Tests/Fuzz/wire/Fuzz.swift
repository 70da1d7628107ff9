import CProto
import Domain
import Wire

// Any bytes are a message or an error. What the codec takes, protobuf-c takes as the same, and it survives its
// own round trip.

nonisolated(unsafe) private let codec = Codec()
nonisolated(unsafe) private let peer = Peer()
nonisolated(unsafe) private var place = Message(topic: Topic(""), body: .tick(Tick()))

/// As a bundle, any bytes are envelopes that lie within them.
private func takeApart(_ bytes: UnsafeRawBufferPointer) {
    var reader = BundleReader(bytes)
    var left = bytes.count
    while let envelope = reader.next() {
        left -= envelope.count
        precondition(left >= 0, "a bundle holds more than its bytes")
        if let topic = Bundle.topic(of: envelope) { _ = topic.reduce(0, &+) }
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // A copy of the very size, so that a byte read beyond its end is seen.
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
    defer { bytes.deallocate() }
    bytes.copyMemory(from: UnsafeRawBufferPointer(start: start, count: count))
    takeApart(UnsafeRawBufferPointer(bytes))
    let head = try? codec.head(of: UnsafeRawBufferPointer(bytes))
    let isTaken = (try? codec.decode(UnsafeRawBufferPointer(bytes), into: &place)) != nil
    let decoded = try? codec.decode(UnsafeRawBufferPointer(bytes))
    guard isTaken == (decoded != nil) else {
        preconditionFailure("in place of another it is taken otherwise")
    }
    guard let message = decoded else { return 0 }
    guard codec.encode(place) == codec.encode(message) else {
        preconditionFailure("in place of another it is another: \(json(place))")
    }
    guard let head, head.number == message.number else { preconditionFailure("the head differs") }
    let again = codec.encode(message)
    precondition(again.count <= codec.sizeMax(of: message), "longer than the bound")
    guard let second = try? codec.decode(again), codec.encode(second) == again else {
        preconditionFailure("re-encoded, it is another message: \(json(message))")
    }
    if message.body.kind == nil { return 0 }
    do {
        let theirs = try peer.decode(UnsafeRawBufferPointer(bytes))
        let theirsAgain = try peer.encode(message)
        precondition(theirsAgain == again, "protobuf-c writes other bytes: \(json(message))")
        // By bytes and not by ==, for the sake of NaN.
        precondition(
            codec.encode(theirs) == again, "protobuf-c reads \(json(theirs)), the codec \(json(message))")
    } catch {
        preconditionFailure("protobuf-c refuses what the codec takes: \(error)")
    }
    return 0
}
