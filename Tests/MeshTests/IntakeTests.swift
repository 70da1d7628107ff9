import Domain
import Testing

@testable import Mesh

@Suite("Where a taker stands")
struct IntakeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let stand: (epoch: UInt64, last: UInt64)
        let comes: (epoch: UInt64, number: UInt64, isOpening: Bool)
        var start = Flow.Start.first
        let decision: Intake.Decision
        var testDescription: String { "\(comes) at \(stand) is \(decision)" }
    }

    @Test(
        "each message is taken, or it is known why not",
        arguments: [
            Case(stand: (0, 0), comes: (1, 1, false), decision: .take),
            Case(stand: (0, 0), comes: (1, 2, false), decision: .early),
            Case(stand: (0, 0), comes: (2, 1, true), decision: .early),
            Case(stand: (0, 0), comes: (3, 7, false), start: .latest, decision: .take),
            Case(stand: (0, 0), comes: (3, 1, true), start: .latest, decision: .early),
            Case(stand: (1, 5), comes: (1, 6, false), decision: .take),
            Case(stand: (1, 5), comes: (1, 7, false), decision: .early),
            Case(stand: (1, 5), comes: (1, 5, false), decision: .duplicate),
            Case(stand: (1, 5), comes: (1, 1, false), decision: .duplicate),
            Case(stand: (2, 1), comes: (1, 6, false), decision: .ghost),
            Case(stand: (1, 5), comes: (2, 1, true), decision: .opening),
            Case(stand: (1, 5), comes: (3, 1, true), decision: .opening),
            Case(stand: (1, 5), comes: (2, 1, false), decision: .early),
            Case(stand: (1, 5), comes: (2, 2, false), decision: .early),
        ])
    func decide(_ example: Case) throws {
        var intake = Intake()
        let stood = intake.stand(on: Topic("market/quote/A"), flow: 0)
        let at = try #require(stood)
        intake.accept(at, epoch: example.stand.epoch, number: example.stand.last)
        let decision = intake.decide(
            at, epoch: example.comes.epoch, number: example.comes.number, isOpening: example.comes.isOpening,
            start: example.start, guards: .all)
        #expect(decision == example.decision)
    }

    @Test("what was held comes in its order, and what is past is forgotten")
    func held() throws {
        var intake = Intake()
        let stood = intake.stand(on: Topic("market/quote/A"), flow: 0)
        let at = try #require(stood)
        intake.accept(at, epoch: 1, number: 3)
        for number: UInt64 in [6, 5, 2] {
            [UInt8(number)].withUnsafeBytes { _ = intake.hold(at, epoch: 1, number: number, $0, max: 3) }
        }
        let isKept = [9].withUnsafeBytes { intake.hold(at, epoch: 1, number: 9, $0, max: 3) }
        #expect(!isKept)
        #expect(intake.nextHeld(at) == nil)
        intake.accept(at, epoch: 1, number: 4)
        #expect(intake.nextHeld(at) == [5])
        intake.accept(at, epoch: 1, number: 5)
        #expect(intake.nextHeld(at) == [6])
        #expect(intake.heldCount == 0)
    }

    @Test("a question keeps its id, is repeated when it is late, and is closed once")
    func questions() {
        var questions = Questions()
        let ask = Ask(replay: Replay(topic: "market/quote/A", epoch: 1, from: 4))
        let question = questions.add(to: "feed.1", ask, stand: 0, from: "risk.1", at: moment)
        func overdue(_ after: Int64) -> [String] {
            questions.overdue(at: Timestamp(nanoseconds: moment.nanoseconds + after), after: 10).map(\.id)
        }
        #expect(overdue(9) == [] && overdue(10) == [question.id])
        questions.asked(question.id, to: "feed.2", at: Timestamp(nanoseconds: moment.nanoseconds + 5))
        // The second time it has twice as long.
        #expect(overdue(24) == [] && overdue(25) == [question.id])
        #expect(questions.close(question.id)?.tries == 2)
        #expect(questions.close(question.id) == nil)
    }
}
