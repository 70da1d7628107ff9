import Backtesting
import Configuration
import Domain
import Glibc

/// A run made again as it is written down, and what of it is the same.
struct Reproduction {
    private struct Point {
        var what: String
        var was: String
        var now: String
        var isSame: Bool { was == now }
    }

    private let entry: RunEntry
    private var points: [Point] = []
    private var differences: [String] = []

    var isSame: Bool { points.allSatisfy(\.isSame) }

    init(_ entry: RunEntry, out: String?) throws {
        self.entry = entry
        let out = out.map(Reproduction.absolute)
        let folder = entry["folder"]
        guard folder.isEmpty || chdir(folder) == 0 else {
            throw Failure(
                "run \(entry.name) was made in \(folder), which is not there: its data cannot be found")
        }
        let options = try Reproduction.options(entry)
        var output = try BacktestCommand.output(options)
        let identity = try RunIdentity(options, output)
        output.name = identity.name
        add("program", entry["program"], identity.program)
        add("data", entry["data"], identity.data)
        add("orders and fills", entry["orders_hash"], output.summary.ordersHash)
        add("outcome", entry["outcome"], RunEntry.outcome(output))
        if !entry.files.isEmpty || out != nil {
            let files = try output.files(fingerprints: identity.lines)
            for (name, hash) in entry.files {
                add(name, hash, files.first { $0.name == name }.map { Fingerprint.of($0.bytes) } ?? "")
            }
            if let out { try ResultFolder.write(files, to: out) }
        }
        let again = try RunEntry(identity, output, [])
        differences = RunFigure.all.compactMap { figure in
            entry.figure(figure.key) == again.figure(figure.key)
                ? nil : "\(figure.name) was \(figure.text(entry)) and is \(figure.text(again))"
        }
    }

    private mutating func add(_ what: String, _ was: String, _ now: String) {
        points.append(Point(what: what, was: was, now: now))
    }

    /// The command line that is written down, understood again.
    private static func options(_ entry: RunEntry) throws -> BacktestOptions {
        // What the settings file said then is written down, and what it says now is of no account.
        var line = ["backtest", entry.strategy, "--config=/dev/null"]
        for (name, words) in entry.settings {
            guard let option = (BacktestOptions.specs + [OptionSpec].common).first(where: { $0.name == name })
            else {
                throw Failure(
                    "run \(entry.name) was made with --\(name), which this program does not know: the program that made it "
                        + "had the fingerprint \(entry["program"])")
            }
            if option.isFlag {
                if words == ["true"] { line.append("--\(name)") }
            } else {
                line += words.map { "--\(name)=\($0)" }
            }
        }
        let root = CommandSpec(
            "tradewind", summary: "", options: .common, subcommands: [BacktestCommand.spec])
        do {
            return try BacktestOptions(try root.parse(line), isRepeated: true)
        } catch let end as ParseEnd {
            guard case .usage(let sentence) = end else { throw Failure("run \(entry.name) cannot be read") }
            throw Failure("run \(entry.name) cannot be made again: \(sentence)")
        }
    }

    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let here = getcwd(nil, 0) else { return path }
        defer { free(here) }
        return "\(String(cString: here))/\(path)"
    }

    var text: String {
        let paint = Terminal.standardOutput.paint
        var table = Table(columns: [.text("run \(entry.name)"), .text("was"), .text("is"), .text("")])
        for point in points {
            table.add(
                [point.what, point.was, point.now, point.isSame ? "the same" : "differs"],
                style: point.isSame ? .plain : .red)
        }
        return table.text(width: nil, paint: paint) + verdict + "\n"
    }

    private var verdict: String {
        func differs(_ what: String) -> Bool { points.contains { $0.what == what && !$0.isSame } }
        if isSame { return "reproduced: every byte is the same" }
        let causes = [
            differs("program") ? "the program is another build" : nil,
            differs("data") ? "the data are others" : nil,
        ].compactMap { $0 }
        guard differs("outcome") || differs("orders and fills") else {
            return "not the same run: \(causes.joined(separator: ", and ")); yet it came to the same"
        }
        let because =
            causes.isEmpty
            ? "program, data and settings are the same: this is a fault" : causes.joined(separator: ", and ")
        return "not reproduced: \(because)" + differences.map { "\n  \($0)" }.joined()
    }

    var json: String {
        var json = JSONWriter()
        json.object { json in
            json.key("name")
            json.string(entry.name)
            json.key("same")
            json.flag(isSame)
            json.key("points")
            json.array { json in
                for point in points {
                    json.object { json in
                        for (key, text) in [("what", point.what), ("was", point.was), ("is", point.now)] {
                            json.key(key)
                            json.string(text)
                        }
                        json.key("same")
                        json.flag(point.isSame)
                    }
                }
            }
            json.key("differences")
            json.array { json in differences.forEach { json.string($0) } }
        }
        return json.text + "\n"
    }
}
