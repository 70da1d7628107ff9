import Domain
import Wire

/// Where in the transcript the edge is told again: which segment, and which batch begins where.
struct Retelling {
    /// The number after which the edge lacks commands, as it said when this was begun.
    let after: UInt64
    var segment: UInt64
    var offset: Int
    var sequence: UInt64
}

extension Node {
    /// Hands over again the commands that the edge let go of, in order, until it has no more room or has them all.
    func tellEdgeAgain() throws {
        guard let after = edge.lacksAfter else { return retelling = nil }
        if retelling?.after != after { retelling = try beginRetelling(after: after) }
        guard var place = retelling else { return }
        var batch: [Record] = []
        var hasRoom = true
        while hasRoom {
            try withSegment(place.segment) { bytes in
                while hasRoom,
                    case .whole = Record.batch(
                        bytes, at: place.offset, sequence: place.sequence, into: &batch)
                {
                    if place.sequence + 1 > after {
                        hasRoom = try tellAgain(batch, number: place.sequence + 1)
                    }
                    guard hasRoom, let end = batch.last?.end else { break }
                    place.offset = end
                    place.sequence += 1
                }
            }
            guard hasRoom else { break }
            if place.segment == transcript.header.index {
                retelling = nil
                return edge.isLevel(through: place.sequence)
            }
            place.segment += 1
            place.offset = SegmentHeader.size
            // A new segment may have been begun since the folder was looked at.
            try history.refresh()
        }
        retelling = place
    }

    private func tellAgain(_ batch: [Record], number: UInt64) throws -> Bool {
        guard batch[0].kind == .taken else { return true }
        var cause: Message?
        for record in batch where record.kind == .sent {
            let command = try codec.decode(record.payload)
            guard command.topic.lane == .local else { continue }
            let because = try cause ?? codec.decode(batch[0].payload)
            cause = because
            guard try edge.takeAgain(command, because: because, number: number) else { return false }
        }
        return true
    }

    /// The start of the segment in which the batch after that number lies.
    private func beginRetelling(after: UInt64) throws -> Retelling {
        try history.refresh()
        var begin: Retelling?
        for file in history.files.reversed() where file.index <= transcript.header.index {
            let header =
                file.index == transcript.header.index ? transcript.header : try history.header(of: file)
            begin = Retelling(
                after: after, segment: file.index, offset: SegmentHeader.size, sequence: header.sequence)
            if header.sequence <= after { return begin! }
        }
        guard let begin, begin.sequence <= after else {
            throw NodeFailure(
                "\(settings.service)/\(settings.shard) has stored what command \(after) asked for, and its transcript "
                    + "in \(disk.place) begins later: what lies between is in neither. Put back what was stored"
            )
        }
        return begin
    }
}
