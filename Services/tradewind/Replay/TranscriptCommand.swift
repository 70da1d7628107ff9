import Configuration
import Domain
import Mesh
import Wire

/// `tradewind transcript`: what a service took and sent, as it was written.
enum TranscriptCommand {
    private static let shard = ArgumentSpec.argument(
        "SHARD", help: "SERVICE, SERVICE/KEY, or the folder of a transcript")

    static let spec = CommandSpec(
        "transcript", summary: "list, show, check and export transcripts",
        subcommands: [
            CommandSpec(
                "ls", summary: "list the segments of a transcript",
                options: [.flag("json", help: "Print as JSON.")], arguments: [shard],
                examples: [.init("tradewind transcript ls feed", "the files, what is in them, how they end")]),
            CommandSpec(
                "show", summary: "show records, a line each", options: filters, arguments: [shard],
                examples: [
                    .init("tradewind transcript show historian --topic market/bar --limit 5", "five bars")
                ]),
            CommandSpec(
                "check", summary: "check every checksum and the running hash", arguments: [shard],
                examples: [.init("tradewind transcript check feed", "one line, exit 1 if damaged")]),
            CommandSpec(
                "export", summary: "write records as JSON lines", options: filters, arguments: [shard],
                examples: [.init("tradewind transcript export feed > feed.jsonl", "all of it")]),
        ])

    private static let filters: [OptionSpec] = [
        .option("topic", value: "PREFIX", default: .text(""), help: "Only topics that begin so."),
        .option(
            "from", value: "BATCH", type: .integer(0...Int.max), default: .integer(0),
            help: "Begin at this batch."),
        .option("limit", value: "N", type: .integer(1...Int.max), help: "Stop after so many records."),
    ]

    private struct Enough: Error {}

    static func run(_ parsed: Parsed) throws {
        let folder = try folder(parsed.text("SHARD"), parsed)
        let history = try TranscriptFolder(FileDisk(folder, readOnly: true), boot: System.boot)
        guard !history.files.isEmpty else { throw Failure("\(folder) holds no transcript") }
        switch parsed.command.last {
        case "ls": try list(history, asJSON: parsed.flag("json"))
        case "check": try check(history, folder)
        default: try write(history, parsed, asJSON: parsed.command.last == "export")
        }
    }

    private static func folder(_ name: String, _ parsed: Parsed) throws -> String {
        if name.hasPrefix("/") || name.hasPrefix(".") { return name }
        let state = try Settings.load(for: parsed).path("state.folder")
        let parts = name.split(separator: "/")
        guard parts.count == 1 else { return "\(state)/\(name)" }
        let shards = try FileDisk("\(state)/\(name)", readOnly: true).names()
        guard shards.count > 1 else { return "\(state)/\(name)/\(shards.first ?? "all")" }
        throw Failure(
            "\(name) has \(shards.count) transcripts: name one, \(shards.map { "\(name)/\($0)" }.joined(separator: ", "))"
        )
    }

    private static func list(_ history: TranscriptFolder, asJSON: Bool) throws {
        var found: [(header: SegmentHeader, batches: Int, records: Int, bytes: Int, last: Int64)] = []
        let tail = try history.walk(from: try history.beginning) { header, batch in
            if found.last?.header.index != header.index { found.append((header, 0, 0, 0, 0)) }
            let at = found.count - 1
            found[at].batches += 1
            found[at].records += batch.count
            found[at].bytes += batch.last!.end - batch[0].offset
            found[at].last = batch[0].time
        }
        if asJSON {
            let objects = found.map { row in
                "{\"segment\":\(JSONWriter.string(row.header.name)),\"epoch\":\(row.header.epoch),"
                    + "\"batches\":\(row.batches),\"records\":\(row.records),\"bytes\":\(row.bytes),"
                    + "\"last\":\(row.last)}"
            }
            return try Console.write("[\(objects.joined(separator: ","))]\n")
        }
        var table = Table(columns: [
            .text("segment"), .number("epoch"), .number("batches"), .number("records"), .number("bytes"),
            .text("last record"),
        ])
        for row in found {
            table.add([
                row.header.name, "\(row.header.epoch)", "\(row.batches)", "\(row.records)", "\(row.bytes)",
                "\(Timestamp(nanoseconds: row.last))",
            ])
        }
        try Console.write(table.text(width: nil, paint: Terminal.standardOutput.paint) + ending(tail) + "\n")
    }

    private static func ending(_ tail: TranscriptFolder.Tail?) -> String {
        guard let tail else { return "it is empty" }
        if let torn = tail.torn {
            return "it ends at byte \(tail.position.offset) of \(tail.header.name): \(torn)"
        }
        return tail.seal == .orderly ? "it ends in good order" : "it ends without a seal: in use, or killed"
    }

    private static func check(_ history: TranscriptFolder, _ folder: String) throws {
        var records = 0
        let tail = try history.walk(from: try history.beginning) { _, batch in records += batch.count }
        let hash = tail?.position.hash.hex ?? ""
        try Console.write("\(folder): \(records) records are whole; \(ending(tail)); running hash \(hash)\n")
    }

    private static func write(_ history: TranscriptFolder, _ parsed: Parsed, asJSON: Bool) throws {
        let codec = Codec()
        let prefix = parsed.text("topic")
        let first = UInt64(parsed.int("from"))
        var left = parsed.int(ifGiven: "limit") ?? Int.max
        var sequence: UInt64 = 0
        do {
            _ = try history.walk(from: try history.beginning) { _, batch in
                sequence = batch[0].fullSequence(near: sequence)
                guard sequence >= first else { return }
                for record in batch {
                    let message = try codec.decode(record.payload)
                    guard message.topic.text.hasPrefix(prefix) else { continue }
                    try Console.write(
                        asJSON ? object(record, sequence, message) : line(record, sequence, message))
                    left -= 1
                    if left == 0 { throw Enough() }
                }
            }
        } catch is Enough {}
    }

    private static func object(_ record: Record, _ sequence: UInt64, _ message: Message) -> String {
        "{\"batch\":\(sequence),\"kind\":\"\(record.kind)\",\"time\":\(record.time),\"message\":\(json(message))}\n"
    }

    private static func line(_ record: Record, _ sequence: UInt64, _ message: Message) -> String {
        let time = Timestamp(nanoseconds: record.time)
        let body = json(message)
        return
            "\(sequence) \(record.kind) \(time) \(message.topic) \(message.epoch)/\(message.number) \(body)\n"
    }
}
