import Domain
import Explaining
import Mesh
import Testing

@testable import Commands

/// What a round of chaos holds against a venue's own word.
@Suite("A round of chaos at a broker's")
struct VenueAuditTests {
    private let order = Order(
        id: "an order", account: "paper", symbol: Symbol("KO")!, side: .buy, quantity: Quantity(5))

    private func copy(_ body: Body, _ topic: Topic, _ kind: Record.Kind) -> Copy {
        let message = Message(topic: topic, number: 1, epoch: 1, sentAt: Timestamp(seconds: 1), body: body)
        return Copy(
            message: message, shard: "broker/all", segment: "0", batch: 1, kind: kind, time: message.sentAt)
    }

    private func asked(_ kind: Record.Kind) -> Copy {
        copy(.venueRequest(VenueRequest(verb: .submit, order: order)), Topic("trading/venue/paper"), kind)
    }

    private var step: Copy {
        copy(.step(Step(time: Timestamp(seconds: 2))), Topic("trading/step/broker.1"), .sent)
    }

    /// The order has left for the venue, which has refused it.
    private var refused: [Copy] {
        let call = BrokerCall(number: 7, kind: .submit, order: order)
        let news = BrokerNews(
            kind: .refused, call: 7, at: Timestamp(seconds: 1), explanation: "no such asset")
        return [
            asked(.taken), copy(.brokerCall(call), Topic("local/call"), .sent),
            copy(.brokerNews(news), Topic("local/news"), .taken),
        ]
    }

    /// What is found of an order that execution has sent, and that the venue does not have.
    private func found(_ atBroker: [Copy]) -> [String] {
        let statement = VenueAudit.Statement(cash: Money(100), positions: [:], orders: [], fills: [])
        let testimony = Testimony(["execution": [asked(.sent)], "broker": atBroker])
        return VenueAudit(statement, testimony, cash: Money(100)).findings.map(\.sentence)
    }

    @Test("what the venue has refused after the last step is not lost, for nobody tells of it any more")
    func refusedLate() {
        #expect(found([step] + refused) == [])
    }

    @Test("what the venue has refused, and the next step has not told of, is lost")
    func refusedInSilence() {
        let lost = ["order an order was lost: it was sent, and never came to the venue"]
        #expect(found(refused + [step]) == lost && found([step]) == lost)
        let report = BrokerReport(kind: .rejected, account: "paper", orderId: order.id)
        let told = copy(.brokerReport(report), Topic("trading/broker/paper"), .sent)
        #expect(found(refused + [told, step]) == [])
    }
}
