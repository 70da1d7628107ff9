import Domain
import Wire

extension Node {
    /// A person's command. It is taken as any message is, with its signature, so that it stands in the transcript and is
    /// taken at the very same place again; an answer tells the person that it is on disk.
    ///
    /// In a replay it falls between two instants, and belongs to the time of the one before.
    func obey(_ command: Command, _ message: Message, _ head: EnvelopeHead, _ bytes: UnsafeRawBufferPointer) {
        guard settings.commandCheck != nil else { return }
        let answers = Topic.answer(from: settings.instance, to: message.sender)
        func reply(_ error: String = "") {
            var answer = Answer(id: command.id)
            answer.error = error
            pass(.answer(answer), on: answers)
        }
        func refuse(_ complaint: String) {
            counters.refused += 1
            tell(.warning, "refused", "the command \(command.verb): \(complaint)")
            reply("\(settings.service) does not obey: \(complaint)")
        }
        if let complaint = complaint(about: command, message) { return refuse(complaint) }
        guard isRunning, failure == nil, canTake else { return }
        let place = Intake.Place(epoch: head.epoch, number: head.number)
        // The same command again, because its answer was lost.
        if shard.taken[message.topic] == place { return reply() }
        let now = recordedTime(hostNow)
        if let objection = settings.commandObjection?(command, now) { return refuse(objection) }
        mustSync = true
        take(bytes, head, at: now)
        mustSync = false
        guard failure == nil else { return }
        // No power cut takes it back.
        do { try sync() } catch {
            return tell(.error, "disk", "a command was taken, and could not be synced: \(error)")
        }
        link.flush()
        reply()
    }

    /// Why a command is not obeyed, in a sentence. Who has heard one on its way can say it again word for word: so it is good
    /// for one place on one topic, which are signed with it, and for a minute.
    private func complaint(about command: Command, _ message: Message) -> String? {
        if command.who != message.sender { return "\(message.sender) brings a command of \(command.who)" }
        if let complaint = settings.commandCheck?(command) { return complaint }
        guard message.number == 1, message.epoch == UInt64(clamping: command.at.nanoseconds) else {
            return "it does not come as it was given"
        }
        if let last = shard.taken[message.topic], last.epoch > message.epoch {
            return "a later one of \(command.who) was taken already: give it again, once the clock is right"
        }
        let age = hostNow.nanoseconds - command.at.nanoseconds
        guard shard.taken[message.topic]?.epoch == message.epoch || age.magnitude <= Node.commandAgeMax else {
            return
                "it was given \(age / 1_000_000_000) s ago by the clock here: set the clocks right, or give it again"
        }
        return nil
    }

    private static var commandAgeMax: UInt64 { 60_000_000_000 }
}
