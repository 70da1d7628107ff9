import Configuration
import Domain
import Glibc
import Mesh
import Scheduling
import Supervision

/// The hands of the scheduler: carries out each run in a process of its own, which outlives this one, and tells how it
/// ended. `tradewind schedule --carry` is that process: it keeps in a file how its command ended, and of two for one run
/// the second does nothing. So a run that somebody cut off is begun again, and none comes to its end twice.
final class JobRunner: Edge, Source {
    private struct Run {
        var job: Job
        var process: pid_t = 0
        var begun = 0
        var problem = "it was cut off"
    }

    private let folder: String
    private let settings: [String]
    private let log: (String) -> Void
    /// What is not known to be on disk.
    private var asked: [Job] = []
    private var running: [Run] = []
    /// What a recovery hands over was asked for by a life before this one: the machine asks again for what goes on.
    private var hasBegun = false

    private static let pause = Nanoseconds.second
    private static let pauseWhileRunning = 50 * Nanoseconds.millisecond
    private static let begunMax = 3
    /// Three files a run.
    private static let filesKept = 180

    /// `settings` are words of a command line, by which the commands see the settings of this service.
    init(folder: String, settings: [String], log: @escaping (String) -> Void) throws {
        try makeFolders(folder)
        self.folder = folder
        self.settings = settings
        self.log = log
    }

    var done: UInt64 { 0 }

    func perform(_ command: Message, because cause: Message, number: UInt64) {
        guard hasBegun, case .job(let job) = command.body else { return }
        asked.append(job)
    }

    func settle() -> Bool {
        running += asked.map { Run(job: $0) }
        asked.removeAll()
        return true
    }

    func answer(_ ask: Ask) -> Answer? { nil }

    func pump<M: Machine>(_ node: Node<M>, at now: Timestamp) throws -> Pumped {
        guard node.mayOriginate else { return .idle(until: now + JobRunner.pause) }
        if !hasBegun {
            hasBegun = true
            try node.bring(.hello(Hello(service: "scheduler")), on: ScheduleDesk.began, at: now)
        }
        for place in running.indices.reversed() {
            guard let ended = try goOn(&running[place]) else { continue }
            running.remove(at: place)
            log("\(ended.run) is \(ended.state)\(ended.explanation.isEmpty ? "" : ": \(ended.explanation)")")
            try node.bring(.job(ended), on: ScheduleDesk.ended, at: now)
        }
        return .idle(until: now + (running.isEmpty ? JobRunner.pause : JobRunner.pauseWhileRunning))
    }

    // MARK: one run

    /// Looks after a run; gives how it ended, once it has.
    private func goOn(_ run: inout Run) throws -> Job? {
        let place = "\(folder)/\(run.job.name)"
        try makeFolders(place)
        let files = RunFiles("\(place)/\(run.job.run)")
        if let end = files.end() { return ended(run, end.code == 0 ? .done : .failed, end.text, in: place) }
        if run.process > 0 {
            guard waitpid(run.process, nil, WNOHANG) != 0 else { return nil }
            run.process = 0
            // It may have come to its end between the two.
            return try goOn(&run)
        }
        // Begun by a life before this one, it goes on.
        if files.isCarried { return nil }
        guard run.begun < JobRunner.begunMax else {
            return ended(run, .failed, "\(run.problem), \(run.begun) times", in: place)
        }
        run.begun += 1
        log(
            "\(run.job.run) begins: tradewind \(run.job.explanation.split(separator: "\n").joined(separator: " "))"
        )
        do { run.process = try launch(run.job, files).start() } catch {
            run.problem = "\(error)"
            log(run.problem)
        }
        return nil
    }

    private func ended(_ run: Run, _ state: JobState, _ text: String, in place: String) -> Job {
        sweep(place)
        return Job(
            name: run.job.name, run: run.job.run, state: state, dueAt: run.job.dueAt, explanation: text)
    }

    /// Old runs go. Where they cannot, it is told: the folder grows.
    private func sweep(_ place: String) {
        do {
            for name in try FileDisk(place, readOnly: true).names().dropLast(JobRunner.filesKept)
            where unlink("\(place)/\(name)") != 0 && errno != ENOENT {
                log(
                    "\(place)/\(name) is of an old run and cannot be removed: \(String(cString: strerror(errno)))"
                )
            }
        } catch {
            log("\(place) cannot be read, so files of old runs stay there: \(error)")
        }
    }

    private func launch(_ job: Job, _ files: RunFiles) -> Launch {
        let own = System.programPath
        let beside = own.lastIndex(of: "/").map { String(own[...$0]) } ?? ""
        let words = job.explanation.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return Launch(
            program: beside + "tradewind",
            arguments: ["schedule", "--carry", files.path] + settings + ["--"] + words,
            environment: JobRunner.environment, output: files.log)
    }

    /// Without the sign by which a supervisor knows its own: a job is none of its services.
    private static var environment: [String: String] {
        var found = Surroundings.process.environment
        found[Launch.sign] = nil
        return found
    }
}
