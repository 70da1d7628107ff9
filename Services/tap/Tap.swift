import Configuration
import Domain
import Mesh
import Wire

/// One tap at work: filters, prints, counts.
struct Tap {
    private let filter: Filter
    private let printer: Printer
    private let countMax: Int
    private let showsStatistics: Bool
    private var statistics = Statistics()
    private var count = 0
    private var seconds: Double?
    private var failure: (any Error)?

    private struct Enough: Error {}

    init(_ parsed: Parsed) throws {
        filter = try Filter(parsed)
        printer = Printer(form: Printer.Form(rawValue: parsed.text("form")) ?? .line)
        countMax = parsed.int(ifGiven: "count") ?? Int.max
        showsStatistics = parsed.flag("stats")
    }

    /// Listens until it is stopped, has enough, or the time is over.
    mutating func listen(_ mesh: MeshSettings, for time: Int64?) throws {
        let watcher = try Watcher(mesh)
        let began = System.now
        let end = time.map { began.adding($0) }
        while !Stop.isAsked, count < countMax, failure == nil, end.map({ System.now < $0 }) ?? true {
            watcher.look(for: 50) { note($0, at: System.now) }
        }
        seconds = Double(System.now.nanoseconds - began.nanoseconds) / 1e9
        if let failure { throw failure }
    }

    /// Reads a transcript from its first record to its last.
    mutating func read(_ folder: String) throws {
        let history = try TranscriptFolder(FileDisk(folder, readOnly: true), boot: System.boot)
        let codec = Codec()
        do {
            _ = try history.walk(from: history.beginning) { _, batch in
                for record in batch where record.kind != .checkpoint {
                    note(try codec.decode(record.payload), at: nil)
                    if count >= countMax || Stop.isAsked || failure != nil { throw Enough() }
                }
            }
        } catch is Enough {}
        if let failure { throw failure }
    }

    private mutating func note(_ message: Message, at now: Timestamp?) {
        guard count < countMax, failure == nil, filter.passes(message) else { return }
        count += 1
        if showsStatistics {
            statistics.note(message, delay: now.map { $0.nanoseconds - message.sentAt.nanoseconds })
        } else {
            do { try printer.print(message) } catch { failure = error }
        }
    }

    func finish() throws {
        guard showsStatistics else { return }
        let table = statistics.table(seconds: seconds)
        try Console.write(
            table.text(width: nil, paint: Terminal.standardOutput.paint) + "\(count) messages\n")
    }
}
