extension Schema {
    static let features = SettingSection(
        "features", help: "What the service of this name publishes: docs/features.md.",
        [
            SettingSpec(
                key: "features.names", type: .list, default: .list([]),
                help: "The features of a row, in this order; empty for all of `tradewind features`."),
            SettingSpec(
                key: "features.quotes", type: .flag, default: .flag(false),
                help: "Whether quotes are taken too, of which some features are made."),
        ])

    static let scheduler = SettingSection(
        "scheduler", help: "What is done at which time of a session: docs/operations.md.",
        [
            SettingSpec(
                key: "scheduler.jobs", type: .list, default: .list([]),
                help:
                    "A name, a time and a command of tradewind each: backup close+30m data backup. Times are open, "
                    + "close-5m, 18:00 of New York, daily@03:00."),
            SettingSpec(
                key: "scheduler.missed", type: .choice(["run", "tell"]), default: .text("run"),
                help:
                    "What is done about a job that was due while no scheduler was there: it is made up for, or told; a "
                    + "job can say it for itself with missed=tell before its command."),
            SettingSpec(
                key: "scheduler.late_max", type: .duration(.zero ... .seconds(31_536_000)),
                default: .duration(.seconds(43_200)),
                help: "What was due longer ago than this is told, and not made up for."),
        ])
}
