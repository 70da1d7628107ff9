import Domain
import Wire

/// Reading back what stands in the shard's own transcript.
extension Node {
    /// Visits what was sent on some topics, each from about a place on, oldest first, until the visitor has enough of each:
    /// in one pass over the transcript, whoever wants what.
    func readSent(
        _ wanted: [(outlet: Int, from: Intake.Place)],
        _ visit: (Int, EnvelopeHead, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try history.refresh()
        let segments = history.files.map(\.index).filter { $0 <= transcript.header.index }
        var begins: [Int] = []
        for (outlet, place) in wanted {
            begins.append(try firstSegment(segments, UInt16(truncatingIfNeeded: outlet), place))
        }
        var open = Array(wanted.indices)
        for at in (begins.min() ?? segments.count)..<segments.count where !open.isEmpty {
            let index = segments[at]
            /// Those that read this segment, by their stream, and from where on.
            var readers: [UInt16: [(which: Int, offset: Int)]] = [:]
            var first = Int.max
            for which in open where begins[which] <= at {
                let stream = UInt16(truncatingIfNeeded: wanted[which].outlet)
                guard let offset = sends.offset(index, stream: stream, from: wanted[which].from) else {
                    continue
                }
                readers[stream, default: []].append((which, offset))
                first = min(first, offset)
            }
            guard !readers.isEmpty else { continue }
            var closed: Set<Int> = []
            try withSegment(index) { bytes in
                try scan(bytes, from: first) { record in
                    guard record.kind == .sent || record.kind == .recovered else { return true }
                    guard var those = readers[record.stream] else { return true }
                    let head = try codec.head(of: record.payload)
                    let before = those.count
                    for (which, offset) in those where record.offset >= offset {
                        guard
                            record.payload[head.topic].elementsEqual(
                                shard.outlets.all[wanted[which].outlet].utf8)
                        else { continue }
                        if try !visit(which, head, record.payload) { closed.insert(which) }
                    }
                    those.removeAll { closed.contains($0.which) }
                    if those.count < before { readers[record.stream] = those.isEmpty ? nil : those }
                    return !readers.isEmpty
                }
            }
            open.removeAll { closed.contains($0) }
        }
    }

    /// The last segment whose first message of the stream is not later than the place.
    private func firstSegment(_ segments: [UInt64], _ stream: UInt16, _ place: Intake.Place) throws -> Int {
        for (at, index) in segments.enumerated().reversed() {
            try learn(index)
            guard let first = sends.first(index, stream: stream) else { continue }
            if Intake.Place(epoch: first.epoch, number: first.number) <= place { return at }
        }
        return 0
    }

    /// Makes sure that the index knows a segment: those behind a snapshot are read when they are first needed.
    private func learn(_ index: UInt64) throws {
        guard !sends.knows(index), index != transcript.header.index else { return }
        try withSegment(index) { bytes in
            try scan(bytes, from: SegmentHeader.size) { record in
                if record.kind == .sent || record.kind == .recovered {
                    let head = try codec.head(of: record.payload)
                    sends.note(
                        index, stream: record.stream, epoch: head.epoch, number: head.number,
                        offset: record.offset)
                }
                return true
            }
        }
    }

    func withSegment(_ index: UInt64, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        if index == transcript.header.index { return try body(transcript.committed) }
        guard let file = history.files.first(where: { $0.index == index }) else { return }
        if segmentAtHand?.index != index { segmentAtHand = (index, try history.load(file)) }
        try segmentAtHand!.loaded.withBytes(body)
    }

    private func scan(
        _ bytes: UnsafeRawBufferPointer, from offset: Int, _ visit: (Record) throws -> Bool
    ) throws {
        var at = offset
        while case .record(let record) = Record.read(bytes, at: at) {
            if try !visit(record) { return }
            at = record.end
        }
    }

    /// What this node took of a topic beyond a place, oldest first.
    func readTaken(_ topic: Topic, beyond place: Intake.Place) throws -> [[UInt8]] {
        try history.refresh()
        var found: [(at: Intake.Place, bytes: [UInt8])] = []
        for index in history.files.map(\.index).reversed() where index <= transcript.header.index {
            var reachedBack = false
            try withSegment(index) { bytes in
                try scan(bytes, from: SegmentHeader.size) { record in
                    guard record.kind == .taken else { return true }
                    let head = try codec.head(of: record.payload)
                    guard record.payload[head.topic].elementsEqual(topic.text.utf8) else { return true }
                    let here = Intake.Place(epoch: head.epoch, number: head.number)
                    if here > place {
                        found.append((here, Array(record.payload)))
                    } else {
                        reachedBack = true
                    }
                    return true
                }
            }
            if reachedBack { break }
        }
        return found.sorted { $0.at < $1.at }.map(\.bytes)
    }
}
