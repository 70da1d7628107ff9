import Domain
import Testing

@testable import Supervision

private let second: Int64 = 1_000_000_000
private let judge = RestartJudge(
    backoff: Backoff(first: 50_000_000, longest: 30 * second), restartsMax: 3, stableAfter: 10 * second)

private func exit(_ reason: ProcessExit.Reason, after ran: Int64 = second) -> ProcessExit {
    ProcessExit(reason, at: .zero, ranFor: ran)
}

@Suite("Restarts")
struct RestartTests {
    private enum Then { case again, leave, giveUp }

    @Test(
        "the policy decides who is started again",
        arguments: [
            (RestartPolicy.no, ProcessExit.Reason.code(1), 1, Then.leave), (.always, .code(0), 1, .again),
            (.always, .signal(9), 3, .again), (.always, .code(1), 4, .giveUp),
            (.unlessStopped, .code(0), 1, .again),
            (.unlessStopped, .unknown, 1, .again), (.onFailure(max: nil), .code(0), 1, .leave),
            (.onFailure(max: nil), .code(1), 1, .again), (.onFailure(max: nil), .code(1), 4, .giveUp),
            (.onFailure(max: 2), .code(1), 2, .again), (.onFailure(max: 2), .code(1), 3, .giveUp),
            (.onFailure(max: nil), .unknown, 1, .again),
        ])
    private func policies(policy: RestartPolicy, reason: ProcessExit.Reason, row: Int, then: Then) {
        let verdict = judge.verdict(on: exit(reason), row: row, policy, seed: 1)
        switch (verdict, then) {
        case (.restart, .again), (.leave, .leave), (.giveUp, .giveUp): break
        default: Issue.record("\(policy), \(reason), row \(row): \(verdict)")
        }
    }

    @Test(
        "back-off doubles up to its limit, between half of the full time and all of it",
        arguments: 0..<20 as Range<UInt64>)
    func backoff(seed: UInt64) {
        let backoff = Backoff(first: 100, longest: 1000)
        for (failures, full) in [
            (1, 100), (2, 200), (3, 400), (4, 800), (5, 1000), (6, 1000), (1_000_000, 1000),
        ] {
            let delay = backoff.delay(afterFailures: failures, seed: seed)
            #expect((Int64(full / 2)...Int64(full)).contains(delay))
            #expect(delay == backoff.delay(afterFailures: failures, seed: seed))
        }
        #expect(Backoff(first: .max / 2, longest: .max).delay(afterFailures: 9, seed: seed) > 0)
    }

    @Test("jitter keeps apart what failed together")
    func jitter() {
        let backoff = Backoff(first: second, longest: second)
        let delays = Set((0..<100).map { backoff.delay(afterFailures: 1, seed: $0) })
        #expect(delays.count == 100)
    }

    @Test("who ran long enough begins to count anew")
    func stable() {
        #expect(judge.row(3, exit(.signal(9), after: 10 * second)) == 1)
        #expect(judge.row(3, exit(.signal(9), after: 9 * second)) == 4)
    }
}
