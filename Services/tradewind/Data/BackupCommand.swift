import Configuration
import Domain
import Glibc
import Mesh
import Store

/// `tradewind data backup` and `restore`: the store in another place, and back.
enum BackupCommand {
    static let backup = CommandSpec(
        "backup", summary: "copy the store to a folder or an object store",
        discussion: """
            Sends what has changed since the last backup, and keeps each backup under a name: the day, if none is given. \
            The same name again takes the place of the one before. Once a day is what it is meant for: by cron or a \
            timer, or with --daily by itself.
            """,
        options: [
            StorePlace.option, to,
            .option("name", value: "NAME", help: "What the backup is called; the day in UTC if not given."),
            .option(
                "daily", value: "TIME",
                help:
                    "Stay, and make one a day at that time in UTC, such as 22:30; at once if the last is missing."
            ),
            .option(
                "keep", value: "COUNT", type: .integer(1...100_000),
                help: "Afterwards remove all but so many backups, and what only those needed."),
            .flag("json", help: "Print JSON."),
        ],
        examples: [
            .init("tradewind data backup --to disk/bars --keep 30", "a month of days"),
            .init("tradewind data backup --to disk/bars --daily 22:30 --keep 30", "the same, every evening"),
            .init(
                "tradewind data backup --to s3://bucket/bars",
                "an object store; keys: data.s3_key, data.s3_secret"),
        ])

    static let restore = CommandSpec(
        "restore", summary: "bring the store back from a backup",
        discussion: """
            Makes every series of the backup as it was then, each wholly or not at all; series that the backup has not are \
            left alone. What is there and whole is not fetched.
            """,
        options: [
            StorePlace.option, to, .flag("list", help: "Only list the backups."),
            .flag("json", help: "Print JSON."),
        ],
        arguments: [.argument("NAME", required: false, help: "Which backup; the last one if not given.")],
        examples: [.init("tradewind data restore --to disk/bars", "the last one")])

    private static let to = OptionSpec.option(
        "to", value: "PLACE",
        help: "Where backups are: a folder, or s3://BUCKET/PREFIX; without it what data.backup names.")

    static func run(backup parsed: Parsed) throws {
        let place = try place(parsed)
        guard let text = parsed.text(ifGiven: "daily") else {
            return try make(parsed.text(ifGiven: "name") ?? "\(System.now.dateUTC)", parsed, place)
        }
        guard parsed.text(ifGiven: "name") == nil else {
            throw Failure("--daily names each backup by its day; leave out --name", exitCode: 2)
        }
        let time: DailyTime
        do { time = try DailyTime(text) } catch { throw Failure("--daily: \(error)", exitCode: 2) }
        try makeDaily(at: time, parsed, place)
    }

    /// Until it is killed, which it may be at any moment: what it has not finished by then is none.
    private static func makeDaily(at time: DailyTime, _ parsed: Parsed, _ place: any BackupPlace) throws {
        while true {
            let name = "\(time.latest(at: System.now).dateUTC)"
            do {
                if try !Backups(place).names().contains(name) { try make(name, parsed, place) }
                wait(until: time.next(after: System.now))
            } catch {
                Console.error(
                    "tradewind: no backup \(name): \(error); it is tried again in \(Self.pause) s\n")
                sleep(Self.pause)
            }
        }
    }

    private static let pause: UInt32 = 60

    /// Looks at the clock again and again: it may be set, and the machine may sleep.
    private static func wait(until moment: Timestamp) {
        while System.now < moment { sleep(1) }
    }

    private static func make(_ name: String, _ parsed: Parsed, _ place: any BackupPlace) throws {
        let store = try StorePlace.opened(parsed)
        let backups = Backups(place)
        let progress = Progress("series", total: try store.keys().count)
        let done = try backups.create(name, of: store, at: System.now, progress: { progress.show($0) })
        progress.clear()
        let removed = try parsed.int(ifGiven: "keep").map { try backups.prune(keeping: $0) } ?? []
        if parsed.flag("json") { return try Console.write(json(done, removed, place)) }
        var text = "\(place.name): backup \(done.name): \(done.series) series, \(done.files) files sent "
        text += "(\(done.bytes) bytes), \(done.filesThere) were there\n"
        if !removed.isEmpty { text += "removed: \(removed.joined(separator: ", "))\n" }
        try Console.write(text)
    }

    static func run(restore parsed: Parsed) throws {
        let place = try place(parsed)
        let backups = Backups(place)
        let names = try backups.names().sorted()
        if parsed.flag("list") {
            let list = JSONWriter.array(names) + "\n"
            let text = names.isEmpty ? "There is no backup.\n" : names.joined(separator: "\n") + "\n"
            return try Console.write(parsed.flag("json") ? list : text)
        }
        guard let name = parsed.text(ifGiven: "NAME") ?? names.last else {
            throw Failure("\(place.name) has no backup; `tradewind data backup --to \(place.name)` makes one")
        }
        let store = try BarFolder.made(try StorePlace.path(parsed))
        let progress = Progress("series", total: try backups.seriesCount(of: name))
        let done = try backups.restore(name, to: store, progress: { progress.show($0) })
        progress.clear()
        if parsed.flag("json") { return try Console.write(json(done, [], place)) }
        try Console.write(
            "\(store.path): as in backup \(done.name): \(done.series) series, \(done.files) files fetched "
                + "(\(done.bytes) bytes), \(done.filesThere) were there\n")
    }

    private static func place(_ parsed: Parsed) throws -> any BackupPlace {
        let settings = try Configuration.Settings.load(for: parsed)
        let text = parsed.text(ifGiven: "to") ?? settings.text("data.backup")
        guard !text.isEmpty else {
            throw Failure(
                "say where backups are: --to FOLDER, --to s3://BUCKET/PREFIX, or data.backup", exitCode: 2)
        }
        return try OtherPlace.opened(text, settings)
    }

    private static func json(
        _ done: Backups.Summary, _ removed: [String], _ place: any BackupPlace
    ) -> String {
        var json = JSONWriter()
        json.object { json in
            json.key("place")
            json.string(place.name)
            json.key("name")
            json.string(done.name)
            for (key, count) in [
                ("series", done.series), ("files", done.files), ("bytes", done.bytes),
                ("files_there", done.filesThere),
            ] {
                json.key(key)
                json.integer(count)
            }
            json.key("removed")
            json.array { json in for name in removed { json.string(name) } }
        }
        return json.text + "\n"
    }
}
