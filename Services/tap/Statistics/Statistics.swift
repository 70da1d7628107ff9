import Configuration
import Domain
import Mesh

/// How much flows on each topic, how regularly, how completely, and how late.
struct Statistics {
    /// More topics than this are counted together, so that a flood of invented names cannot fill the memory.
    static let topicsMax = 10_000

    private(set) var flows: [Flow] = []
    private(set) var hops: Hops
    private(set) var messages = 0
    private(set) var bytes = 0
    /// The flow of the message that was noted last.
    private(set) var latestFlow: Int?
    /// The times of the first and the last message that count.
    private var first: Int64 = 0
    private var last: Int64 = 0
    private var index = TopicIndex()
    /// The flow of all topics beyond the first ones.
    private var others: Int?

    /// Whether what is noted are the records of a service, which carry one time a batch: then an effect is as late as it
    /// was sent after its cause was.
    private let isTranscript: Bool

    init(ofTranscript isTranscript: Bool = false) {
        self.isTranscript = isTranscript
        hops = Hops(hearing: isTranscript ? "taken" : "heard")
    }

    func topic(of flow: Int) -> String { flow == others ? "(more topics)" : visible(index.topics[flow].text) }

    /// The time from the first message to the last.
    var seconds: Double { (Double(last) - Double(first)) / 1e9 }

    /// Takes note of a message. `heardAt` is when it came to whoever heard it, nothing where it is the sender's own
    /// record; `moment` is when it went by here. One that is not shown counts for the numbers alone: what a filter
    /// leaves out is not missing.
    mutating func note(_ message: Message, size: Int, heardAt: Int64?, moment: Int64, isShown: Bool = true) {
        let at = flow(of: message.topic)
        if at != others { flows[at].follow(epoch: message.epoch, number: message.number) }
        latestFlow = at
        guard isShown else { return }
        flows[at].count(bytes: size, at: moment)
        if flows[at].sender != message.sender { flows[at].sender = message.sender }
        messages += 1
        bytes += size
        // A service's settings are dated 1970: nothing can be older.
        if moment > 0 {
            if first == 0 { first = moment }
            last = max(last, moment)
        }
        hops.note(
            message, kind: flows[at].kind, topic: at, cause: message.cause.flatMap { index.known($0.topic) },
            heardAt: heardAt, moment: isTranscript ? message.sentAt.nanoseconds : moment)
    }

    private mutating func flow(of topic: Topic) -> Int {
        if let known = index.known(topic) { return known }
        guard index.count < Statistics.topicsMax else {
            if others == nil {
                others = flows.count
                flows.append(Flow(kind: hops.kind(of: Topic("others"))))
            }
            return others ?? 0
        }
        let at = index.find(topic)
        flows.append(Flow(kind: hops.kind(of: topic)))
        return at
    }
}
