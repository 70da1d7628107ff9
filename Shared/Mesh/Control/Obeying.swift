import Domain
import Wire

extension Node {
    /// A person's command. It is taken as any message is, with its signature, so that it stands in the transcript and is
    /// taken at the very same place again; an answer tells the person that it is on disk.
    ///
    /// In a replay it falls between two instants, and belongs to the time of the one before.
    func obey(_ command: Command, _ message: Message, _ head: EnvelopeHead, _ bytes: UnsafeRawBufferPointer) {
        guard let check = settings.commandCheck else { return }
        let answers = Topic.answer(from: settings.instance, to: message.sender)
        func reply(_ error: String = "") {
            var answer = Answer(id: command.id)
            answer.error = error
            pass(.answer(answer), on: answers)
        }
        if let complaint = check(command) {
            counters.refused += 1
            tell(.warning, "refused", "the command \(command.verb): \(complaint)")
            return reply("\(settings.service) does not obey: \(complaint)")
        }
        guard isRunning, failure == nil, canTake else { return }
        let place = Intake.Place(epoch: head.epoch, number: head.number)
        // The same command again, because its answer was lost.
        if let last = shard.taken[message.topic], last >= place { return reply() }
        // No power cut takes it back.
        mustSync = true
        take(bytes, head, at: recordedTime(hostNow))
        mustSync = false
        guard failure == nil else { return }
        do { try sync() } catch {
            return tell(.error, "disk", "a command was taken, and could not be synced: \(error)")
        }
        link.flush()
        reply()
    }
}
