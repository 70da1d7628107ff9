import Domain
import Wire

/// What is said and has not left: all since the first durable message, in its order, until one sync has put it on disk.
///
/// A minute's batch of five hundred orders is one sync, and not five hundred. The bytes are kept here too, for the transcript
/// may go on in another segment meanwhile.
struct Departure {
    private var messages: [(lane: Lane, range: Range<Int>)] = []
    private var bytes: [UInt8] = []

    mutating func add(_ envelope: UnsafeRawBufferPointer, _ lane: Lane) {
        messages.append((lane, bytes.count..<(bytes.count + envelope.count)))
        bytes.append(contentsOf: envelope)
    }

    /// Lets all of it go.
    mutating func leave(by link: any Link) {
        bytes.withUnsafeBytes { bytes in
            for (lane, range) in messages {
                link.publish(lane, UnsafeRawBufferPointer(rebasing: bytes[range]))
            }
        }
        messages.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }
}

extension Node {
    /// From here on nothing leaves before what is in the transcript is on disk.
    func holdBack() {
        guard !isHolding, settings.guards.contains(.syncBeforeDurable) else { return }
        // What was said before need not wait for the disk.
        link.flush()
        isHolding = true
    }

    /// Puts on disk what was held back for that, by one sync, and lets it leave.
    func release() throws {
        guard isHolding else { return }
        guard failure == nil else { return }
        do {
            try transcript.sync()
        } catch {
            fail("the transcript cannot hold what was decided: \(error)")
            throw failure!
        }
        isHolding = false
        departure.leave(by: link)
        try settleWhatIsOwed()
    }

    /// A durable command is on disk already, and need not wait for the next sync.
    func settleWhatIsOwed() throws {
        if edgeIsOwed { edgeIsOwed = try !edge.settle() }
    }

    /// Hands over at once what was kept back to leave together, that for the disk included. A host does so after what it has
    /// taken of one socket, and before it does anything else.
    public func flush() throws {
        try release()
        link.flush()
    }
}
