import Configuration
import Domain
import Explaining
import Glibc
import Mesh
import Scheduling
import Supervision

/// `tradewind schedule`: what the scheduler does next, and what it did.
enum ScheduleCommand {
    static let spec = CommandSpec(
        "schedule", summary: "show which jobs come next, and what ran",
        discussion: """
            Shows the jobs of scheduler.jobs with the moment at which each is due next, and the last runs from the \
            scheduler's transcript: how each ended, and what was missed. What a run printed is in jobs/ of state.folder.
            """,
        options: [
            .option(
                "runs", value: "COUNT", type: .integer(0...100_000), default: .integer(20),
                help: "How many runs are shown."),
            .flag("json", help: "Print JSON."),
            .option(
                "carry", value: "FILE", type: .path,
                help:
                    "What the scheduler calls: carry out the command of a run, and keep in FILE.ended how it ended."
            ),
        ],
        arguments: [.argument("WORD", required: false, repeats: true, help: "With --carry: the command.")],
        examples: [
            .init("tradewind schedule", "what comes next, and what ran"),
            .init(
                "tradewind schedule --set scheduler.jobs='backup close+30m data backup'",
                "what a plan would do"),
        ])

    static func run(_ parsed: Parsed) throws {
        if let file = parsed.text(ifGiven: "carry") {
            return try carry(parsed.texts("WORD"), RunFiles(file), parsed)
        }
        guard parsed.texts("WORD").isEmpty else {
            throw Failure(
                "a command is carried out by the scheduler alone; `tradewind schedule` needs none",
                exitCode: 2)
        }
        let settings = try Configuration.Settings.load(for: parsed)
        let jobs: [PlannedJob]
        do { jobs = try PlannedJob.all(settings.list("scheduler.jobs")) } catch {
            throw Failure("scheduler.jobs: \(error)", exitCode: 2)
        }
        let now = System.now
        let coming = try jobs.map { job in
            try check(job, at: now)
            return Coming(job: job, due: job.time.next(after: now, .xnys))
        }
        let runs = try JobHistory(settings.path("state.folder")).runs.suffix(parsed.int("runs"))
        let text = ScheduleText(coming: coming, runs: Array(runs))
        try Console.write(parsed.flag("json") ? text.json : text.tables(paint: Terminal.standardOutput.paint))
    }

    /// A job that could never be carried out is told now, and not at its hour.
    private static func check(_ job: PlannedJob, at now: Timestamp) throws {
        do { _ = try Tradewind.spec.parse(job.words(on: now.dateUTC)) } catch {
            switch error {
            case .help, .version: break
            case .incomplete:
                throw Failure(
                    "scheduler.jobs: the job \(job.name) is no whole command of tradewind", exitCode: 2)
            case .usage(let sentence):
                throw Failure("scheduler.jobs: the job \(job.name): \(sentence)", exitCode: 2)
            }
        }
    }

    /// A job, and when it is due next.
    struct Coming {
        var job: PlannedJob
        var due: JobTime.Due?
    }

    // MARK: carrying out

    /// Does what a run asks for, unless that was done or is being done. The settings of this command line hold for it.
    private static func carry(_ words: [String], _ files: RunFiles, _ parsed: Parsed) throws {
        guard let lock = files.take() else { return }
        defer { close(lock) }
        guard files.end() == nil else { return }
        let end = outcome(of: words + parsed.settingWords)
        if !end.text.isEmpty { Console.error("tradewind: \(end.text)\n") }
        guard files.write(end) else {
            throw Failure("\(files.path).ended cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    private static func outcome(of words: [String]) -> RunFiles.End {
        do {
            try Tradewind.run(try Tradewind.spec.parse(words))
            return RunFiles.End(code: 0, text: "")
        } catch let failure as Failure {
            let text = failure.description
            return RunFiles.End(
                code: failure.exitCode,
                text: text.isEmpty ? "it ended with \(failure.exitCode); see its log" : text)
        } catch let end as ParseEnd {
            if case .usage(let sentence) = end { return RunFiles.End(code: 2, text: sentence) }
            return RunFiles.End(code: 2, text: "it is no whole command of tradewind")
        } catch {
            return RunFiles.End(code: 1, text: "\(error)")
        }
    }
}
