import Domain
import Explaining
import Mesh
import Testing

@testable import Commands

/// What a round of chaos holds against approvals that are worked over time.
@Suite("A round of chaos whose approvals are worked over time")
struct WorkedAuditTests {
    private let approval = Order(
        id: String(repeating: "a", count: 32), account: "paper", symbol: Symbol("KO")!, side: .buy,
        quantity: Quantity(5))

    private func copy(_ body: Body, _ topic: String) -> Copy {
        let message = Message(
            topic: Topic(topic), number: 1, epoch: 1, sentAt: Timestamp(seconds: 1), body: body)
        return Copy(
            message: message, shard: "all", segment: "0", batch: 1, kind: .sent, time: message.sentAt)
    }

    private func part(_ letter: Character, _ side: Side, _ quantity: Int, of parent: String) -> Order {
        var order = approval
        order.id = String(repeating: letter, count: 32)
        (order.side, order.quantity, order.parent) = (side, Quantity(quantity), parent)
        return order
    }

    /// What is found where these were sent, all of them traded, and a minute went by.
    private func found(_ sent: [Order], isOver: Bool = false) -> [String] {
        var execution = sent.map { copy(.venueRequest(VenueRequest(order: $0)), "trading/venue/paper") }
        if isOver {
            execution.append(
                copy(.planEnd(PlanEnd(orderId: approval.id, outcome: "filled")), "trading/worked/paper"))
        }
        let verdict = copy(.verdict(Verdict(approved: true, order: approval)), "trading/verdict")
        let fills = sent.enumerated().map { place, order in
            Fill(
                id: "\(place)", orderId: order.id, symbol: order.symbol, side: order.side,
                quantity: order.quantity, price: Price(10))
        }
        return WorkedAudit(
            Testimony(["risk": [verdict], "execution": execution]), fills: fills,
            until: Timestamp(seconds: 61)
        ).findings.map(\.sentence)
    }

    @Test("parts that come to what was approved are right, and a leg that sells what they bought")
    func right() {
        let (first, second) = (part("b", .buy, 3, of: approval.id), part("c", .buy, 2, of: approval.id))
        #expect(found([first, second, part("d", .sell, 3, of: first.id)]) == [])
    }

    @Test(
        "parts that trade more together, legs that trade more than they, and orders that are for nothing are not"
    )
    func wrong() {
        let (first, second) = (part("b", .buy, 3, of: approval.id), part("c", .buy, 3, of: approval.id))
        let id = approval.id
        #expect(
            found([first, second]) == ["order \(id) was approved for 5, and its parts have traded more"])
        #expect(
            found([first, part("d", .sell, 4, of: first.id)]) == [
                "what protects order \(id) has traded more than its parts"
            ])
        let stray = part("e", .buy, 1, of: "")
        #expect(
            found([approval, stray]) == ["order \(stray.id) was sent, and nobody approved what it is for"])
    }

    @Test("what was neither sent nor told to be over is lost")
    func lost() {
        let lost = "order \(approval.id) was lost: it was approved, and neither sent nor told to be over"
        #expect(found([]) == [lost] && found([], isOver: true) == [])
    }
}
