import Domain
import Wire

/// Where in the transcript each topic's messages stand, sparsely: every 64th of a topic and the first of each
/// segment, so that a gap of a taker is found without reading all of it.
struct SendIndex {
    struct Mark {
        var epoch: UInt64
        var number: UInt64
        var offset: Int
    }

    /// By segment, by stream.
    private var segments: [UInt64: [UInt16: [Mark]]] = [:]
    /// The last mark of each stream, so that what needs none is passed over without a dictionary.
    private var lasts: [(segment: UInt64, epoch: UInt64, number: UInt64)] = []

    mutating func note(_ segment: UInt64, stream: UInt16, epoch: UInt64, number: UInt64, offset: Int) {
        let at = Int(stream)
        if at < lasts.count, lasts[at].segment == segment, lasts[at].epoch == epoch,
            number >= lasts[at].number,
            number < lasts[at].number + 64
        {
            return
        }
        mark(segment, stream: stream, epoch: epoch, number: number, offset: offset)
    }

    private mutating func mark(_ segment: UInt64, stream: UInt16, epoch: UInt64, number: UInt64, offset: Int)
    {
        while lasts.count <= Int(stream) { lasts.append((.max, 0, 0)) }
        defer { lasts[Int(stream)] = (segment, epoch, segments[segment]?[stream]?.last?.number ?? number) }
        guard let last = segments[segment]?[stream]?.last else {
            segments[segment, default: [:]][stream] = [Mark(epoch: epoch, number: number, offset: offset)]
            return
        }
        guard last.epoch != epoch || number >= last.number + 64 else { return }
        segments[segment]![stream]!.append(Mark(epoch: epoch, number: number, offset: offset))
    }

    mutating func forget(_ segment: UInt64) {
        segments[segment] = nil
        lasts.removeAll(keepingCapacity: true)
    }

    func knows(_ segment: UInt64) -> Bool { segments[segment] != nil }

    /// The first mark of a stream in a segment.
    func first(_ segment: UInt64, stream: UInt16) -> Mark? { segments[segment]?[stream]?.first }

    /// Where to begin reading a segment to see everything of a stream from a place on.
    func offset(_ segment: UInt64, stream: UInt16, from place: Intake.Place) -> Int? {
        guard let marks = segments[segment]?[stream] else { return nil }
        let before = marks.last { Intake.Place(epoch: $0.epoch, number: $0.number) <= place }
        return (before ?? marks.first)?.offset
    }
}
