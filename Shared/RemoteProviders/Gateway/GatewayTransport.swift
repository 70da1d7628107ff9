import Domain
import HTTP
import TWS

/// Carries questions for gateways of Interactive Brokers (`tws://127.0.0.1:4002`) over their socket, and all others over
/// another transport. The body of such a question is a message with 0 for its number, and the body of an answer is all
/// the messages that came to it, each behind its length.
public final class GatewayTransport: Transport {
    private let other: any Transport
    private var desks: [String: GatewayDesk] = [:]
    private var othersRunning = 0

    public init(_ other: any Transport) { self.other = other }

    public var now: Timestamp { other.now }

    public func begin(_ request: HTTPRequest, number: Int) {
        guard request.address.base.hasPrefix("tws://") else {
            othersRunning += 1
            return other.begin(request, number: number)
        }
        let base = request.address.base
        let desk = desks[base] ?? GatewayDesk(base)
        desks[base] = desk
        desk.begin(request, number: number, at: now)
    }

    /// How long one of the two is waited for where both have something under way.
    private static let turn = 2 * Nanoseconds.millisecond

    public func wait(until moment: Timestamp) -> [Ending] {
        while true {
            let busy = desks.values.filter(\.isBusy)
            let isAlone = busy.isEmpty
            var ended = other.wait(
                until: isAlone ? moment : min(moment, othersRunning > 0 ? now + GatewayTransport.turn : now))
            othersRunning -= ended.count
            for desk in busy { ended += desk.step(at: now) }
            if !ended.isEmpty || isAlone || now >= moment { return ended }
            GatewayDesk.rest(
                busy,
                until: min(
                    moment, now + (othersRunning > 0 ? GatewayTransport.turn : Nanoseconds.second / 10)))
        }
    }
}
