import Domain
import Wire

/// The questions that this node has open. A question keeps its id however often it is asked.
struct Questions {
    struct Question {
        var id: String
        var to: String
        var ask: Ask
        var stand: Int?
        var askedAt: Timestamp
        var tries = 1
    }

    private(set) var open: [String: Question] = [:]
    private var count = 0

    mutating func add(to: String, _ ask: Ask, stand: Int?, from instance: String, at now: Timestamp)
        -> Question
    {
        count += 1
        var ask = ask
        ask.id = "\(instance)/\(now.nanoseconds)/\(count)"
        let question = Question(id: ask.id, to: to, ask: ask, stand: stand, askedAt: now)
        open[ask.id] = question
        return question
    }

    mutating func close(_ id: String) -> Question? { open.removeValue(forKey: id) }

    mutating func asked(_ id: String, to: String, at now: Timestamp) {
        open[id]?.askedAt = now
        open[id]?.to = to
        open[id]?.tries += 1
    }

    /// The questions that were not answered in time, in the order of their ids. Each time one is put again it has longer,
    /// up to eight times: who is asked by many has much to do.
    func overdue(at now: Timestamp, after retry: Int64) -> [Question] {
        open.values.filter { now.nanoseconds - $0.askedAt.nanoseconds >= retry * Int64(min($0.tries, 8)) }
            .sorted { $0.id < $1.id }
    }
}

extension Node {
    /// Asks the owner of a topic for what follows on the last message that was taken.
    func ask(for at: Int, at now: Timestamp) {
        guard settings.guards.contains(.fillGaps), intake.stands[at].question == nil else { return }
        let stand = intake.stands[at]
        guard let owner = owner(of: at) else { return }
        let flow = settings.flows[stand.flow]
        var ask = Ask(deadline: Timestamp(nanoseconds: now.nanoseconds + 10 * settings.askRetry))
        if stand.epoch == 0 && flow.start == .latest {
            ask.snapshot = Snapshot(topic: stand.topic.text)
        } else {
            ask.replay = Replay(topic: stand.topic.text, epoch: stand.epoch, from: stand.last + 1)
        }
        let question = questions.add(to: owner, ask, stand: at, from: settings.instance, at: now)
        intake.stands[at].question = question.id
        send(question)
    }

    /// Who can be asked: the instance that told of the topic last, or the only one of its service.
    private func owner(of at: Int) -> String? {
        let stand = intake.stands[at]
        if !stand.owner.isEmpty, peers[stand.owner] != nil { return stand.owner }
        let service = settings.flows[stand.flow].service
        return peers.filter { $0.value.service == service }
            .max { ($0.value.heardAt, $0.key) < ($1.value.heardAt, $1.key) }?.key
    }

    func send(_ question: Questions.Question) {
        counters.asked += 1
        if question.to != "all" {
            link.subscribe(.control, prefix: Topic.answer(from: question.to, to: settings.instance).text)
        }
        pass(.ask(question.ask), on: .ask(question.to, from: settings.instance))
    }

    /// Repeats what was not answered.
    func askAgain(at now: Timestamp) {
        for question in questions.overdue(at: now, after: settings.askRetry) {
            let to = question.stand.flatMap { owner(of: $0) } ?? question.to
            questions.asked(question.id, to: to, at: now)
            var again = question
            again.to = to
            again.ask.deadline = Timestamp(nanoseconds: now.nanoseconds + 10 * settings.askRetry)
            send(again)
        }
    }

    /// Looks for topics that are behind and are not getting on.
    func lookForGaps(at now: Timestamp) {
        for at in intake.behind.sorted() {
            let stand = intake.stands[at]
            guard stand.isBehind || !stand.held.isEmpty else {
                intake.behind.remove(at)
                intake.stands[at].behindSince = nil
                continue
            }
            let since = stand.behindSince ?? now
            if stand.behindSince == nil { intake.stands[at].behindSince = now }
            if now.nanoseconds - since.nanoseconds >= settings.gapPatience { ask(for: at, at: now) }
        }
    }

    // MARK: answers

    func take(_ answer: Answer, from sender: String, at now: Timestamp) {
        if case .takingBack(var takingBack) = phase {
            guard answer.id == takingBack.questionID else { return }
            takingBack.add(answer, from: sender, codec)
            phase = .takingBack(takingBack)
            return
        }
        guard let question = questions.close(answer.id), !takeHistory(answer), let at = question.stand else {
            return
        }
        intake.stands[at].question = nil
        guard answer.error.isEmpty else {
            // The owner has no more of the past: that is for a person to know and decide.
            if question.tries == 1 {
                tell(.error, "unanswered", "\(intake.stands[at].topic): \(answer.error)")
            }
            return
        }
        let before = Intake.Place(epoch: intake.stands[at].epoch, number: intake.stands[at].last)
        let isAsAsked =
            question.ask.replay.map { $0.epoch == before.epoch && $0.from == before.number + 1 } ?? false
        for (nth, envelope) in answer.envelopes.enumerated() {
            envelope.withUnsafeBytes { bytes in
                guard let head = try? codec.head(of: bytes),
                    bytes[head.topic].elementsEqual(intake.stands[at].topic.text.utf8)
                else { return counters.malformed += 1 }
                offer(at, head, bytes, at: now, asked: isAsAsked && nth == 0 ? .first : .next)
            }
        }
        intake.stands[at].behindSince = now
        // Without progress the next question waits its turn, or two would talk for ever.
        let hasMoved = before != Intake.Place(epoch: intake.stands[at].epoch, number: intake.stands[at].last)
        if hasMoved, answer.more || !intake.stands[at].held.isEmpty { ask(for: at, at: now) }
    }

    func answer(_ ask: Ask, from asker: String, at now: Timestamp) {
        guard transcript != nil else { return }
        if ask.replay != nil {
            guard isRunning else { return }
            // With all others of this turn.
            if !inquiries.add(ask, from: asker, at: now, patience: settings.askRetry / 2) {
                counters.repeated += 1
            }
            return
        }
        var answer = Answer(id: ask.id)
        do {
            // An answer is read from the transcript, and says nothing that may not have left.
            try release()
            if let snapshot = ask.snapshot {
                guard case .running = phase else { return }
                try fill(&answer, latestOf: Topic(snapshot.topic))
            } else if let takeBack = ask.takeBack {
                answer.envelopes = try beyond(takeBack.heads, of: asker)
                fence(asker, takeBack.heads)
            } else if ask.deadline < now {
                return
            } else if let given = try edge.answer(ask) {
                answer = given
                answer.id = ask.id
            } else {
                answer.error = "\(settings.instance) does not know how to answer that"
            }
        } catch {
            answer.error = "\(error)"
        }
        give(answer, to: asker)
    }

    private func fill(_ answer: inout Answer, latestOf topic: Topic) throws {
        guard let outlet = shard.outlets.known(topic) else {
            answer.error = "\(settings.instance) has never sent \(topic)"
            return
        }
        let stand = shard.outlets.all[outlet]
        var place = Intake.Place(epoch: stand.epoch, number: stand.last)
        // What opens an epoch is no state: the message before it is.
        while true {
            var opened: Opened?
            try readSent([(outlet, place)]) { _, head, payload in
                guard head.epoch == place.epoch && head.number == place.number else { return true }
                answer.envelopes.insert(Array(payload), at: 0)
                if case .opened(let found) = try codec.decode(payload).body { opened = found }
                return false
            }
            guard let opened, opened.previousLast > 0 else { return }
            place = Intake.Place(epoch: opened.previousEpoch, number: opened.previousLast)
        }
    }

    /// What this node took of an owner's topics beyond these heads: the owner lost it in a power cut.
    private func beyond(_ heads: [TopicHead], of owner: String) throws -> [[UInt8]] {
        var found: [[UInt8]] = []
        let told = Dictionary(heads.map { (Topic($0.topic), $0) }, uniquingKeysWith: { first, _ in first })
        for topic in Set(shard.taken.keys).union(intake.index.topics).sorted() {
            guard let flow = settings.flows.first(where: { topic.text.hasPrefix($0.prefix) }),
                owner.hasPrefix(flow.service + ".")
            else { continue }
            let place = shard.taken[topic] ?? Intake.Place(epoch: 0, number: 0)
            let head = told[topic] ?? TopicHead(topic: topic.text)
            let known = Intake.Place(epoch: head.epoch, number: head.last)
            var more = place > known ? try readTaken(topic, beyond: known) : []
            if let lockstep { more += lockstep.waiting(on: topic, beyond: known) }
            // A topic that the owner does not know may be another replica's.
            if told[topic] == nil { more = more.filter { isSaid($0, by: owner) } }
            found += more
        }
        return found
    }

    /// Whether a message was sent by an instance, or by one that had its shard before it.
    private func isSaid(_ envelope: [UInt8], by owner: String) -> Bool {
        guard let sender = try? codec.decode(envelope).sender else { return false }
        if sender == owner { return true }
        guard let left = peers[sender], let right = peers[owner] else { return false }
        return left.service == right.service && left.shard == right.shard
    }

    /// What this owner said before its power cut and has not come yet must not come any more: it has just been told
    /// how far this taker is.
    private func fence(_ owner: String, _ heads: [TopicHead]) {
        let name = Array(owner.utf8)
        let epoch = heads.map(\.epoch).max() ?? 0
        fences.removeAll { $0.owner == name }
        fences.append((name, epoch))
        for at in intake.stands.indices
        where owner.hasPrefix(settings.flows[intake.stands[at].flow].service + ".") {
            if let question = intake.stands[at].question { _ = questions.close(question) }
            intake.stands[at].question = nil
            intake.drop(at)
        }
    }
}
