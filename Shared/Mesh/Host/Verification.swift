import Configuration
import Domain
import Wire

/// The re-run of one transcript through the present program.
public enum Verification {
    public struct Outcome: Sendable {
        public var service: String
        public var folder: String
        public var taken: Int
        public var sent: Int
        public var difference: String?
        /// The snapshots that cannot be read: a start would pass them over.
        public var unreadable: [String] = []
        /// How many decisions of each kind were derived again.
        public var decisions: [String: Int] = [:]
        /// The first and the last record that was looked at.
        public var first: Timestamp?
        public var last: Timestamp?

        public var json: String {
            var writer = JSONWriter()
            writer.object { writer in
                writer.key("service")
                writer.string(service)
                writer.key("folder")
                writer.string(folder)
                writer.key("taken")
                writer.integer(taken)
                writer.key("sent")
                writer.integer(sent)
                writer.key("difference")
                if let difference { writer.string(difference) } else { writer.null() }
                writer.key("unreadable")
                writer.array { writer in unreadable.forEach { writer.string($0) } }
                writer.key("decisions")
                writer.object { writer in
                    for (name, count) in decisions.sorted(by: { $0.key < $1.key }) {
                        writer.key(name)
                        writer.integer(count)
                    }
                }
                for (name, moment) in [("first", first), ("last", last)] {
                    writer.key(name)
                    if let moment { writer.string("\(moment)") } else { writer.null() }
                }
            }
            return writer.text
        }
    }

    fileprivate struct Enough: Error {}

    /// What counts as a decision, as people call it.
    fileprivate static let decisions: [BodyKind.RawValue: String] = [
        BodyKind.signal.rawValue: "signals", BodyKind.orderProposal.rawValue: "proposals",
        BodyKind.verdict.rawValue: "verdicts", BodyKind.halt.rawValue: "halts",
        BodyKind.venueRequest.rawValue: "orders", BodyKind.fill.rawValue: "fills",
    ]

    /// The settings that a transcript begins with, as text.
    package static func settings(in folder: String) throws -> String? {
        let history = try TranscriptFolder(FileDisk(folder, readOnly: true), boot: System.boot)
        let codec = Codec()
        var text: String?
        do {
            _ = try history.walk(from: history.beginning) { _, batch in
                for record in batch where record.kind == .taken {
                    guard case .settings(let settings) = try codec.decode(record.payload).body else {
                        continue
                    }
                    text = settings.text
                    throw Enough()
                }
            }
        } catch is Enough {}
        return text
    }

    /// Feeds a transcript to a machine again: from its first message, or from its oldest snapshot where the first messages
    /// are no longer kept. Of one day alone it begins at the last snapshot before that day, and counts what is of the day.
    ///
    /// `check` complains of a command that nobody can have given as it stands there.
    public static func run<M: Machine>(
        _ machine: M, folder: String, of day: CivilDate? = nil, check: ((Command) -> String?)? = nil
    ) throws -> Outcome {
        let disk = try FileDisk(folder, readOnly: true)
        let history = try TranscriptFolder(disk, boot: System.boot)
        let (snapshots, unreadable) = try SnapshotFile.all(on: disk)
        let (rerun, start) = try beginning(of: machine, history, snapshots, unreadable, folder, before: day)
        var outcome = Outcome(service: "", folder: folder, taken: 0, sent: 0)
        outcome.unreadable = unreadable
        let codec = Codec()
        var sequence = start?.sequence ?? 0
        var before = (taken: 0, sent: 0)
        var isBefore = false
        do {
            _ = try history.walk(from: start) { header, batch in
                outcome.service = header.service
                let at = Timestamp(nanoseconds: batch[0].time)
                outcome.note(at)
                if let day, at >= (day + 1).midnightUTC { throw Enough() }
                isBefore = day.map { at < $0.midnightUTC } ?? false
                sequence = batch[0].fullSequence(near: sequence)
                if let check, let complaint = try complaint(of: check, about: batch[0], rerun.codec) {
                    outcome.difference = "batch \(sequence): \(complaint)"
                    throw Enough()
                }
                try rerun.absorb(header, batch, sequence: sequence)
                if isBefore { before = (rerun.taken, rerun.sent) } else { try outcome.count(batch, codec) }
            }
        } catch is Enough {
        } catch let difference as Rerun<M>.Difference {
            outcome.difference = (isBefore ? "before that day, " : "") + difference.description
        }
        outcome.taken = rerun.taken - before.taken
        outcome.sent = rerun.sent - before.sent
        return outcome
    }

    private static func complaint(
        of check: (Command) -> String?, about record: Record, _ codec: Codec
    ) throws -> String? {
        guard record.kind == .taken,
            try codec.head(of: record.payload).bodyField == BodyKind.command.rawValue,
            case .command(let command) = try codec.decode(record.payload).body
        else { return nil }
        return check(command).map { "the command \(command.verb) of \(command.who): \($0)" }
    }

    /// Where a re-run begins. A snapshot that today's program does not know is no beginning; an older one may be.
    private static func beginning<M: Machine>(
        of machine: M, _ history: TranscriptFolder, _ snapshots: [SnapshotFile], _ unreadable: [String],
        _ folder: String, before day: CivilDate?
    ) throws -> (Rerun<M>, TranscriptFolder.Position?) {
        // What begins before the segments that are kept is of no use.
        let first = history.files.first?.index ?? 0
        let usable = snapshots.filter { $0.position.index >= first }
        if let day {
            for snapshot in usable.reversed()
            where try history.time(at: snapshot.position).map({ $0 < day.midnightUTC }) ?? false {
                let rerun = Rerun(machine)
                guard (try? rerun.restore(snapshot)) != nil else { continue }
                return (rerun, snapshot.position)
            }
        }
        let rerun = Rerun(machine)
        guard first > 0 else { return (rerun, nil) }
        guard let snapshot = usable.first else {
            throw Failure(
                "\(folder) begins at segment \(first) and holds no snapshot to begin from"
                    + unreadable.map { "; \($0)" }.joined())
        }
        try rerun.restore(snapshot)
        return (rerun, snapshot.position)
    }
}

extension Verification.Outcome {
    /// Of which days there are records. The settings, which come first, have no time of the data.
    fileprivate mutating func note(_ at: Timestamp) {
        guard at > .zero else { return }
        if first == nil { first = at }
        last = at
    }

    /// Counts what was decided.
    fileprivate mutating func count(_ batch: [Record], _ codec: Codec) throws {
        for record in batch where record.kind == .sent || record.kind == .recovered {
            guard let name = Verification.decisions[try codec.head(of: record.payload).bodyField] else {
                continue
            }
            decisions[name, default: 0] += 1
        }
    }
}

extension TranscriptFolder {
    /// When the first batch behind a place was recorded; nothing where there is none.
    fileprivate func time(at position: Position) throws -> Timestamp? {
        var found: Timestamp?
        do {
            _ = try walk(from: position) { _, batch in
                found = Timestamp(nanoseconds: batch[0].time)
                throw Verification.Enough()
            }
        } catch is Verification.Enough {}
        return found
    }
}

extension TranscriptFolder {
    /// Where reading begins when the first segments are no longer kept; nothing when they are.
    public var beginning: Position? {
        get throws {
            guard let first = files.first, first.index > 0 else { return nil }
            let header = try header(of: first)
            return Position(
                index: first.index, offset: SegmentHeader.size, sequence: header.sequence,
                hash: header.previousHash, hashedFrom: SegmentHeader.size)
        }
    }
}
