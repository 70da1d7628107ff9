import Domain

/// Which number of a gateway each order of ours has been given.
///
/// A gateway takes a number once, and never one below its next. It says that next one in its greeting: so of a number that
/// is not below it, and that nobody will use again, it is known that the order never came there. What is written here is
/// on disk before the order leaves.
public struct OrderNumbers: Sendable {
    struct Entry: Equatable, Sendable {
        var number: Int
        var sentAt: Timestamp
        /// What the broker calls it for ever; 0 while it has not said.
        var permanent = 0
        /// The gateway has offered that number, or a lower one, since: the order never came there.
        var isVoid = false
    }

    private enum Kind: String {
        case order, broker, next
    }

    public struct Wrong: Error, Equatable, CustomStringConvertible {
        public var description: String
    }

    private(set) var entries: [String: Entry] = [:]
    /// Whose orders these are, by the gateway's word.
    private(set) var account = ""
    private var next = 1
    private var order: [(number: Int, reference: String)] = []
    /// Lines that are to be on disk before anything leaves.
    private(set) var unwritten: [UInt8] = []

    public init() {}

    /// Reads what was written. A last line that is cut off was never followed by an order.
    public init(_ bytes: some Collection<UInt8>) throws(Wrong) {
        for (index, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).dropLast()
            .enumerated()
        {
            let words = String(decoding: line, as: UTF8.self).split(separator: " ")
            guard words.count == 4, let number = Int(words[1]), number > 0, let time = Int64(words[3]),
                let kind = Kind(rawValue: String(words[0]))
            else {
                throw Wrong(
                    description: "line \(index + 1) is none of `order NUMBER ID SECONDS`, "
                        + "`broker PERMANENT ID SECONDS` and `next NUMBER ACCOUNT SECONDS`")
            }
            let text = String(words[2])
            switch kind {
            case .order: note(number, text, Timestamp(seconds: time))
            case .broker: entries[text]?.permanent = number
            case .next: noteNext(number, text)
            }
        }
    }

    func entry(of reference: String) -> Entry? { entries[reference] }

    /// The gateway's greeting: it has taken no number from `next` on.
    mutating func greet(_ number: Int, account: String, at now: Timestamp) {
        noteNext(number, account)
        write(.next, number, account, now)
    }

    /// Gives an order a number that no other has had.
    mutating func give(_ reference: String, at now: Timestamp) -> Int {
        let number = next
        note(number, reference, now)
        write(.order, number, reference, now)
        return number
    }

    /// The broker has said what it calls an order.
    mutating func know(_ reference: String, as permanent: Int, at now: Timestamp) {
        guard permanent > 0, let entry = entries[reference], entry.permanent == 0 else { return }
        entries[reference]?.permanent = permanent
        write(.broker, permanent, reference, now)
    }

    /// Whether what bears our id is that order: a person may have copied it at the broker, id and all. `number` is that
    /// of our own client, and is not told of what has ended.
    func isOurs(_ reference: String, number: Int?, permanent: Int) -> Bool {
        guard let entry = entries[reference] else { return true }
        if entry.permanent != 0, permanent != 0 { return entry.permanent == permanent }
        return number.map { $0 == entry.number } ?? true
    }

    mutating func noteWritten() { unwritten = [] }

    private mutating func write(_ kind: Kind, _ number: Int, _ text: String, _ now: Timestamp) {
        unwritten += Array("\(kind) \(number) \(text) \(now.nanoseconds / Nanoseconds.second)\n".utf8)
    }

    private mutating func note(_ number: Int, _ reference: String, _ at: Timestamp) {
        entries[reference] = Entry(number: number, sentAt: at)
        order.append((number, reference))
        next = max(next, number + 1)
    }

    private mutating func noteNext(_ number: Int, _ account: String) {
        self.account = account
        // Numbers rise, so those that are void stand at the end.
        for given in order.reversed() {
            guard given.number >= number else { break }
            if entries[given.reference]?.number == given.number { entries[given.reference]?.isVoid = true }
        }
        next = max(next, number)
    }
}
