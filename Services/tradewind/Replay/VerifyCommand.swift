import Configuration
import Domain
import Glibc
import Mesh
import Trading

/// `tradewind verify`: every transcript through today's programs.
enum VerifyCommand {
    static let spec = CommandSpec(
        "verify", summary: "derive every recorded decision again, and show the first that differs",
        discussion: """
            Feeds each service's transcript to the executable beside this one and compares what it sends with what \
            was sent then, byte for byte. Exits with 1 if anything differs. Nothing is changed; services may be \
            running.
            """,
        options: [
            .option("day", value: "DATE", help: "Stop after what was recorded on this day."),
            .flag("json", help: "Print the outcome as JSON."),
        ],
        arguments: [
            .argument(
                "SERVICE", required: false, repeats: true, help: "all that have a transcript, by default")
        ],
        examples: [
            .init("tradewind verify historian", "only the historian"),
            .init("tradewind verify --day 2024-06-05", "every decision of that day"),
        ])

    /// The outcome of one shard.
    struct Row {
        var service: String
        var shard: String
        var json: String
        var taken: String
        var sent: String
        var difference: String?
        /// How many decisions there were of each kind, in words.
        var decisions = ""
        /// The days of the first and the last record that was looked at.
        var days: [String] = []
        /// Snapshots that a start would pass over, and why.
        var unreadable: [String] = []
    }

    static func run(_ parsed: Parsed) throws {
        let settings = try Settings.load(for: parsed)
        let state = settings.path("state.folder")
        let day = try parsed.text(ifGiven: "day").map { try OptionText.date($0, of: "--day") }
        let rows = try verify(state, parsed.texts("SERVICE"), day: day)
        if let day, rows.allSatisfy({ $0.taken == "0" && $0.sent == "0" && $0.difference == nil }) {
            let days = rows.flatMap(\.days).sorted()
            throw Failure(
                "nothing was recorded on \(day)"
                    + (days.isEmpty ? "" : "; there is something from \(days[0]) to \(days[days.count - 1])"),
                exitCode: 1)
        }
        if parsed.flag("json") {
            try Console.write("[\(rows.map(\.json).joined(separator: ","))]\n")
        } else {
            try Console.write(table(rows).text(width: nil, paint: Terminal.standardOutput.paint))
        }
        for row in rows where !parsed.flag("json") {
            for snapshot in row.unreadable {
                Console.error(
                    "tradewind: \(row.service)/\(row.shard): a snapshot is passed over: \(snapshot)\n")
            }
        }
        let differing = rows.filter { $0.difference != nil }
        for row in differing where !parsed.flag("json") {
            Console.error("tradewind: \(row.service)/\(row.shard): \(row.difference ?? "")\n")
        }
        if !differing.isEmpty { throw Failure("", exitCode: 1) }
    }

    static func verify(_ state: String, _ services: [String], day: CivilDate?) throws -> [Row] {
        let present = try FileDisk(state, readOnly: true).names()
        for service in services where !present.contains(service) {
            throw Failure("there is no transcript of \(service) in \(state)", exitCode: 2)
        }
        let chosen = services.isEmpty ? Programs.services.filter(present.contains) : services
        guard !chosen.isEmpty else { throw Failure("there is no transcript in \(state)") }
        var rows: [Row] = []
        for service in chosen {
            for shard in try FileDisk("\(state)/\(service)", readOnly: true).names() {
                rows.append(try verify(service, shard, "\(state)/\(service)/\(shard)", day))
            }
        }
        return rows
    }

    private static func verify(_ service: String, _ shard: String, _ folder: String, _ day: CivilDate?) throws
        -> Row
    {
        let arguments = ["--verify", folder] + (day.map { ["--day", "\($0)"] } ?? [])
        let (code, output) = try Programs.run(try Programs.path(of: service), arguments)
        let lines = output.split(separator: "\n").map(String.init)
        // What else a service says goes to the same place as its report.
        guard code <= 1, let line = lines.first(where: { $0.hasPrefix("{") }),
            let report = try? JSONValue(line),
            let taken = report["taken"]?.integer, let sent = report["sent"]?.integer
        else {
            let sentence = lines.last ?? "\(service) ended with code \(code)"
            return Row(
                service: service, shard: shard,
                json: "{\"service\":\(JSONWriter.string(service)),\"error\":\(JSONWriter.string(sentence))}",
                taken: "-", sent: "-", difference: sentence)
        }
        var unreadable: [String] = []
        if case .array(let items) = report["unreadable"] { unreadable = items.compactMap(\.text) }
        var row = Row(
            service: service, shard: shard, json: line, taken: "\(taken)", sent: "\(sent)",
            difference: report["difference"]?.text, unreadable: unreadable)
        row.decisions = kinds.compactMap { kind in
            report["decisions"]?[kind]?.integer.map { "\($0) \(kind)" }
        }.joined(separator: ", ")
        row.days = ["first", "last"].compactMap { report[$0]?.text.map { String($0.prefix(10)) } }
        return row
    }

    /// In the order in which one follows from the other.
    private static let kinds = ["signals", "proposals", "verdicts", "halts", "orders", "fills"]

    private static func verdict(on row: Row) -> String {
        if row.difference == nil { return "the same, byte for byte" }
        return row.taken == "-" ? "CANNOT BE READ" : "DIFFERS"
    }

    static func table(_ rows: [Row]) -> Table {
        var table = Table(columns: [
            .text("service"), .text("shard"), .number("taken"), .number("sent"), .text("decisions"),
            .text("derived again"),
        ])
        for row in rows {
            table.add([
                row.service, row.shard, row.taken, row.sent, row.decisions, verdict(on: row),
            ])
        }
        return table
    }
}
