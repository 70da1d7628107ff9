import Domain

/// Lets each job begin at its time: once, whatever was killed meanwhile. It knows the time from the ticks that it asks
/// for, and what became of a job from its edge, which carries out each run at most once to its end.
///
/// A run is named for the job and the day that it belongs to. What it tells of a job goes to `control/job/NAME`.
public final class ScheduleDesk: Desk {
    public struct Setup: Sendable {
        public var jobs: [PlannedJob]
        public var calendar: TradingCalendar
        /// For the jobs that do not say it themselves.
        public var missed: PlannedJob.Missed
        /// What was due longer ago than this is told, and not done.
        public var lateMax: Int64

        public init(
            jobs: [PlannedJob], calendar: TradingCalendar, missed: PlannedJob.Missed, lateMax: Int64
        ) {
            self.jobs = jobs
            self.calendar = calendar
            self.missed = missed
            self.lateMax = lateMax
        }
    }

    /// How far a job has come.
    private struct Progress {
        var name = ""
        /// What was due until then is begun, or told.
        var settled = Timestamp.distantPast
        /// The run that goes on, when it was due, and its day; empty for none.
        var run = ""
        var due = JobTime.Due(at: .zero, day: CivilDate(1970, 1, 1))
    }

    /// What the edge is to carry out, the process's beginning, and how a run ended.
    public static let request = Topic("local/job")
    public static let began = Topic("local/began")
    public static let ended = Topic("local/ended")

    /// A tick comes a little after its time; what comes later than this was missed.
    private static let punctual = Nanoseconds.minute

    private let setup: Setup
    private var jobs: [Progress] = []

    public init(_ setup: Setup) { self.setup = setup }

    public func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        switch message.body {
        case .settings: join(at: now)
        case .tick: break
        case .hello where message.topic == ScheduleDesk.began: ask(&outbox)
        case .job(let job) where message.topic == ScheduleDesk.ended: return end(job, &outbox)
        default: return
        }
        for place in setup.jobs.indices { look(at: setup.jobs[place], at: now, &outbox) }
        let next = setup.jobs.compactMap { $0.time.next(after: now, setup.calendar)?.at }.min()
        if let next { outbox.wake(at: next) }
    }

    /// Jobs that are new begin with what is due from now on.
    private func join(at now: Timestamp) {
        for job in setup.jobs where !jobs.contains(where: { $0.name == job.name }) {
            jobs.append(Progress(name: job.name, settled: now))
        }
    }

    /// The edge has forgotten what it was asked for: its process is another one.
    private func ask(_ outbox: inout Outbox) {
        for job in jobs where !job.run.isEmpty {
            guard let planned = setup.jobs.first(where: { $0.name == job.name }) else {
                let gone = Job(
                    name: job.name, run: job.run, state: .failed, dueAt: job.due.at,
                    explanation: "it is in scheduler.jobs no more, and was not at its end")
                end(gone, &outbox)
                continue
            }
            request(planned, job, &outbox)
        }
    }

    private func look(at job: PlannedJob, at now: Timestamp, _ outbox: inout Outbox) {
        guard let place = jobs.firstIndex(where: { $0.name == job.name }) else { return }
        let due = job.time.all(after: jobs[place].settled, through: now, setup.calendar)
        guard let last = due.last else { return }
        jobs[place].settled = last.at
        for earlier in due.dropLast() { tell(job, missed: earlier, "nobody was there", &outbox) }
        let late = now - last.at
        if !jobs[place].run.isEmpty {
            tell(job, missed: last, "\(jobs[place].run) was not at its end", &outbox)
        } else if late > ScheduleDesk.punctual && (job.missed ?? setup.missed) == .tell {
            tell(job, missed: last, "nobody was there", &outbox)
        } else if late > max(setup.lateMax, ScheduleDesk.punctual) {
            tell(job, missed: last, "nobody was there, and it is too late now", &outbox)
        } else {
            begin(job, at: place, last, &outbox)
        }
    }

    private func begin(_ job: PlannedJob, at place: Int, _ due: JobTime.Due, _ outbox: inout Outbox) {
        jobs[place].run = ScheduleDesk.run(job, due)
        jobs[place].due = due
        outbox.send(
            .job(
                Job(
                    name: job.name, run: jobs[place].run, state: .running, dueAt: due.at,
                    explanation: job.words(on: due.day).joined(separator: " "))), on: .job(job.name))
        request(job, jobs[place], &outbox)
    }

    /// What is asked for is on disk before it is begun.
    private func request(_ job: PlannedJob, _ progress: Progress, _ outbox: inout Outbox) {
        outbox.send(
            .job(
                Job(
                    name: job.name, run: progress.run, state: .requested, dueAt: progress.due.at,
                    explanation: job.words(on: progress.due.day).joined(separator: "\n"))),
            on: ScheduleDesk.request, durable: true)
    }

    private func end(_ job: Job, _ outbox: inout Outbox) {
        guard let place = jobs.firstIndex(where: { $0.name == job.name && $0.run == job.run }),
            !job.run.isEmpty
        else { return }
        jobs[place].run = ""
        outbox.send(.job(job), on: .job(job.name))
        if job.state == .failed { alarm("the job \(job.name) failed: \(job.explanation)", &outbox) }
    }

    private func tell(
        _ job: PlannedJob, missed due: JobTime.Due, _ reason: String, _ outbox: inout Outbox
    ) {
        outbox.send(
            .job(
                Job(
                    name: job.name, run: ScheduleDesk.run(job, due), state: .missed, dueAt: due.at,
                    explanation: reason)), on: .job(job.name))
        alarm("the job \(job.name) of \(due.day) was missed: \(reason)", &outbox)
    }

    private func alarm(_ text: String, _ outbox: inout Outbox) {
        outbox.send(
            .alarm(Alarm(level: .warning, code: "job", explanation: text)), on: .alarm(from: "scheduler"))
    }

    private static func run(_ job: PlannedJob, _ due: JobTime.Due) -> String { "\(job.name)-\(due.day)" }

    // MARK: What is remembered

    public static let snapshotVersion: UInt32 = 1

    public func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.list(&jobs, blank: Progress()) { (job, walk) throws(SnapshotMismatch) in
            try walk.text(&job.name)
            try walk.moment(&job.settled)
            try walk.text(&job.run)
            try walk.moment(&job.due.at)
            var days = job.due.day.days
            try walk.integer(&days)
            job.due.day = CivilDate(days: days)
        }
    }
}
