import Configuration
import Domain
import Scheduling

/// What the settings plan.
struct JobPlan {
    let setup: ScheduleDesk.Setup

    init(_ settings: Configuration.Settings) throws {
        do {
            setup = ScheduleDesk.Setup(
                jobs: try PlannedJob.all(settings.list("scheduler.jobs")), calendar: .xnys,
                missed: PlannedJob.Missed(rawValue: settings.text("scheduler.missed")) ?? .run,
                lateMax: settings.duration("scheduler.late_max"))
        } catch {
            throw Failure("scheduler.jobs: \(error)", exitCode: 2)
        }
    }
}
