import Allocation
import Domain

/// What an allocator could not answer, and how often.
public struct AllocationTrouble: Sendable, Equatable {
    public var kind: AllocationFailure.Kind
    /// What was wrong the first time.
    public var sentence: String
    public var first: Timestamp
    public var count = 1
}

/// Finds weights for what is wished for. Where there is no answer it keeps those that there were, says so, and tries again
/// once a day has passed.
struct Weigher: Sendable {
    private let settings: AllocationSettings
    var last: TargetWeights.Weights = []
    var troubles: [AllocationTrouble] = []
    /// There are wishes without an answer since the day of that number.
    var waitsSince: Int?

    init(_ settings: AllocationSettings) { self.settings = settings }

    /// There is something that another day may answer.
    var waits: Bool { waitsSince != nil }
    /// That day has come.
    func isReady(_ book: ReturnBook?) -> Bool {
        guard let waitsSince, let book else { return false }
        return book.day > waitsSince
    }

    /// - Returns: the weights, and whether they are the allocator's answer to these very wishes.
    mutating func weights(
        _ wishes: [TargetWeights.Wish], _ book: ReturnBook?, at now: Timestamp
    ) -> (weights: TargetWeights.Weights, isAnswer: Bool) {
        waitsSince = nil
        let least = settings.rule.needs.daysLeast
        var known = wishes
        if least > 0, let book {
            // Without history there is no weight: to guess would be to bet on it.
            known = wishes.filter { book.days(of: $0.instrument) >= least }
            if known.count < wishes.count { waitsSince = book.day }
        }
        do throws(AllocationFailure) {
            if known.isEmpty, let first = wishes.first {
                throw AllocationFailure(
                    .history,
                    "it wants \(least) days of returns, and there were \(book?.days(of: first.instrument) ?? 0)"
                )
            }
            let answer = try TargetWeights.weights(known, settings, book)
            // To wait for the first days of history is no trouble once they have come.
            if last.isEmpty { troubles.removeAll { $0.kind == .history } }
            last = answer
            return (last, true)
        } catch {
            note(error, at: now)
            waitsSince = book?.day
            let sides = Dictionary(wishes.map { ($0.instrument, $0.side) }) { first, _ in first }
            return (last.filter { (sides[$0.instrument] ?? 0) * $0.weight > 0 }, false)
        }
    }

    private mutating func note(_ failure: AllocationFailure, at now: Timestamp) {
        if let place = troubles.firstIndex(where: { $0.kind == failure.kind }) {
            troubles[place].count += 1
        } else {
            troubles.append(
                AllocationTrouble(kind: failure.kind, sentence: failure.description, first: now))
        }
    }
}
