import BrokerEdges
import Configuration
import Domain
import Glibc
import Mesh

/// How long whoever was killed needs until it works again.
///
/// A service works when it has recorded another message than those that it had: it is up, has recovered, has found its
/// owners, and goes on. The broker's service works when it is reconciled; the relay when a beat comes through it; the
/// venue when it answers.
struct Recoveries {
    struct Sample {
        let name: String
        let milliseconds: Double
    }

    private struct Waiting {
        let name: String
        let since: Timestamp
        var ends: [TranscriptEnd]
    }

    /// The state folder.
    private let folder: String
    private var waiting: [Waiting] = []
    private(set) var samples: [Sample] = []
    /// What could not be looked at; nobody knows then how long a service took.
    private(set) var problems: [String] = []

    init(folder: String) { self.folder = folder }

    /// One was killed just now: called before it is started again.
    mutating func begin(_ name: String, at moment: Timestamp) {
        let service = String(name.prefix { $0 != "." })
        do {
            let ends = try RoundFolder.names(in: "\(folder)/\(service)").map {
                try TranscriptEnd(of: "\(folder)/\(service)/\($0)")
            }
            waiting.append(Waiting(name: name, since: moment, ends: ends))
        } catch {
            note(error)
        }
    }

    private mutating func note(_ error: any Error) {
        let sentence = "how long a service takes cannot be seen: \(error)"
        if !problems.contains(sentence) { problems.append(sentence) }
    }

    /// Somebody was struck before it worked: nothing is measured.
    mutating func forget() { waiting = [] }

    mutating func look(_ venue: VenueProcess?) {
        for at in waiting.indices.reversed() {
            do {
                if try works(at, venue) { note(at) }
            } catch {
                waiting.remove(at: at)
                note(error)
            }
        }
    }

    private mutating func works(_ at: Int, _ venue: VenueProcess?) throws -> Bool {
        switch waiting[at].name {
        case "relay": false
        case VenueProcess.name: venue?.answers ?? false
        case "broker": try isReconciled(since: waiting[at].since)
        default: try waiting[at].ends.indices.contains { try waiting[at].ends[$0].hasGrown() }
        }
    }

    /// A beat has come by the relay.
    mutating func heard(_ beat: Message) {
        guard let at = waiting.firstIndex(where: { $0.name == "relay" }), beat.sentAt > waiting[at].since
        else {
            return
        }
        note(at)
    }

    private mutating func note(_ at: Int) {
        let ended = waiting.remove(at: at)
        let span = System.now.nanoseconds - ended.since.nanoseconds
        samples.append(Sample(name: ended.name, milliseconds: Double(span) / 1e6))
    }

    private func isReconciled(since moment: Timestamp) throws -> Bool {
        var status = stat()
        guard stat("\(folder)/reconcile/standing.json", &status) == 0 else { return false }
        let writtenAt = Int64(status.st_mtim.tv_sec) * Nanoseconds.second + Int64(status.st_mtim.tv_nsec)
        guard writtenAt > moment.nanoseconds, let standing = try StandingFolder(in: folder).standing() else {
            return false
        }
        return standing["reconciled"]?.flag ?? false
    }
}
