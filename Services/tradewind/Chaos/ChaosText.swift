import Configuration

/// What is said of rounds: a line each, a paragraph of those that failed, and a table of how long who needed to be back.
struct ChaosText {
    let paint: Paint
    /// What a round is to be told beside its seed and its number to be had again.
    private let more: String

    init(_ parsed: Parsed) {
        paint = Terminal.standardOutput.paint
        more =
            (parsed.list(ifGiven: "scenes").map { " --scenes \($0.joined(separator: ","))" } ?? "")
            + (parsed.text(ifGiven: "victim").map { " --victim \($0)" } ?? "")
    }

    func beginning(_ seed: UInt64, _ rounds: ClosedRange<Int>, hasSmallDisk: Bool) -> String {
        var text = "seed \(seed), rounds \(rounds.lowerBound) to \(rounds.upperBound)\n"
        if !hasSmallDisk { text += "no disk is filled: that takes a mount of one's own, and so root\n" }
        return text
    }

    /// A round in a line; what went wrong in it comes below.
    func line(_ outcome: ChaosOutcome) -> String {
        func wide(_ count: Int, _ width: Int) -> String {
            let digits = "\(count)"
            return String(repeating: " ", count: max(0, width - digits.count)) + digits
        }
        let isGood = outcome.findings.isEmpty
        func padded(_ word: String, _ width: Int) -> String {
            word + String(repeating: " ", count: max(0, width - word.count))
        }
        let scene = "\(padded(outcome.scene, 6))  \(padded(outcome.manner, 7))"
        let verdict = isGood ? paint("agree", .green) : paint("PART", .red)
        var text = "\(wide(outcome.round, 4))  \(scene)  \(wide(outcome.orders, 4)) orders  "
        text += "\(wide(outcome.fills, 4)) fills  \(wide(outcome.did.count, 2)) blows  "
        text += "\(ChaosText.tenths(outcome.seconds)) s  \(verdict)\n"
        return isGood ? text : text + paragraph(outcome)
    }

    /// What was done when, which views part and at which message, and how to have it again.
    func paragraph(_ outcome: ChaosOutcome) -> String {
        var text =
            "\nRound \(outcome.round) of seed \(outcome.seed), \(outcome.scene), \(outcome.manner): at "
        text += outcome.did.isEmpty ? "no time anything" : outcome.did.joined(separator: ", at ")
        text += ". "
        let shown = outcome.findings.prefix(6)
        for finding in shown {
            let place = finding.message.isEmpty ? "" : " at \(finding.message)"
            text += "\(finding.view)\(place): \(finding.sentence). "
        }
        if outcome.findings.count > shown.count {
            text += "And \(outcome.findings.count - shown.count) more. "
        }
        let kept = outcome.scene == "disk" ? "mesh.kept" : "mesh"
        text += "Its transcripts and logs are in \(outcome.folder)/\(kept). Again: "
        return text + "bin/tradewind chaos --seed \(outcome.seed) --round \(outcome.round)\(more)\n\n"
    }

    /// One round in full.
    func told(_ outcome: ChaosOutcome) -> String {
        var text = "seed \(outcome.seed), round \(outcome.round), \(outcome.scene), \(outcome.manner)\n"
        for each in outcome.did { text += "  \(each)\n" }
        text += line(outcome)
        for sample in outcome.recoveries {
            text += "  \(sample.name) worked again after \(Int(sample.milliseconds.rounded())) ms\n"
        }
        return text
    }

    func end(_ seed: UInt64, _ outcomes: [ChaosOutcome]) -> String {
        var table = Table(columns: [
            .text("killed"), .number("times"), .number("p50"), .number("p99"), .number("longest"),
        ])
        for row in ChaosText.recoveries(outcomes) {
            let cells = [row.p50, row.p99, row.longest].map { "\(Int($0.rounded())) ms" }
            table.add([row.service, "\(row.count)"] + cells)
        }
        let failed = outcomes.filter { !$0.findings.isEmpty }
        func sum(_ count: (ChaosOutcome) -> Int) -> Int { outcomes.reduce(0) { $0 + count($1) } }
        var text = "\nworking again after a kill:\n" + table.text(paint: paint)
        text +=
            "\n\(outcomes.count) rounds of seed \(seed): \(sum(\.did.count)) blows, \(sum(\.orders)) orders, "
        text +=
            "\(sum(\.fills)) fills, \(sum(\.curbed)) proposals curbed by a limit, \(sum(\.compared)) words and rows "
        text += "compared; "
        text += failed.isEmpty ? "all views agree.\n" : "\(failed.count) rounds failed.\n"
        for outcome in failed {
            text += "bin/tradewind chaos --seed \(seed) --round \(outcome.round)\(more)\n"
        }
        return text
    }

    static func json(_ seed: UInt64, _ outcomes: [ChaosOutcome]) -> String {
        var json = JSONWriter()
        json.object { json in
            json.key("seed")
            json.integer(seed)
            json.key("rounds")
            json.array { json in for outcome in outcomes { outcome.write(&json) } }
            json.key("recoveries")
            json.array { json in
                for row in recoveries(outcomes) {
                    json.object { json in
                        json.key("service")
                        json.string(row.service)
                        json.key("times")
                        json.integer(row.count)
                        for (key, figure) in [("p50", row.p50), ("p99", row.p99), ("longest", row.longest)] {
                            json.key("\(key)_ms")
                            json.number(figure)
                        }
                    }
                }
            }
        }
        return json.text + "\n"
    }

    private struct Row {
        let service: String
        let count: Int
        let p50: Double
        let p99: Double
        let longest: Double
    }

    /// By service, in the order of their names; of so many times the one that so many hundredths are not above.
    private static func recoveries(_ outcomes: [ChaosOutcome]) -> [Row] {
        let samples = Dictionary(grouping: outcomes.flatMap(\.recoveries)) {
            String($0.name.prefix { $0 != "." })
        }
        return samples.sorted { $0.key < $1.key }.map { service, found in
            let times = found.map(\.milliseconds).sorted()
            func rank(_ hundredths: Int) -> Double { times[(times.count * hundredths + 99) / 100 - 1] }
            return Row(
                service: service, count: times.count, p50: rank(50), p99: rank(99),
                longest: times[times.count - 1])
        }
    }

    private static func tenths(_ seconds: Double) -> String {
        let text = PaperView.tenths(seconds)
        return String(repeating: " ", count: max(0, 5 - text.count)) + text
    }
}
