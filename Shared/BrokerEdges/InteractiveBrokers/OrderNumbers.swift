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
        /// The order of which it is a change, or the change before it: what is changed keeps its number.
        var before: String?
        /// What it changes the order to: by that a gateway which goes on telling the order's first id tells of it.
        var terms: String?
    }

    private enum Kind: String {
        case order, change, broker, next
    }

    public struct Wrong: Error, Equatable, CustomStringConvertible {
        public var description: String
    }

    private(set) var entries: [String: Entry] = [:]
    /// Whose orders these are, by the gateway's word.
    private(set) var account = ""
    private var next = 1
    private var order: [(number: Int, reference: String)] = []
    /// The order that was given a number, or the last change of it.
    private var latest: [Int: String] = [:]
    /// Lines that are to be on disk before anything leaves.
    private(set) var unwritten: [UInt8] = []

    public init() {}

    /// Reads what was written. A last line that is cut off was never followed by an order.
    public init(_ bytes: some Collection<UInt8>) throws(Wrong) {
        for (index, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).dropLast()
            .enumerated()
        {
            let words = String(decoding: line, as: UTF8.self).split(separator: " ")
            guard words.count >= 4, let number = Int(words[1]), number > 0, let time = Int64(words[3]),
                let kind = Kind(rawValue: String(words[0])), words.count == (kind == .change ? 5 : 4)
            else {
                throw Wrong(
                    description: "line \(index + 1) is none of `order NUMBER ID SECONDS`, "
                        + "`change NUMBER ID SECONDS TERMS`, `broker PERMANENT ID SECONDS` and `next NUMBER ACCOUNT SECONDS`"
                )
            }
            let text = String(words[2])
            guard kind != .change || entries[text] == nil && latest[number] != nil else {
                throw Wrong(description: "line \(index + 1) changes no order that stands before it")
            }
            switch kind {
            case .order: note(number, text, Timestamp(seconds: time))
            case .change: noteChange(number, text, String(words[4]), Timestamp(seconds: time))
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

    /// An order is to be changed, and has another id from then on; its number is that which it has.
    mutating func change(_ reference: String, to changed: String, _ terms: String, at now: Timestamp) {
        guard let number = entries[reference]?.number else { return }
        noteChange(number, changed, terms, now)
        write(.change, number, changed, now, terms)
    }

    /// The broker has said what it calls an order, and so that a change has come there.
    mutating func know(_ reference: String, as permanent: Int, at now: Timestamp) {
        guard permanent > 0, let entry = entries[reference], entry.permanent == 0 else { return }
        entries[reference]?.permanent = permanent
        write(.broker, permanent, reference, now)
    }

    /// Whether what bears our id is that order: a person may have copied it at the broker, id and all. `number` is that
    /// of our own client, and is not told of what has ended.
    func isOurs(_ reference: String, number: Int?, permanent: Int) -> Bool {
        guard let first = family(of: reference).last, let entry = entries[first] else { return true }
        if entry.permanent != 0, permanent != 0 { return entry.permanent == permanent }
        return number.map { $0 == entry.number } ?? true
    }

    // MARK: Changes

    /// An order and its changes, the last of them first; of what has no number, itself alone.
    func family(of reference: String) -> [String] {
        guard let number = entries[reference]?.number else { return [reference] }
        return Array(sequence(first: latest[number] ?? reference) { entries[$0]?.before })
    }

    /// Which of an order and its changes stands, by all that has been heard.
    func standing(_ reference: String) -> String {
        family(of: reference).first { entries[$0]?.before == nil || entries[$0]?.permanent != 0 } ?? reference
    }

    /// The gateway has told of an order: a change that it names, or whose terms it tells, has come there. Which one of
    /// them stands.
    mutating func hear(_ reference: String, _ terms: String? = nil, permanent: Int, at now: Timestamp)
        -> String
    {
        if entries[reference]?.before != nil { know(reference, as: permanent, at: now) }
        let standing = standing(reference)
        guard let terms, entries[standing]?.terms != terms else { return standing }
        let unproven = family(of: reference).prefix { $0 != standing }
        if let change = unproven.first(where: { entries[$0]?.terms == terms }) {
            know(change, as: permanent, at: now)
        }
        return self.standing(reference)
    }

    /// Whether an order has made way for a change of it.
    func hasMadeWay(_ reference: String) -> Bool {
        let family = family(of: reference)
        guard let own = family.firstIndex(of: reference),
            let standing = family.firstIndex(of: standing(reference))
        else { return false }
        return standing < own
    }

    mutating func noteWritten() { unwritten = [] }

    private mutating func write(
        _ kind: Kind, _ number: Int, _ text: String, _ now: Timestamp, _ terms: String? = nil
    ) {
        let seconds = now.nanoseconds / Nanoseconds.second
        unwritten += Array("\(kind) \(number) \(text) \(seconds)\(terms.map { " " + $0 } ?? "")\n".utf8)
    }

    private mutating func note(_ number: Int, _ reference: String, _ at: Timestamp) {
        entries[reference] = Entry(number: number, sentAt: at)
        order.append((number, reference))
        latest[number] = reference
        next = max(next, number + 1)
    }

    private mutating func noteChange(
        _ number: Int, _ reference: String, _ terms: String, _ at: Timestamp
    ) {
        entries[reference] = Entry(number: number, sentAt: at, before: latest[number], terms: terms)
        latest[number] = reference
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
