/// scheduler: lets jobs begin at their times by the exchange's calendar, each once.
import Configuration
import Domain
import Mesh
import Scheduling

let command = Service.command(
    "scheduler", summary: "let jobs begin at their times by the exchange's calendar",
    discussion: """
        Carries out the commands that scheduler.jobs names, each in a process of its own, once for each time that it is \
        due. Killed at any point, it goes on with what was under way, and makes up for what it missed, or tells of it. \
        `tradewind schedule` shows what comes next and what ran.
        """,
    examples: [
        .init("scheduler --set scheduler.jobs='backup close+30m data backup'", "a backup after each session")
    ])

run(command) { parsed in
    var service = try Service("scheduler", parsed)
    let settings = try service.recordedSettings() ?? service.settings
    let machine = DeskMachine<ScheduleDesk>(try JobPlan(settings).setup)
    if try service.verifies(machine) { return }
    // Its time is that of the wall: it is there for what people and other programs wait for.
    service.node.isReplay = false
    let runner = try JobRunner(
        folder: "\(settings.path("state.folder"))/jobs", settings: parsed.settingWords,
        log: { [log = service.log] in log.info("job", ["text": .text($0)]) })
    try service.run(machine, edge: runner, source: runner)
}
