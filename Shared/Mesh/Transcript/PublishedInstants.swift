import Configuration
import Domain
import Wire

/// What an earlier feed published, instant by instant and in its order, as its transcript has it.
///
/// The transcript is read segment by segment, and each is checked; what a crash left unfinished at its end, and an instant
/// that no step closes, are left out.
public struct PublishedInstants {
    public struct Item: Sendable {
        public var topic: Topic
        public var body: Body
        public var at: Timestamp
    }

    public struct Instant: Sendable {
        /// In the order in which they were published; their times do not go back.
        public var items: [Item]
        /// The end of the instant.
        public var at: Timestamp
    }

    public let folder: String
    private let history: TranscriptFolder
    private let codec = Codec()
    /// Where the next segment begins; nothing before the first, and after the last.
    private var position: TranscriptFolder.Position?
    private var hasMore = true
    /// Where the transcript no longer begins with its first message, its first instant may be a half.
    private var isWhole: Bool
    private var ready: [Instant] = []
    private var read = 0
    private var open: [Item] = []
    /// What was given back of instants whose step was not.
    private var unclosed: [Item] = []
    private var last = Timestamp.distantPast

    private struct SegmentEnd: Error { var next: TranscriptFolder.Position }

    /// Opens the transcript in a folder, or that of the feed of a state folder.
    public init(_ path: String) throws {
        let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        folder = PublishedInstants.isTranscript("\(path)/feed/all") ? "\(path)/feed/all" : path
        history = try TranscriptFolder(FileDisk(folder, readOnly: true), boot: System.boot)
        guard let first = history.files.first else {
            throw Failure(
                "\(folder) holds no transcript; the folder of an earlier feed, such as state/feed/all, would be right"
            )
        }
        let service = try history.header(of: first).service
        guard service == "feed" else {
            throw Failure("\(folder) is a transcript of \(service); one of a feed would be right")
        }
        position = try history.beginning
        isWhole = position == nil
    }

    /// Whether a folder holds segments of a transcript, or is a state folder whose feed has some.
    public static func isThere(_ path: String) -> Bool {
        isTranscript(path) || isTranscript("\(path)/feed/all")
    }

    private static func isTranscript(_ folder: String) -> Bool {
        guard let names = try? FileDisk(folder, readOnly: true).names() else {
            // A folder that cannot be read is told of by whoever reads it.
            return false
        }
        return names.contains { $0.hasSuffix(".segment") || $0.hasSuffix(".segment.zst") }
    }

    /// The next instant; nothing at the end.
    public mutating func next() throws -> Instant? {
        while read == ready.count, hasMore {
            ready.removeAll(keepingCapacity: true)
            read = 0
            try readSegment()
        }
        guard read < ready.count else { return nil }
        read += 1
        return ready[read - 1]
    }

    private mutating func readSegment() throws {
        var index: UInt64?
        // What a power cut took and takers gave back stands topic by topic.
        var recovered: [Item] = []
        do {
            _ = try history.walk(from: position) { header, batch in
                if let index, index != header.index {
                    throw SegmentEnd(next: PublishedInstants.begin(header))
                }
                index = header.index
                for record in batch where record.kind == .sent || record.kind == .recovered {
                    guard let item = try item(record) else { continue }
                    if record.kind == .recovered {
                        recovered.append(item)
                    } else {
                        try take(recovered: &recovered)
                        try take(item)
                    }
                }
            }
            hasMore = false
        } catch let end as SegmentEnd { position = end.next }
        try take(recovered: &recovered)
    }

    private static func begin(_ header: SegmentHeader) -> TranscriptFolder.Position {
        TranscriptFolder.Position(
            index: header.index, offset: SegmentHeader.size, sequence: header.sequence,
            hash: header.previousHash, hashedFrom: SegmentHeader.size)
    }

    /// A message about the market.
    private func item(_ record: Record) throws -> Item? {
        let message = try codec.decode(record.payload)
        guard message.topic.lane == .market else { return nil }
        return Item(topic: message.topic, body: message.body, at: message.sentAt)
    }

    private mutating func take(recovered items: inout [Item]) throws {
        guard !items.isEmpty else { return }
        let sorted = items.enumerated().sorted {
            ($0.element.at, $0.element.isStep ? 1 : 0, $0.offset)
                < ($1.element.at, $1.element.isStep ? 1 : 0, $1.offset)
        }.map(\.element)
        items = []
        let closed = (sorted.lastIndex { $0.isStep } ?? -1) + 1
        for item in sorted[..<closed] { try take(item) }
        unclosed += sorted[closed...]
    }

    private mutating func take(_ item: Item) throws {
        guard case .step(let step) = item.body else { return open.append(item) }
        let later = unclosed.firstIndex { $0.at > item.at } ?? unclosed.endIndex
        open.insert(contentsOf: unclosed[..<later], at: 0)
        unclosed.removeFirst(later)
        guard step.time > last else {
            throw Failure(
                "\(folder): the instant of \(step.time) is not behind that of \(last), and cannot be said again"
            )
        }
        // A live feed's data have the time by the clock at which they came: what came after the end of its instant, or
        // by a clock of another day, is said at its end.
        var latest = last
        for at in open.indices {
            let isWithin = open[at].at > last && open[at].at <= step.time
            latest = max(latest, isWithin ? open[at].at : step.time)
            open[at].at = latest
        }
        last = step.time
        if isWhole { ready.append(Instant(items: open, at: step.time)) }
        isWhole = true
        open = []
    }
}

extension PublishedInstants.Item {
    fileprivate var isStep: Bool {
        if case .step = body { return true }
        return false
    }
}
