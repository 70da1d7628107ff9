import Configuration
import Domain
import Exchange

/// A scene as it is written: one line for each thing that happens. docs/exchange.md has the words.
struct SceneText {
    struct Line {
        let number: Int
        let verb: String
        /// Words without a `=`, in order, and those with one.
        let words: [String]
        let values: [String: String]

        func fail(_ complaint: String) -> Failure {
            Failure("line \(number) of the scene: \(complaint)", exitCode: 1)
        }

        func word(_ place: Int, _ what: String) throws -> String {
            guard place < words.count else { throw fail("\(verb) needs \(what)") }
            return words[place]
        }

        /// A moment by the clock of New York, from two words: `2024-03-11 09:30:15.250`.
        func moment(_ place: Int) throws -> Timestamp {
            try SceneText.moment(word(place, "a date"), word(place + 1, "a time"), self)
        }

        func price(_ place: Int) throws -> Price { try read(word(place, "a price")) { try Price($0) } }
        func volume(_ place: Int) throws -> Volume { try read(word(place, "a volume")) { try Volume($0) } }
        func price(_ key: String) throws -> Price {
            try values[key].map { try read($0) { try Price($0) } } ?? .zero
        }

        func read<V>(_ text: String, _ reading: (String) throws -> V) throws -> V {
            do { return try reading(text) } catch { throw fail("\(error)") }
        }

        func choice<C: Choice>(_ text: String, _ all: C.Type, _ names: [String: C]) throws -> C {
            if let known = names[text] { return known }
            let near = Spelling.nearest(to: text, among: names.keys.sorted())
            throw fail(
                "\(text) is none of \(names.keys.sorted().joined(separator: ", "))"
                    + (near.map { "; did you mean \($0)?" } ?? ""))
        }
    }

    let lines: [Line]

    init(_ text: String) {
        var lines: [Line] = []
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let bare = raw.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)[0]
            let words = bare.split(separator: " ").map(String.init)
            guard let verb = words.first else { continue }
            var values: [String: String] = [:]
            for word in words.dropFirst() {
                let parts = word.split(separator: "=", maxSplits: 1)
                if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
            }
            lines.append(
                Line(
                    number: index + 1, verb: verb,
                    words: words.dropFirst().filter { !$0.contains("=") }, values: values))
        }
        self.lines = lines
    }

    private static func moment(_ day: String, _ time: String, _ line: Line) throws -> Timestamp {
        let date = try line.read(day) { try CivilDate($0) }
        let asUTC = try line.read("\(day)T\(time)Z") { try Timestamp($0) }
        return EasternTime.moment(on: date, at: asUTC - date.midnightUTC)
    }

    static let kinds: [String: OrderKind] = [
        "market": .market, "limit": .limit, "stop": .stop, "stop-limit": .stopLimit,
        "trailing": .trailingStop, "market-on-open": .marketOnOpen, "limit-on-open": .limitOnOpen,
        "market-on-close": .marketOnClose, "limit-on-close": .limitOnClose,
    ]
    static let forces: [String: TimeInForce] = [
        "day": .day, "gtc": .goodTillCancelled, "gtd": .goodTillDate, "ioc": .immediateOrCancel,
        "fok": .fillOrKill, "opg": .onOpen, "cls": .onClose,
    ]
}

extension SceneText.Line {
    /// `order 1 buy 10 limit gtc limit=99.5`.
    func ticket() throws -> Ticket {
        let number = try word(0, "a number")
        guard let tag = UInt64(number), tag > 0 else { throw fail("\(number) is no number of an order") }
        let side = try choice(word(1, "buy or sell"), Side.self, ["buy": .buy, "sell": .sell])
        let quantity = try read(word(2, "a quantity")) { try Quantity($0) }
        let kind = try choice(word(3, "a kind of order"), OrderKind.self, SceneText.kinds)
        let force =
            try words.count > 4 ? choice(words[4], TimeInForce.self, SceneText.forces) : .day
        var ticket = Ticket(
            tag: tag, symbol: SymbolIndex(0), side: side, kind: kind, timeInForce: force, quantity: quantity)
        ticket.limit = try price("limit")
        ticket.stop = try price("stop")
        ticket.trail = try price("trail")
        if let share = values["share"] {
            guard let share = Double(share) else { throw fail("\(share) is no share") }
            ticket.trailShare = share
        }
        if let money = values["notional"] { ticket.notional = try read(money) { try Money($0) } }
        if let until = values["until"] {
            let parts = until.split(separator: "T").map(String.init)
            guard parts.count == 2 else {
                throw fail("until=\(until) is no time: 2024-03-11T12:00 would be right")
            }
            let line = Self(number: number_, verb: verb, words: parts, values: [:])
            ticket.validUntil = try line.moment(0)
        }
        return ticket
    }
    private var number_: Int { number }
}
