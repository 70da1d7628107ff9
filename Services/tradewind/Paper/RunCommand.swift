import Configuration
import Domain
import Mesh

/// `tradewind run`: a week of a paper account, traded by the whole mesh, and what came of it.
enum RunCommand {
    static let spec = CommandSpec(
        "run", summary: "trade a week on paper with a mesh of its own, and watch",
        discussion: """
            Starts relay, feed, historian, exchange, strategist, portfolio, risk and execution as processes, replays the \
            bars of a folder to them as fast as they go, and shows positions, orders, profit, halts and health. At the end \
            it reports each day, derives every decision again, holds all orders and fills against a backtest of the same \
            bars, and leaves nothing running. Kill a service meanwhile: it is started again, and the tables at the end are \
            the same. What the services kept lies in state/paper until the next run.
            """,
        options: [
            .option(
                "data", value: "FOLDER", type: .path, default: .text("config/sample-week"),
                help: "The CSV files, one a symbol."),
            .option(
                "strategy", value: "STRATEGY", repeats: true,
                help: "In the place of the three of the sample: 'sma-crossover fast=10 slow=30'."),
            .option(
                "speed", value: "TIMES", type: .number(0...1_000_000), default: .number(0),
                help: "So many times faster than time; 0 for as fast as it goes."),
            .option(
                "keep", value: "FOLDER", type: .path,
                help:
                    "Keep transcripts, database and report in FOLDER, which is new, in the place of state/paper."
            ),
            .flag("json", help: "Print what came of it as JSON, and nothing before."),
        ],
        examples: [
            .init("tradewind run", "a week of minutes, in some seconds"),
            .init(
                "tradewind run --speed 3600",
                "an hour a second: slow enough to look at it with tap, or to kill"),
            .init(
                "tradewind run --data config/sample --strategy 'momentum top=2'", "three years of daily bars"),
        ])

    static func run(_ parsed: Parsed) throws {
        Stop.listen()
        let week = try PaperWeek(parsed)
        let isQuiet = parsed.flag("json")
        var view = PaperView(cash: week.cash, isQuiet: isQuiet)
        var state = PaperState()
        let began = System.now
        func elapsed() -> Double { Double(System.now.nanoseconds - began.nanoseconds) / 1e9 }
        let trading = week.mesh()
        let mesh = try trading.local()
        try PaperRoom.check(week.folder, services: trading.writers, segmentSize: week.segmentSize)
        do {
            try trading.start(mesh, speed: week.speed)
            let watcher = try Watcher(mesh.settings)
            while !Stop.isAsked && !state.isOver {
                watcher.look(for: 100) { state.note($0) }
                view.draw(state, seconds: elapsed())
                for problem in try mesh.mend() { view.say(problem) }
            }
        } catch {
            mesh.stop()
            throw error
        }
        let seconds = elapsed()
        view.finish(state, seconds: seconds)
        let wasStopped = Stop.isAsked
        mesh.stop()
        if wasStopped { throw Failure("stopped before the week was over", exitCode: 130) }
        let end = try PaperEnd(week, seconds: seconds)
        try Console.write(isQuiet ? end.json : end.text(Terminal.standardOutput.paint))
        if let complaint = end.complaint { throw Failure(complaint, exitCode: 1) }
    }
}
