import Configuration
import Domain
import Mesh

import Store
import Trading

/// `tradewind data compact`: the store in as few bytes as it needs.
enum CompactCommand {
    static let spec = CommandSpec(
        "compact", summary: "make the store small without taking a bar away",
        discussion: """
            Packs files anew that were packed otherwise or get smaller by it, and removes what killed writers left. With \
            --keep-versions it also drops bars that were corrected longer ago than that: --as-known-at a moment before \
            the correction is refused for them afterwards. Snapshots keep what they have. Each series changes wholly or \
            not at all, and whoever reads meanwhile reads the same bars.
            """,
        options: [
            StorePlace.option,
            .option(
                "codec", value: "NAME", type: .choice(["snappy", "zstd"]),
                help:
                    "How files are packed: snappy is read faster, zstd is smaller; without it as data.codec says."
            ),
            .option(
                "keep-versions", value: "SPAN",
                help: "Drop bars that were corrected longer ago than that, such as 90d; without it none."),
            .flag("dry-run", help: "Only tell what would be done."),
            .flag("json", help: "Print JSON."),
        ],
        arguments: [.argument("SYMBOL", required: false, repeats: true, help: "Which; all without one.")],
        examples: [
            .init("tradewind data compact --dry-run", "what it would be worth"),
            .init("tradewind data compact --codec zstd --keep-versions 90d", "the smallest that there is"),
        ])

    static func run(_ parsed: Parsed) throws {
        let codec =
            try parsed.text(ifGiven: "codec").map { BarFolder.codec(named: $0) } ?? StorePlace.codec(parsed)
        let store = try BarFolder(try StorePlace.path(parsed), codec: codec)
        let keys = try keys(parsed, store)
        let cutoff = try parsed.text(ifGiven: "keep-versions").map {
            let span = try OptionText.span($0, of: "--keep-versions")
            return Timestamp(nanoseconds: System.now.nanoseconds - span)
        }
        let isTrial = parsed.flag("dry-run")
        let progress = Progress("series", total: keys.count)
        var outcome = Outcome(store: store.path, isTrial: isTrial)
        for (number, key) in keys.enumerated() {
            progress.show(number)
            do throws(StoreError) {
                outcome.series.append(
                    try store.compact(key, droppingVersionsUntil: cutoff, isTrial: isTrial))
            } catch {
                // One series that is damaged is no reason to leave the others as they are.
                outcome.failures.append("\(key): \(error)")
            }
        }
        outcome.snapshotsRemoved = try Snapshots(store).sweep(isTrial: isTrial)
        progress.clear()
        try Console.write(parsed.flag("json") ? outcome.json : outcome.text)
        if !outcome.failures.isEmpty {
            throw Failure(outcome.failures.joined(separator: "\n"))
        }
    }

    private static func keys(_ parsed: Parsed, _ store: BarFolder) throws -> [SeriesKey] {
        let keys = try store.keys()
        let named = try parsed.texts("SYMBOL").map { try OptionText.symbol($0) }
        for symbol in named where !keys.contains(where: { $0.symbol == symbol }) {
            throw StorePlace.lacks(symbol, store, keys)
        }
        return named.isEmpty ? keys : keys.filter { named.contains($0.symbol) }
    }

    // MARK: What it says

    struct Outcome {
        var store: String
        var isTrial: Bool
        var series: [Compacted] = []
        /// Snapshots that were not finished.
        var snapshotsRemoved = 0
        var failures: [String] = []

        private func sum(_ member: KeyPath<Compacted, Int>) -> Int {
            series.reduce(0) { $0 + $1[keyPath: member] }
        }

        var text: String {
            var text = ""
            let changed = series.filter(\.isSome)
            if !changed.isEmpty {
                var table = Table(columns: [
                    .text("series"), .number("files"), .number("after"), .number("bytes"), .number("after"),
                    .number("packed anew"), .number("versions dropped"), .number("left by kills"),
                ])
                for item in changed {
                    table.add([
                        "\(item.key)", "\(item.filesBefore)", "\(item.filesAfter)", "\(item.bytesBefore)",
                        "\(item.bytesAfter)", "\(item.packed)", "\(item.versionsDropped)",
                        "\(item.leftovers)",
                    ])
                }
                text += table.text(width: nil, paint: Terminal.standardOutput.paint)
            }
            if snapshotsRemoved > 0 {
                text +=
                    "snapshots that were never finished\(isTrial ? "" : ", removed"): \(snapshotsRemoved)\n"
            }
            return text + "\(store): \(sum(\.filesBefore)) files of \(sum(\.bytesBefore)) bytes before, "
                + "\(sum(\.filesAfter)) of \(sum(\.bytesAfter)) \(isTrial ? "if it were done" : "after")\n"
        }

        var json: String {
            var json = JSONWriter()
            json.object { json in
                json.key("store")
                json.string(store)
                json.key("dry_run")
                json.flag(isTrial)
                Outcome.add(
                    [
                        ("files_before", sum(\.filesBefore)), ("bytes_before", sum(\.bytesBefore)),
                        ("files_after", sum(\.filesAfter)), ("bytes_after", sum(\.bytesAfter)),
                        ("snapshots_removed", snapshotsRemoved),
                    ], &json)
                json.key("series")
                json.array { json in
                    for item in series {
                        json.object { json in
                            json.key("series")
                            json.string("\(item.key)")
                            Outcome.add(
                                [
                                    ("files_before", item.filesBefore), ("bytes_before", item.bytesBefore),
                                    ("files_after", item.filesAfter), ("bytes_after", item.bytesAfter),
                                    ("packed", item.packed), ("versions_dropped", item.versionsDropped),
                                    ("leftovers", item.leftovers),
                                ], &json)
                        }
                    }
                }
                json.key("failures")
                json.array { json in for failure in failures { json.string(failure) } }
            }
            return json.text + "\n"
        }

        private static func add(_ members: [(key: String, count: Int)], _ json: inout JSONWriter) {
            for (key, count) in members {
                json.key(key)
                json.integer(count)
            }
        }
    }
}
