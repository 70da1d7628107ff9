/// Why bytes are no message, in one sentence that names the place.
public struct WireError: Error, CustomStringConvertible, Equatable, Sendable {
    public let description: String

    init(_ description: String) { self.description = description }
}

// The sentences are made out of line: the paths that succeed carry none of their code.
extension WireError {
    @inline(never)
    static func truncated(_ what: StaticString, at offset: Int) -> WireError {
        WireError("the message ends inside \(what) at byte \(offset)")
    }

    @inline(never)
    static func malformed(_ what: StaticString, at offset: Int) -> WireError {
        WireError("\(what) at byte \(offset)")
    }

    @inline(never)
    static func type(ofTag tag: UInt32, at offset: Int) -> WireError {
        WireError("field \(tag >> 3) has the wire type \(tag & 7), which is not its own, at byte \(offset)")
    }
}
