import Configuration
import Domain
import Explaining
import Glibc

/// The runs of jobs, as the scheduler's transcript has them, oldest first.
struct JobHistory {
    struct Run {
        var name: String
        var run: String
        var dueAt: Timestamp
        /// When it began, and when it ended or was found to be missed.
        var begunAt: Timestamp?
        var endedAt: Timestamp?
        var state: JobState
        var explanation: String
    }

    private(set) var runs: [Run] = []

    init(_ state: String) throws {
        let folder = "\(state)/scheduler/all"
        guard access(folder, F_OK) == 0 else { return }
        let search = try StateSearch(ofStateOrShard: folder)
        let told = try search.messages(where: { _, head in head.bodyField == BodyKind.job.rawValue }) {
            $0.topic.lane == .control
        }
        guard search.problems.isEmpty else { throw Failure(search.problems[0]) }
        for message in told.map(\.message).sorted(by: JobHistory.isEarlier) {
            if case .job(let job) = message.body { take(job, at: message.sentAt) }
        }
    }

    private static func isEarlier(_ left: Message, _ right: Message) -> Bool {
        (left.sentAt, left.topic.text, left.epoch, left.number)
            < (right.sentAt, right.topic.text, right.epoch, right.number)
    }

    private mutating func take(_ job: Job, at moment: Timestamp) {
        if job.state == .running {
            return runs.append(
                Run(
                    name: job.name, run: job.run, dueAt: job.dueAt, begunAt: moment, state: .running,
                    explanation: ""))
        }
        let known = runs.lastIndex { $0.run == job.run && $0.dueAt == job.dueAt && $0.state == .running }
        guard let known, job.state != .missed else {
            return runs.append(
                Run(
                    name: job.name, run: job.run, dueAt: job.dueAt, endedAt: moment, state: job.state,
                    explanation: job.explanation))
        }
        runs[known].endedAt = moment
        runs[known].state = job.state
        runs[known].explanation = job.explanation
    }
}
