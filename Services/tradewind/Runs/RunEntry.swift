import Backtesting
import Configuration
import Domain
import Glibc

/// What the book of runs says of one: all that is needed to have it again, and what came of it.
struct RunEntry {
    let json: JSONValue

    init(_ identity: RunIdentity, _ output: BacktestOutput, _ files: [ResultFolder.File]) throws {
        var json = JSONWriter()
        json.object { json in
            func add(_ key: String, _ text: String) {
                json.key(key)
                json.string(text)
            }
            add("name", identity.name)
            add("at", RunEntry.now)
            add("strategy", identity.strategy)
            add("parameters", output.parameters)
            add("program", identity.program)
            add("data", identity.data)
            json.key("seed")
            json.integer(identity.seed)
            json.key("settings")
            json.object { json in
                for (name, words) in identity.settings where !words.isEmpty {
                    json.key(name)
                    json.array { json in words.forEach { json.string($0) } }
                }
            }
            add("folder", RunEntry.here)
            json.key("symbols")
            json.array { json in output.done.record.symbols.forEach { json.string($0.text) } }
            add("from", output.done.record.days.first.map { "\($0.at.dateUTC)" } ?? "")
            add("to", output.done.record.days.last.map { "\($0.at.dateUTC)" } ?? "")
            json.key("figures")
            json.object { json in output.figures(&json) }
            add("orders_hash", output.summary.ordersHash)
            add("outcome", RunEntry.outcome(output))
            json.key("warnings")
            json.array { json in output.warnings.forEach { json.string($0) } }
            json.key("files")
            json.object { json in
                for file in files {
                    json.key(file.name)
                    json.string(Fingerprint.of(file.bytes))
                }
            }
        }
        self.json = try JSONValue(json.bytes)
        text = json.text
    }

    init(_ line: String) throws {
        json = try JSONValue(line)
        text = line
        guard json["name"]?.text != nil, json["figures"] != nil else {
            throw Failure("a run has a name and figures")
        }
    }

    /// The line of the book.
    let text: String

    var name: String { self["name"] }
    var strategy: String { self["strategy"] }
    subscript(key: String) -> String { json[key]?.text ?? "" }
    func figure(_ key: String) -> Double? { json["figures"]?[key]?.number }
    func texts(_ key: String) -> [String] { RunEntry.texts(json[key]) }

    var settings: [(name: String, words: [String])] {
        guard case .object(let members)? = json["settings"] else { return [] }
        return members.map { (name: $0.key, words: RunEntry.texts($0.value)) }
    }

    /// The hash of each file that was written.
    var files: [(name: String, hash: String)] {
        guard case .object(let members)? = json["files"] else { return [] }
        return members.map { (name: $0.key, hash: $0.value.text ?? "") }
    }

    private static func texts(_ value: JSONValue?) -> [String] {
        guard case .array(let items)? = value else { return [] }
        return items.compactMap(\.text)
    }

    /// Names all that came of a run, to the last digit: its figures, its warnings, every order and fill, and the account at
    /// the end of each day.
    static func outcome(_ output: BacktestOutput) -> String {
        var json = JSONWriter()
        json.array { json in
            json.object { json in output.figures(&json) }
            json.string(output.summary.ordersHash)
            for warning in output.warnings { json.string(warning) }
            for day in output.done.record.days {
                json.integer(day.at.nanoseconds)
                json.integer(day.equity.units)
                json.integer(day.cash.units)
                json.integer(day.gross.units)
            }
            for trade in output.done.record.trades { json.integer(trade.profit.units) }
        }
        return Fingerprint.of(json.bytes)
    }

    private static var now: String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return "\(Timestamp(nanoseconds: Int64(time.tv_sec) * Nanoseconds.second))"
    }

    private static var here: String {
        guard let path = getcwd(nil, 0) else { return "" }
        defer { free(path) }
        return String(cString: path)
    }
}
