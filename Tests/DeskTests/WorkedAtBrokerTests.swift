import Domain
import Testing

@testable import Execution

@Suite("Orders that are worked over time at a broker")
struct WorkedAtBrokerTests {
    @Test(
        "are sent again when it is time, whether bars come or not; at the exchange of the mesh only bars move them"
    )
    func goesOn() throws {
        let symbol = try Symbol(validating: "S0")
        var settings = ExecutionSettings()
        settings.style = .market
        settings.venue = .broker
        for isAtOnce in [true, false] {
            var station = Meshlet.Station<ExecutionDesk>(
                ExecutionDesk.Setup(
                    account: "a", isAtOnce: isAtOnce,
                    working: ExecutionDesk.Working(settings, symbols: [symbol])))
            let order = Order(id: "approval", account: "a", symbol: symbol, quantity: Quantity(5))
            station.take(.verdict(Verdict(approved: true, order: order)), at: Self.minute(0))
            let part = try #require(station.requests.first?.order.id)
            station.take(
                .brokerReport(
                    BrokerReport(kind: .rejected, account: "a", orderId: part, explanation: "not now")),
                at: Self.minute(1))
            station.take(.step(Step(time: Self.minute(1))), at: Self.minute(1))
            #expect(station.requests.map(\.verb) == [.submit])
            station.take(.step(Step(time: Self.minute(2))), at: Self.minute(2))
            #expect(station.requests.map(\.verb) == (isAtOnce ? [.submit, .submit] : [.submit]))
        }
    }

    private static func minute(_ number: Int64) -> Timestamp {
        Timestamp(seconds: 1_710_180_000) + number * Nanoseconds.minute
    }
}

extension Meshlet.Station<ExecutionDesk> {
    /// What was asked of the venue.
    fileprivate var requests: [VenueRequest] {
        sent.compactMap {
            if case .venueRequest(let request) = $0.body { request } else { nil }
        }
    }
}
