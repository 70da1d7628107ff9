import Domain
import Glibc
import Mesh
import Wire

/// Finds messages in one shard's transcript. Numbers of a topic only grow in it, so a segment that holds others of the
/// topic tells on which side the one that is looked for stands: a few segments are read, and not all.
package final class ShardSearch {
    /// `historian/all`.
    package let name: String
    /// What cannot be read in it.
    package private(set) var problems: [String] = []
    /// Where the topic that was looked for last, and in vain, begins or ends here.
    package private(set) var bound: String?
    private let history: TranscriptFolder
    private let codec = Codec()

    package init(name: String, _ history: TranscriptFolder) {
        self.name = name
        self.history = history
    }

    private struct Place: Comparable {
        var epoch: UInt64
        var number: UInt64

        static func < (left: Place, right: Place) -> Bool {
            (left.epoch, left.number) < (right.epoch, right.number)
        }
    }

    /// What a segment says about a message: the message, or the first and the last of its topic.
    private enum Finding {
        case here(Copy)
        case beside(first: Place, last: Place)
        case nothing
    }

    /// The record of a message, if the transcript has one.
    package func find(_ name: Cause) throws -> Copy? {
        let wanted = Place(epoch: name.epoch, number: name.number)
        var (low, high) = (0, history.files.count - 1)
        bound = nil
        while low <= high {
            let middle = (low + high) / 2
            switch try look(for: name, in: history.files[middle]) {
            case .here(let copy): return copy
            case .beside(let first, let last):
                remember(first, last, wanted)
                if wanted < first {
                    high = middle - 1
                } else if last < wanted {
                    low = middle + 1
                } else {
                    return nil
                }
            case .nothing: return try findOneByOne(name, low...high, besides: middle)
            }
        }
        return nil
    }

    /// On a topic that is rare, every segment is looked at, the newest first.
    private func findOneByOne(_ name: Cause, _ range: ClosedRange<Int>, besides known: Int) throws -> Copy? {
        let wanted = Place(epoch: name.epoch, number: name.number)
        for at in range.reversed() where at != known {
            switch try look(for: name, in: history.files[at]) {
            case .here(let copy): return copy
            case .beside(let first, let last):
                remember(first, last, wanted)
                if first < wanted { return nil }
            case .nothing: continue
            }
        }
        return nil
    }

    private func remember(_ first: Place, _ last: Place, _ wanted: Place) {
        if wanted < first { bound = "\(name) begins with \(first.epoch)/\(first.number)" }
        if last < wanted { bound = "\(name) ends with \(last.epoch)/\(last.number)" }
    }

    private func look(for name: Cause, in file: TranscriptFolder.File) throws -> Finding {
        let topic = Array(name.topic.text.utf8)
        var (first, last): (Place?, Place?)
        var found: Copy?
        try scan(file) { record, begin, batch in
            let head = try codec.head(of: record.payload)
            guard ShardSearch.isEqual(record.payload, head.topic, topic) else { return true }
            let place = Place(epoch: head.epoch, number: head.number)
            first = min(first ?? place, place)
            last = max(last ?? place, place)
            guard place.epoch == name.epoch, place.number == name.number else { return true }
            found = try copy(record, begin, batch, file)
            return false
        }
        if let found { return .here(found) }
        guard let first, let last else { return .nothing }
        return .beside(first: first, last: last)
    }

    /// The newest message that carries an id: that of an order, a fill, a question.
    package func findNewest(carrying id: String) throws -> Copy? {
        let text = Array(id.utf8)
        for file in history.files.reversed() {
            var newest: Copy?
            try scan(file) { record, begin, batch in
                guard ShardSearch.contains(record.payload, text) else { return true }
                let message = try codec.decode(record.payload)
                if ShardSearch.carries(message, id) { newest = try copy(record, begin, batch, file) }
                return true
            }
            if let newest { return newest }
        }
        return nil
    }

    /// Visits every message whose record passes a look at its head or bytes, oldest first.
    package func each(
        where isWanted: (UnsafeRawBufferPointer, EnvelopeHead) -> Bool, _ visit: (Copy) throws -> Void
    ) throws {
        for file in history.files {
            try scan(file) { record, begin, batch in
                guard isWanted(record.payload, try codec.head(of: record.payload)) else { return true }
                try visit(copy(record, begin, batch, file))
                return true
            }
        }
    }

    /// The first message that the transcript still holds was not its first one: what came before is not known.
    package var isShortened: Bool { (history.files.first?.index ?? 0) > 0 }

    package static func carries(_ message: Message, _ id: String) -> Bool {
        fields(of: message).contains { field in
            let name = field.path.split(separator: ".").last ?? ""
            return field.text == id && (name == "id" || name.hasSuffix("_id"))
        }
    }

    /// Visits the records of a segment, each with the first of its batch and the batch's number, until the visitor has
    /// enough.
    private func scan(_ file: TranscriptFolder.File, _ visit: (Record, Record, UInt64) throws -> Bool) throws
    {
        do {
            try history.load(file).withBytes { bytes in
                let header: SegmentHeader
                switch SegmentHeader.read(bytes) {
                case .success(let read): header = read
                case .failure(let why):
                    // One that is allocated ahead is blank.
                    let isBlank = bytes.prefix(SegmentHeader.size).allSatisfy { $0 == 0 }
                    return isBlank ? () : note("\(name)/\(file.name): \(why.text)")
                }
                var at = SegmentHeader.size
                var batch = header.sequence
                var begin: Record?
                while true {
                    switch Record.read(bytes, at: at) {
                    case .empty: return
                    case .damaged(let why):
                        return note("\(name)/\(file.name), byte \(at): \(why)")
                    case .record(let record):
                        at = record.end
                        batch = record.fullSequence(near: batch)
                        if begin == nil { begin = record }
                        defer { if record.flags.contains(.lastOfBatch) { begin = nil } }
                        if record.kind == .checkpoint { continue }
                        if try !visit(record, begin ?? record, batch) { return }
                    }
                }
            }
        } catch let error as WireError {
            note("\(name)/\(file.name): \(error)")
        } catch {
            note("\(error)")
        }
    }

    /// Told once, however often the place is looked at.
    private func note(_ problem: String) {
        if !problems.contains(problem) { problems.append(problem) }
    }

    private func copy(_ record: Record, _ begin: Record, _ batch: UInt64, _ file: TranscriptFolder.File)
        throws
        -> Copy
    {
        var copy = Copy(
            message: try codec.decode(record.payload), shard: name, segment: file.name, batch: batch,
            kind: record.kind, time: Timestamp(nanoseconds: record.time))
        if begin.offset != record.offset, begin.kind == .taken {
            copy.batchCause = try codec.decode(begin.payload)
        }
        return copy
    }

    /// Whether a text stands somewhere in a record: most need not be decoded to know that they do not carry it.
    static func contains(_ bytes: UnsafeRawBufferPointer, _ text: [UInt8]) -> Bool {
        guard let start = bytes.baseAddress, let letter = text.first, bytes.count >= text.count else {
            return false
        }
        let end = start + (bytes.count - text.count + 1)
        var at = start
        while at < end, let next = memchr(at, Int32(letter), end - at) {
            if memcmp(next, text, text.count) == 0 { return true }
            at = UnsafeRawPointer(next) + 1
        }
        return false
    }

    @inline(__always)
    static func isEqual(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ text: [UInt8]) -> Bool {
        guard range.count == text.count, let start = bytes.baseAddress else { return false }
        return memcmp(start + range.lowerBound, text, text.count) == 0
    }
}
