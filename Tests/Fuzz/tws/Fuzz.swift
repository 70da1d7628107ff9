import TWS

// Whatever a gateway says is an answer or a sentence, and how its bytes are cut makes no difference. The first byte says
// which version it speaks and how the rest is cut; the rest is messages, divided by an empty field.

private let versions = [163, 176, 177, 178]

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let version = versions[Int(first) % 4]
    // As one message, at a version that may be older than those that are spoken with.
    let message = Array(bytes.dropFirst())
    for version in [version, 157] {
        do throws(TWSFault) { _ = try TWSAnswer(message, version: version) } catch { check(error) }
    }
    _ = try? TWSTime.moment(String(decoding: message, as: UTF8.self))
    // As a stream: raw, and framed.
    let greeting = TWSFrames.framed(Array("\(version)\0x\0".utf8))
    let whole = heard(greeting + TWSFrames.framed(message + [0]) + message, cut: 1 << 20)
    let cut = heard(greeting + TWSFrames.framed(message + [0]) + message, cut: 1 + Int(first) / 4)
    precondition(whole.isReady == cut.isReady && whole.version == cut.version)
    return 0
}

private func heard(_ bytes: [UInt8], cut: Int) -> TWSConversation {
    var talk = TWSConversation(client: 1)
    var rest = bytes[...]
    while !rest.isEmpty {
        do throws(TWSFault) { _ = try talk.take(rest.prefix(cut)) } catch {
            check(error)
            return talk
        }
        rest = rest.dropFirst(cut)
    }
    return talk
}

private func check(_ fault: TWSFault) {
    precondition(!fault.description.isEmpty && !fault.description.contains("\n"))
}
