import Allocation
import Domain
import Testing

@testable import Portfolio

@Suite struct WeigherTests {
    private let first = CivilDate(2024, 1, 1)

    private func moment(_ day: Int) -> Timestamp {
        Timestamp(nanoseconds: (first + day).midnightUTC.nanoseconds + 20 * Nanoseconds.hour)
    }

    /// Closes that go their own ways, except that instrument 2 moves as instrument 1 does.
    private func book(_ days: Int) throws -> ReturnBook {
        var book = ReturnBook(spans: Array(repeating: Nanoseconds.day, count: 4), days: 30)
        for day in 0..<days {
            for instrument in 0..<4 {
                let own = instrument == 2 ? 1 : instrument
                let wobble = (day * (7 + 4 * own) + own * day * day) % 11
                book.onBar(
                    try Price(100).scaled(by: 1 + 0.01 * Double(wobble)), of: instrument, at: moment(day))
            }
        }
        return book
    }

    private func wishes(_ instruments: [Int]) -> [TargetWeights.Wish] {
        instruments.map { TargetWeights.Wish(instrument: $0, strength: 1) }
    }

    private func weigher(_ name: String, _ given: [(name: String, text: String)]) throws -> Weigher {
        var settings = AllocationSettings()
        settings.rule = try AllocationRule(name, given: given)
        return Weigher(settings)
    }

    @Test("without history there is no weight, and it is tried again once a day has passed")
    func history() throws {
        var weigher = try weigher("risk-parity", [("history", "20"), ("least", "5")])
        let short = try book(5)
        let (none, isAnswer) = weigher.weights(wishes([0, 1]), short, at: moment(4))
        #expect(none.isEmpty && !isAnswer && weigher.waits)
        #expect(!weigher.isReady(short))
        #expect(
            weigher.troubles == [
                AllocationTrouble(
                    kind: .history, sentence: "it wants 5 days of returns, and there were 4", first: moment(4)
                )
            ])
        let longer = try book(6)
        #expect(weigher.isReady(longer))
        let (weights, isNow) = weigher.weights(wishes([0, 1]), longer, at: moment(5))
        #expect(isNow && weights.count == 2 && !weigher.waits)
        #expect(weigher.troubles.isEmpty, "to wait for the first days is no trouble once they have come")
    }

    @Test("where there is no answer the weights stay, for what is still wished for")
    func keeps() throws {
        var weigher = try weigher("min-variance", [("history", "20"), ("least", "5")])
        let book = try book(25)
        let (before, _) = weigher.weights(wishes([0, 1, 3]), book, at: moment(24))
        #expect(before.count == 3)
        let (after, isAnswer) = weigher.weights(wishes([0, 1, 2]), book, at: moment(25))
        #expect(!isAnswer)
        #expect(after.map(\.instrument) == [0, 1])
        #expect(after.map(\.weight) == before.prefix(2).map(\.weight))
        #expect(weigher.troubles.map(\.kind) == [.singular])
        var turned = wishes([0, 1, 2])
        turned[0].strength = -1
        let (other, _) = weigher.weights(turned, book, at: moment(26))
        #expect(other.map(\.instrument) == [1], "a weight of the other side is none")
        #expect(weigher.troubles[0].count == 2 && weigher.troubles[0].first == moment(25))
    }

    @Test("who has no history yet leaves the money to the others until then")
    func partly() throws {
        var weigher = try weigher("hrp", [("history", "20"), ("least", "5")])
        var book = ReturnBook(spans: Array(repeating: Nanoseconds.day, count: 2), days: 30)
        for day in 0..<10 {
            book.onBar(Price(100 + (day * 7) % 5), of: 0, at: moment(day))
            if day > 6 { book.onBar(Price(50 + day % 3), of: 1, at: moment(day)) }
        }
        let (weights, isAnswer) = weigher.weights(wishes([0, 1]), book, at: moment(9))
        #expect(isAnswer && weights.map(\.instrument) == [0] && weights[0].weight == 1)
        #expect(weigher.waits, "it is asked again when a day has passed")
    }
}
