import Configuration
import Domain
import Mesh

/// A recording as it is played: each message when it is due.
struct Playback {
    private let file: MappedFile
    private var reader: RecordingReader
    private let speed: Speed
    private let name: String
    /// When the playback began, and the time of the recording's first message.
    private var began: (here: Int64, there: Int64)?
    private var next: Record?

    init(_ path: String, speed: Speed) throws {
        name = path
        self.speed = speed
        file = try MappedFile(path)
        reader = try RecordingReader(file.bytes, name: path)
        next = try reader.next()
    }

    /// Why the recording ends before its last record does.
    var torn: String? { reader.torn }
    /// How many nanoseconds of the recording's time have passed, while it is played at a pace.
    func time(at now: Timestamp) -> Timestamp? {
        guard let began, case .times(let times) = speed else { return nil }
        let passed = Double(now.nanoseconds - began.here) * times
        return Timestamp(nanoseconds: began.there &+ Int64(max(0, min(passed, 9e18))))
    }

    /// How long it is, at most, until the next message is due; nothing at the end.
    mutating func wait(at now: Timestamp) -> Int64? {
        guard let next else { return nil }
        guard let began else {
            began = (now.nanoseconds, next.time)
            return 0
        }
        let due = speed.due(after: max(0, next.time &- began.there))
        return max(0, due &- (now.nanoseconds - began.here))
    }

    /// Hands over the next message, with the time at which it was heard.
    mutating func play(_ visit: (UnsafeRawBufferPointer, Timestamp) throws -> Void) throws {
        guard let record = next else { return }
        try visit(record.payload, Timestamp(nanoseconds: record.time))
        next = try reader.next()
    }
}
