extension Schema {
    /// The settings of the whole house. Every executable loads all of them, so that one file serves all and a
    /// misspelled key is found by whichever starts first.
    public static let tradewind = Schema(sections: [
        general, state, mesh, log, supervisor, feed, synthetic, historian, backtest, risk, execution, broker,
        trading,
        control, strategist, features, scheduler, marketData, providers,
    ])

    private static let general = SettingSection(
        "environment", help: "Which overlay of the settings holds.",
        [
            SettingSpec(
                key: "environment", type: .text, default: .text("development"),
                help: "Adds the file tradewind.<environment>.yaml beside the settings file.")
        ])

    private static let state = SettingSection(
        "state", help: "What services keep on disk.",
        [
            SettingSpec(
                key: "state.folder", type: .path, default: .text("state"),
                help: "The folder of transcripts and snapshots."),
            SettingSpec(
                key: "state.retention", type: .duration, default: .duration(.zero),
                help: "How long transcripts are kept; 0 keeps them for ever."),
            SettingSpec(
                key: "state.retention_size", type: .size, default: .size(0),
                help: "How much one service keeps of its transcripts; 0 sets no limit."),
            SettingSpec(
                key: "state.segment_size", type: .size((64 << 10)...(1 << 30)), default: .size(8 << 20),
                help: "The size at which a transcript begins a new file."),
            SettingSpec(
                key: "state.sync_interval", type: .duration(.zero ... .seconds(60)),
                default: .duration(.milliseconds(100)),
                help: "How often a transcript is forced to disk; 0 forces every message."),
            SettingSpec(
                key: "state.checkpoint_interval", type: .duration(.milliseconds(1) ... .seconds(3600)),
                default: .duration(.milliseconds(100)),
                help: "How often a service records the running hash of its transcript."),
            SettingSpec(
                key: "state.snapshot_segments", type: .integer(0...1_000_000), default: .integer(16),
                help:
                    "After how many files a service keeps a snapshot to recover from; 0 for only at its end."),
        ])

    private static let mesh = SettingSection(
        "mesh", help: "How services reach each other.",
        [
            SettingSpec(
                key: "mesh.folder", type: .path, default: .text("state/run"),
                help: "The folder of the sockets of transport ipc."),
            SettingSpec(
                key: "mesh.transport", type: .choice(["ipc", "tcp"]), default: .text("ipc"),
                help: "ipc on one machine, tcp between machines and containers."),
            SettingSpec(
                key: "mesh.advertise", type: .text, default: .text(""),
                help:
                    "The name or address under which others reach this process by tcp; empty for the host's name."
            ),
            SettingSpec(
                key: "mesh.replay", type: .flag, default: .flag(true),
                help:
                    "Time is the data's, and services go in lock-step, instant by instant; trading wants it, on a replay "
                    + "as on live data."),
            SettingSpec(
                key: "mesh.feeds", type: .list, default: .list(["feed.1"]),
                help: "The feeds of this mesh: a replay waits for each of them."),
            SettingSpec(
                key: "mesh.relay_publish", type: .text, default: .text(""),
                help: "Where services publish control messages; empty derives it from mesh.folder."),
            SettingSpec(
                key: "mesh.relay_subscribe", type: .text, default: .text(""),
                help: "Where services take control messages; empty derives it from mesh.folder."),
            SettingSpec(
                key: "mesh.beat_interval", type: .duration(.milliseconds(10) ... .seconds(60)),
                default: .duration(.milliseconds(500)), help: "How often a service says that it is alive."),
            SettingSpec(
                key: "mesh.beats_missed_max", type: .integer(1...1000), default: .integer(4),
                help: "After so many missing beats a service counts as gone."),
            SettingSpec(
                key: "mesh.window_steps", type: .integer(1...100_000), default: .integer(64),
                help: "How many steps a replay may run ahead of its slowest taker."),
            SettingSpec(
                key: "mesh.held_max", type: .integer(1...100_000_000), default: .integer(100_000),
                help: "How many messages are held for each topic."),
            SettingSpec(
                key: "mesh.takers_patience", type: .duration(.milliseconds(1) ... .seconds(3600)),
                default: .duration(.seconds(30)),
                help:
                    "How long a service waits after a power cut for a known taker to give back what was lost."
            ),
            SettingSpec(
                key: "mesh.curve", type: .flag, default: .flag(false),
                help: "Encrypts and authenticates transport tcp."),
            SettingSpec(
                key: "mesh.keys_folder", type: .path, default: .text("state/keys"),
                help: "The folder of the keys for mesh.curve."),
        ])

    private static let log = SettingSection(
        "log", help: "What services tell about themselves.",
        [
            SettingSpec(
                key: "log.level", type: .choice(LogLevel.names), default: .text("info"),
                help: "Nothing below this level is logged."),
            SettingSpec(
                key: "log.format", type: .choice(LogFormat.names), default: .text("text"),
                help: "text for people, json for programs."),
            SettingSpec(
                key: "log.folder", type: .path, default: .text(""),
                help: "Each service logs to a file of its name here; empty logs to standard error."),
            SettingSpec(
                key: "log.file", type: .path, default: .text(""),
                help: "One file to log to, stronger than log.folder; for a single process."),
            SettingSpec(
                key: "log.rotate_size", type: .size((64 << 10)...(1 << 40)), default: .size(64 << 20),
                help: "The size at which a log file is put aside."),
            SettingSpec(
                key: "log.rotate_keep", type: .integer(0...1000), default: .integer(5),
                help: "How many files that were put aside are kept."),
        ])

    private static let supervisor = SettingSection(
        "supervisor",
        help: "How processes are started again, and how they share the parts of a divided service.",
        [
            SettingSpec(
                key: "supervisor.restart_first", type: .duration(.milliseconds(1) ... .seconds(60)),
                default: .duration(.milliseconds(50)),
                help:
                    "How long the first restart of a process waits at most; each further one waits twice as long."
            ),
            SettingSpec(
                key: "supervisor.restart_longest", type: .duration(.milliseconds(1) ... .seconds(3600)),
                default: .duration(.seconds(30)), help: "No restart waits longer than this."),
            SettingSpec(
                key: "supervisor.restarts_max", type: .integer(1...1000), default: .integer(10),
                help: "After so many restarts in a row a process is given up, with an alarm."),
            SettingSpec(
                key: "supervisor.stable_after", type: .duration(.milliseconds(1) ... .seconds(3600)),
                default: .duration(.seconds(10)),
                help: "A process that ran so long begins to count its restarts anew."),
            SettingSpec(
                key: "supervisor.lease", type: .duration(.zero ... .seconds(3600)), default: .duration(.zero),
                help:
                    "How long a process owns a part without a renewal; 0 where the processes see the same folders, "
                    + "whose locks guard the parts."),
            SettingSpec(
                key: "supervisor.patience", type: .duration(.zero ... .seconds(3600)),
                default: .duration(.seconds(5)),
                help: "How long the parts of a process that died wait for it before others get them."),
        ])

    private static let feed = SettingSection(
        "feed", help: "Where market data comes from.",
        [
            SettingSpec(
                key: "feed.source", type: .choice(["csv", "synthetic", "transcript", "stream"]),
                default: .text("synthetic"),
                help:
                    "csv replays files, synthetic makes up a market, transcript says again what an earlier feed said, stream "
                    + "is live data by the order of providers.stream."),
            SettingSpec(
                key: "feed.csv_files", type: .list, default: .list([]), help: "The files that csv replays."),
            SettingSpec(
                key: "feed.transcript", type: .path, default: .text(""),
                help:
                    "The folder that transcript says again: that of an earlier feed's transcript, or the state.folder it is in."
            ),
            SettingSpec(
                key: "feed.actions", type: .list, default: .list([]),
                help:
                    "Files of splits, dividends and delistings that a replay sends beside its bars: "
                    + "symbol,ex_date,kind,ratio,amount,known_at. Columns of them beside bars are read without it."
            ),
            SettingSpec(
                key: "feed.symbols", type: .list, default: .list([]),
                help: "The symbols to send; empty sends all that the source has."),
            SettingSpec(
                key: "feed.speed", type: .number(0...1_000_000), default: .number(0),
                help: "How many times faster than time; 0 goes as fast as the takers can."),
            SettingSpec(
                key: "feed.seed", type: .integer(0...Int.max), default: .integer(1),
                help: "The seed of synthetic; the same seed makes the same market."),
            SettingSpec(
                key: "feed.bars", type: .integer(1...1_000_000_000), default: .integer(1000),
                help: "How many bars synthetic makes for each symbol."),
            SettingSpec(
                key: "feed.quotes", type: .integer(0...1_000_000), default: .integer(0),
                help:
                    "How many quotes synthetic makes in the time of a bar, of all symbols in turn; at feed.speed they are "
                    + "as many in that time divided by it."),
            SettingSpec(
                key: "feed.span", type: .text, default: .text("1m"),
                help: "The length of the bars: 1m, 5m, 1h or 1d."),
            SettingSpec(
                key: "feed.calendar", type: .choice(["XNYS", "none"]), default: .text("XNYS"),
                help:
                    "The sessions outside which the gatekeeper holds bars back; none for a market that never closes."
            ),
            SettingSpec(
                key: "feed.jump", type: .number(0.01...1000), default: .number(0.5),
                help: "The share of its price that a bar may move without an action before it is held back."),
            SettingSpec(
                key: "feed.channels",
                type: .names(
                    ["bars", "updatedBars", "dailyBars", "quotes", "trades", "statuses", "lulds"], gone: [:]),
                default: .list(["bars", "updatedBars", "statuses"]), help: "What of a stream is taken."),
            SettingSpec(
                key: "feed.grace", type: .duration(.zero ... .seconds(30)), default: .duration(.seconds(2)),
                help:
                    "How long a live minute that is over waits for the bars that are missing; a later bar goes in an "
                    + "instant of its own."),
            SettingSpec(
                key: "feed.silence", type: .duration(.seconds(1) ... .seconds(3600)),
                default: .duration(.seconds(90)),
                help: "A stream that says nothing for so long in a session is connected anew."),
            SettingSpec(
                key: "feed.failover", type: .duration(.zero ... .seconds(3600)),
                default: .duration(.seconds(30)),
                help:
                    "When a stream has been away for so long, the next of providers.stream begins, and minutes are asked of "
                    + "providers.history until one is back, and again after as long, a minute at most; 0 waits for the "
                    + "first stream alone."),
            SettingSpec(
                key: "feed.action_patience", type: .duration(.zero ... .seconds(3600)),
                default: .duration(.seconds(30)),
                help:
                    "How long the first minute of a day is held back until it is known what companies do that day."
            ),
            SettingSpec(
                key: "feed.action_interval", type: .duration(.zero ... .seconds(86_400)),
                default: .duration(.seconds(3600)),
                help:
                    "How often providers.actions are asked for splits and dividends while a stream goes on; 0 is never."
            ),
            SettingSpec(
                key: "feed.fill_patience", type: .duration(.zero ... .seconds(3600)),
                default: .duration(.seconds(120)),
                help:
                    "How long live bars wait for those that a stream has missed; then they go on without them, with an "
                    + "alarm."),
            SettingSpec(
                key: "feed.followers", type: .list, default: .list(["historian"]),
                help:
                    "Who must keep up with a replay, and gives back what a power cut took: instances, or services "
                    + "with all their parts."),
        ])

    private static let historian = SettingSection(
        "historian", help: "Where history is kept.",
        [
            SettingSpec(
                key: "historian.parts", type: .integer(1...256), default: .integer(7),
                help:
                    "Into how many parts its symbols are divided, so that up to as many processes can share them; "
                    + "fixed once there is a transcript."),
            SettingSpec(
                key: "historian.database", type: .path, default: .text(""),
                help:
                    "The SQLite file of bars and durable messages; empty for history.sqlite in state.folder."),
            SettingSpec(
                key: "historian.postgres", type: .text, default: .text(""),
                help:
                    "The PostgreSQL database that takes the place of that file, as libpq names it: host=… dbname=… "
                    + "user=…; empty for the file."),
            .secret(
                "historian.postgres_password",
                help: "Its password, where libpq does not find one by itself."),
            SettingSpec(
                key: "historian.store", type: .path, default: .text(""),
                help:
                    "The columnar store that days which are over go into, out of the database; empty leaves them there."
            ),
            SettingSpec(
                key: "historian.store_interval", type: .duration(.zero ... .seconds(3600)),
                default: .duration(.seconds(60)), help: "How often it is looked whether a day is over."),
            SettingSpec(
                key: "historian.trading", type: .flag, default: .flag(false),
                help:
                    "Whether signals, proposals, verdicts, halts, orders, fills, positions and accounts are kept too."
            ),
            SettingSpec(
                key: "historian.commit_interval", type: .duration(.milliseconds(1) ... .seconds(60)),
                default: .duration(.seconds(1)), help: "How often received messages are committed."),
        ])
}
