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
            }
            return writer.text
        }
    }

    private struct Enough: Error {}

    /// The settings that a transcript begins with, as text.
    static func settings(in folder: String) throws -> String? {
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

    /// Feeds a transcript to a machine from its first message, or from its oldest snapshot where the first messages
    /// are no longer kept.
    ///
    /// `check` complains of a command that nobody can have given as it stands there.
    public static func run<M: Machine>(
        _ machine: M, folder: String, until day: CivilDate? = nil, check: ((Command) -> String?)? = nil
    ) throws -> Outcome {
        let disk = try FileDisk(folder, readOnly: true)
        let history = try TranscriptFolder(disk, boot: System.boot)
        let rerun = Rerun(machine)
        var start: TranscriptFolder.Position?
        let (snapshots, unreadable) = try SnapshotFile.all(on: disk)
        if let first = history.files.first, first.index > 0 {
            // The first segments were dropped behind the oldest snapshot; what begins before the segments is of no use.
            guard let snapshot = snapshots.first(where: { $0.position.index >= first.index }) else {
                throw Failure(
                    "\(folder) begins at segment \(first.index) and holds no snapshot to begin from"
                        + unreadable.map { "; \($0)" }.joined())
            }
            try rerun.restore(snapshot)
            start = snapshot.position
        }
        let end = day.map { Timestamp(nanoseconds: (Int64($0.days) + 1) * Nanoseconds.day) }
        var outcome = Outcome(service: "", folder: folder, taken: 0, sent: 0)
        outcome.unreadable = unreadable
        var sequence = start?.sequence ?? 0
        do {
            _ = try history.walk(from: start) { header, batch in
                outcome.service = header.service
                if let end, batch[0].time >= end.nanoseconds { throw Enough() }
                sequence = batch[0].fullSequence(near: sequence)
                if let check, let complaint = try complaint(of: check, about: batch[0], rerun.codec) {
                    outcome.difference = "batch \(sequence): \(complaint)"
                    throw Enough()
                }
                try rerun.absorb(header, batch, sequence: sequence)
            }
        } catch is Enough {
        } catch let difference as Rerun<M>.Difference {
            outcome.difference = difference.description
        }
        outcome.taken = rerun.taken
        outcome.sent = rerun.sent
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
