import Domain
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
    trade(message, version: version)
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

/// An edge with orders under way hears it all, one message after the other: it never crashes, gives no number twice, and
/// sends no order again that may be there.
private func trade(_ bytes: [UInt8], version: Int) {
    var now = Timestamp(seconds: 1_710_163_800)
    var edge = GatewayTalk(GatewayTalk.Plan(), OrderNumbers())
    var order = Order(
        id: "one", symbol: Symbol("AAA")!, kind: .limit, quantity: Quantity(10), limit: Price(100))
    var given: [Int: String] = [:]
    edge.begin(at: now)
    edge.hear(.accounts(["DU100"]), at: now)
    edge.hear(.nextOrderId(1), at: now)
    if let request = edge.question?.request {
        for answer in [TWSAnswer.openOrdersEnd, .completedOrdersEnd, .executionsEnd(request: request)] {
            edge.hear(answer, at: now)
        }
    }
    for (turn, message) in bytes.split(separator: 10).prefix(20).enumerated() {
        order.id = turn % 3 == 0 ? "one" : "two"
        let kind: BrokerCallKind = [.submit, .order, .cancel, .activities, .orders][turn % 5]
        edge.carry(BrokerCall(number: UInt64(turn), kind: kind, order: order), at: now)
        do throws(TWSFault) { edge.hear(try TWSAnswer(message + [0], version: version), at: now) } catch {
            check(error)
        }
        now = now + Nanoseconds.second
        edge.pass(at: now)
        while let request = edge.nextRequest() {
            guard case .place(let placed) = request else { continue }
            precondition(given[placed.id] == nil && !given.values.contains(placed.reference))
            given[placed.id] = placed.reference
        }
        _ = edge.takeNews()
    }
    let read = try? OrderNumbers(edge.numbers.unwritten)
    precondition(read?.entries == edge.numbers.entries)
}
