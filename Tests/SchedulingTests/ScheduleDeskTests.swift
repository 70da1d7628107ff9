import Domain
import Testing

@testable import Scheduling

@Suite("The schedule")
struct ScheduleDeskTests {
    /// The machine with a clock of its own: it fires what the machine asked for, as a host does.
    private struct Clock {
        var machine: DeskMachine<ScheduleDesk>
        var wakes: [Timestamp] = []
        /// What was told of jobs, and what the edge was asked for.
        var told: [Job] = []
        var asked: [Job] = []
        var alarms: [String] = []
        var now = Timestamp.zero

        init(_ jobs: [String], missed: PlannedJob.Missed = .run, lateMax: Int64 = 12 * Nanoseconds.hour)
            throws
        {
            machine = DeskMachine(
                ScheduleDesk.Setup(
                    jobs: try PlannedJob.all(jobs), calendar: .xnys, missed: missed, lateMax: lateMax))
        }

        mutating func take(_ body: Body, on topic: Topic, at moment: Timestamp) {
            now = max(now, moment)
            var outbox = Outbox()
            machine.receive(Message(topic: topic, sentAt: now, body: body), at: now, &outbox)
            wakes = Set(wakes + outbox.wakes).sorted()
            for item in outbox.items {
                switch item.body {
                case .job(let job) where item.topic == ScheduleDesk.request:
                    #expect(item.durable)
                    asked.append(job)
                case .job(let job): told.append(job)
                case .alarm(let alarm): alarms.append(alarm.explanation)
                default: Issue.record("\(item.topic)")
                }
            }
        }

        mutating func start(_ text: String) throws {
            try take(.settings(Settings(text: "")), on: .settings, at: Timestamp(text))
            try begin(text)
        }

        /// The process begins; what it forgot it is asked for again.
        mutating func begin(_ text: String) throws {
            try take(.hello(Hello(service: "scheduler")), on: ScheduleDesk.began, at: Timestamp(text))
        }

        /// Lets time pass; each tick comes when it is due.
        mutating func run(until text: String) throws {
            let end = try Timestamp(text)
            while let first = wakes.first, first <= end {
                wakes.removeFirst()
                take(.tick(Tick(at: first)), on: .tick, at: first)
            }
            now = max(now, end)
        }

        /// The process was away until now: all ticks come at once, and late.
        mutating func sleep(until text: String) throws {
            let end = try Timestamp(text)
            now = max(now, end)
            try begin(text)
            while let first = wakes.first, first <= end {
                wakes.removeFirst()
                take(.tick(Tick(at: first)), on: .tick, at: end)
            }
        }

        mutating func end(_ run: String, _ state: JobState = .done, _ text: String = "") {
            let name = String(run.split(separator: "-")[0])
            take(
                .job(Job(name: name, run: run, state: state, explanation: text)), on: ScheduleDesk.ended,
                at: now)
        }

        var runs: [String] { asked.map(\.run) }
        var states: [String] { told.map { "\($0.run) \($0.state)" } }
    }

    @Test("each job begins once in each session, and none on a holiday")
    func once() throws {
        var clock = try Clock(["backup close+30m data backup --name {day}"])
        try clock.start("2024-11-27T12:00:00Z")
        for day in ["2024-11-27", "2024-11-29"] {
            try clock.run(until: "\(day)T23:59:00Z")
            #expect(clock.runs.last == "backup-\(day)")
            #expect(clock.asked.last?.explanation == "data\nbackup\n--name\n\(day)")
            clock.end("backup-\(day)")
        }
        #expect(clock.runs == ["backup-2024-11-27", "backup-2024-11-29"])
        #expect(
            clock.states == [
                "backup-2024-11-27 running", "backup-2024-11-27 done", "backup-2024-11-29 running",
                "backup-2024-11-29 done",
            ])
        #expect(clock.alarms.isEmpty)
    }

    @Test("what was due before the first start is not made up for")
    func fresh() throws {
        var clock = try Clock(["backup close+30m data backup"])
        try clock.start("2024-11-27T23:00:00Z")
        #expect(clock.runs.isEmpty && clock.told.isEmpty)
    }

    @Test("of those that were due while nobody was there the last is made up for, and the others are told")
    func madeUp() throws {
        var clock = try Clock(["backup close+30m data backup"])
        try clock.start("2024-11-25T12:00:00Z")
        try clock.sleep(until: "2024-11-27T23:00:00Z")
        #expect(clock.runs == ["backup-2024-11-27"])
        #expect(
            clock.states == [
                "backup-2024-11-25 missed", "backup-2024-11-26 missed", "backup-2024-11-27 running",
            ])
        #expect(clock.alarms.count == 2)
    }

    @Test("a job that must not come late is told, and so is one that is too late")
    func tooLate() throws {
        for jobs in [["flat close-5m missed=tell flatten"], ["flat close-5m flatten"]] {
            var clock = try Clock(jobs, lateMax: Nanoseconds.hour)
            try clock.start("2024-11-27T12:00:00Z")
            try clock.sleep(until: "2024-11-27T23:00:00Z")
            #expect(clock.runs.isEmpty)
            #expect(clock.states == ["flat-2024-11-27 missed"])
            #expect(clock.alarms.count == 1)
        }
    }

    @Test("a run that was under way is asked for again when the process begins anew, and no other is")
    func again() throws {
        var clock = try Clock(["a open data list", "b open+1m data list"])
        try clock.start("2024-11-27T12:00:00Z")
        try clock.run(until: "2024-11-27T14:40:00Z")
        clock.end("a-2024-11-27")
        try clock.begin("2024-11-27T14:41:00Z")
        #expect(clock.runs == ["a-2024-11-27", "b-2024-11-27", "b-2024-11-27"])
        clock.end("b-2024-11-27")
        clock.end("b-2024-11-27")
        try clock.begin("2024-11-27T14:42:00Z")
        #expect(clock.runs.count == 3)
        #expect(clock.states.filter { $0 == "b-2024-11-27 done" }.count == 1)
    }

    @Test(
        "a run that is not at its end lets the next one be missed, with an alarm; one that failed has one too"
    )
    func overlap() throws {
        var clock = try Clock(["a open data list"])
        try clock.start("2024-11-26T12:00:00Z")
        try clock.run(until: "2024-11-27T15:00:00Z")
        #expect(clock.states == ["a-2024-11-26 running", "a-2024-11-27 missed"])
        clock.end("a-2024-11-26", .failed, "the disk is full")
        #expect(clock.alarms.last == "the job a failed: the disk is full")
        try clock.run(until: "2024-11-29T15:00:00Z")
        #expect(clock.runs == ["a-2024-11-26", "a-2024-11-29"])
    }

    @Test("from a snapshot at any point it goes on as though nothing had happened")
    func snapshot() throws {
        let jobs = ["a open data list", "b close missed=tell data list", "c daily@03:00 data list"]
        var straight = try Clock(jobs)
        var restored = try Clock(jobs)
        try straight.start("2024-11-22T12:00:00Z")
        try restored.start("2024-11-22T12:00:00Z")
        for hour in 0..<200 {
            let moment = "\(try Timestamp("2024-11-22T12:00:00Z") + Int64(hour) * Nanoseconds.hour)"
            var fresh = try Clock(jobs).machine
            try fresh.restore(
                restored.machine.snapshot(), version: DeskMachine<ScheduleDesk>.snapshotVersion)
            restored.machine = fresh
            for text in [moment] {
                try straight.run(until: text)
                try restored.run(until: text)
            }
            if hour % 7 == 0 {
                for run in straight.runs.suffix(2) {
                    straight.end(run)
                    restored.end(run)
                }
            }
        }
        #expect(straight.told.count > 20)
        #expect(straight.told == restored.told && straight.asked == restored.asked)
    }

    @Test("a new job joins with the settings, and one that is gone ends")
    func otherPlan() throws {
        var clock = try Clock(["a open data list"])
        try clock.start("2024-11-26T12:00:00Z")
        try clock.run(until: "2024-11-26T15:00:00Z")
        let snapshot = clock.machine.snapshot()
        var other = try Clock(["b close data list"])
        try other.machine.restore(snapshot, version: DeskMachine<ScheduleDesk>.snapshotVersion)
        try other.start("2024-11-26T16:00:00Z")
        #expect(other.states == ["a-2024-11-26 failed"])
        try other.run(until: "2024-11-26T22:00:00Z")
        #expect(other.runs == ["b-2024-11-26"])
    }
}
