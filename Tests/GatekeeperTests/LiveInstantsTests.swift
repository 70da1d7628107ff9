import Domain
import Testing

@testable import Gatekeeper

@Suite("The instants of a live market")
struct LiveInstantsTests {
    private static let open = CivilDate(2024, 3, 11).midnightUTC + 810 * Nanoseconds.minute
    private static let names = ["A", "B", "C"].map { Symbol($0)! }
    private let second = Nanoseconds.second
    private let host = Timestamp(seconds: 1_900_000_000)

    /// The bar of a symbol and a minute.
    private func bar(_ name: String, _ minute: Int) -> Bar {
        Bar(
            symbol: Symbol(name)!, span: Nanoseconds.minute,
            openedAt: LiveInstantsTests.open + Int64(minute) * Nanoseconds.minute, open: Price(100),
            high: Price(200),
            low: Price(1), close: Price(100), volume: Volume(1))
    }

    private func given(_ bars: [Bar]) -> [LiveInstants.Given] { bars.map { .init($0, by: "there") } }

    private func end(_ minute: Int) -> Timestamp { bar("A", minute).closesAt }

    private func instants(after last: Timestamp? = nil, latest: [Symbol: Timestamp] = [:]) -> LiveInstants {
        LiveInstants(LiveInstantsTests.names, grace: 2 * second, after: last, latest: latest)
    }

    /// `A0 B0 |0` for two bars and the end of their minute; `late` where the time is none of a minute.
    private func told(_ outputs: [LiveInstants.Output]) -> String {
        func minute(_ moment: Timestamp) -> String {
            let past = moment - LiveInstantsTests.open
            return past % Nanoseconds.minute == 0 ? "\(past / Nanoseconds.minute - 1)" : "late"
        }
        var words: [String] = []
        for output in outputs {
            switch output {
            case .datum(.bar(let bar), let at):
                let own = minute(bar.closesAt)
                words.append("\(bar.symbol)\(own)" + (minute(at) == own ? "" : "@\(minute(at))"))
            case .datum(.quote(let quote), let at): words.append("q\(quote.symbol)@\(minute(at))")
            case .datum(.corporateAction(let action), let at): words.append("x\(action.symbol)@\(minute(at))")
            case .datum(.dataFault(let mark), _):
                // Right behind the bar that stands in.
                #expect(
                    mark.standInCameAt.map { $0 >= host } == true
                        && words.last?.hasPrefix("\(mark.symbol)") == true)
            case .datum: words.append("?")
            case .correction(let bar, let at): words.append("c\(bar.symbol)@\(minute(at))")
            case .end(let at): words.append("|\(minute(at))")
            }
        }
        return words.joined(separator: " ")
    }

    private func action(_ name: String, before minute: Int) -> CorporateAction {
        CorporateAction(
            symbol: Symbol(name)!, exAt: bar(name, minute).openedAt - 5 * Nanoseconds.hour, numerator: 2,
            denominator: 1)
    }

    @Test("what a company does has an instant of its own, before the first minute of its ex-date")
    func actions() {
        var instants = instants()
        instants.take(action("A", before: 1440))
        instants.take(action("B", before: 1440))
        instants.take(action("A", before: 1440))
        for name in ["A", "B", "C"] { instants.take(bar(name, 0), at: host) }
        #expect(told(instants.next(at: host)) == "A0 B0 C0 |0")
        #expect(instants.awaits(action("A", before: 1440)))
        instants.take(bar("B", 1440), at: host)
        #expect(told(instants.next(at: host)) == "xA@1139 xB@1139 |1139 B1440")
        #expect(!instants.awaits(action("A", before: 1440)))
        #expect(told(instants.next(at: host + 2 * second)) == "|1440")
    }

    @Test(
        "what becomes known in the middle of a minute waits for its end, and is said at once then",
        arguments: [0, 1])
    func lateActions(restarts: Int) {
        var instants = instants()
        for name in ["A", "B", "C"] { instants.take(bar(name, 0), at: host) }
        instants.take(bar("A", 1), at: host)
        #expect(told(instants.next(at: host)) == "A0 B0 C0 |0 A1")
        if restarts > 0 {
            instants = self.instants(after: end(0), latest: [Symbol("A")!: bar("A", 1).openedAt])
        }
        instants.take(action("C", before: 1))
        instants.take(bar("B", 1), at: host)
        #expect(told(instants.next(at: host)) == "B1")
        instants.take(bar("A", 2), at: host)
        #expect(told(instants.next(at: host + 2 * second)) == "|1 xC@late |late A2 |2")
    }

    @Test("an instant ends at once when each symbol has its bar")
    func complete() {
        var instants = instants()
        instants.take(bar("A", 0), at: host)
        instants.take(bar("B", 0), at: host)
        #expect(told(instants.next(at: host)) == "A0 B0")
        instants.take(bar("C", 0), at: host + second)
        #expect(told(instants.next(at: host + second)) == "C0 |0")
        #expect(instants.last == end(0))
        #expect(instants.nextAt == .distantFuture)
    }

    @Test("a correction goes with the instant that ends next, and never opens one by itself")
    func corrections() {
        var instants = instants()
        for name in ["A", "B"] { instants.take(bar(name, 0), at: host) }
        instants.take(correction: bar("A", 0), at: host)
        instants.take(bar("C", 0), at: host)
        #expect(told(instants.next(at: host)) == "A0 B0 C0 cA@0 |0")
        instants.take(correction: bar("B", 0), at: host)
        #expect(instants.nextAt == .distantFuture)
        for name in ["A", "B", "C"] { instants.take(bar(name, 1), at: host) }
        #expect(told(instants.next(at: host)) == "A1 B1 C1 cB@1 |1")
    }

    @Test("it ends after the grace where one has no bar, and what is later waits for that")
    func grace() {
        var instants = instants()
        instants.take(bar("A", 0), at: host)
        #expect(instants.nextAt == host + 2 * second)
        instants.take(bar("B", 1), at: host + second)
        #expect(told(instants.next(at: host + 2 * second - 1)) == "A0")
        #expect(told(instants.next(at: host + 2 * second)) == "|0 B1")
        #expect(told(instants.next(at: host + 3 * second)) == "|1")
    }

    @Test("bars that come in the wrong order go in the right one")
    func order() {
        var instants = instants()
        for (name, minute) in [("A", 1), ("A", 0), ("B", 1), ("C", 0), ("C", 1), ("B", 0)] {
            instants.take(bar(name, minute), at: host)
        }
        #expect(told(instants.next(at: host)) == "A0 C0 B0 |0 A1 B1 C1 |1")
    }

    @Test("a bar that comes after its minute goes at once, in an instant of its own")
    func late() {
        var instants = instants()
        instants.take(bar("A", 0), at: host)
        _ = instants.next(at: host + 2 * second)
        instants.take(bar("A", 1), at: host + 60 * second)
        instants.take(bar("B", 0), at: host + 60 * second)
        #expect(told(instants.next(at: host + 60 * second)) == "B0@late |late A1")
        #expect(instants.lateBars == 1)
        instants.take(bar("B", 1), at: host + 61 * second)
        instants.take(bar("C", 1), at: host + 61 * second)
        #expect(told(instants.next(at: host + 61 * second)) == "B1 C1 |1")
    }

    @Test("quotes go while their minute is the oldest, and one that is late goes with the next minute")
    func quotes() {
        var instants = instants()
        func quote(_ minute: Int) {
            let quote = Quote(symbol: Symbol("A")!, at: end(minute) - second)
            instants.take(.quote(quote), of: quote.at, at: host)
        }
        quote(0)
        #expect(told(instants.next(at: host)) == "qA@0")
        // Nothing shows yet that the minute is over.
        #expect(told(instants.next(at: host + 600 * second)) == "")
        quote(1)
        #expect(told(instants.next(at: host)) == "")
        #expect(told(instants.next(at: host + 2 * second)) == "|0 qA@1")
        quote(0)
        #expect(told(instants.next(at: host + 2 * second)) == "qA@1")
    }

    @Test(
        "what was missed is filled in: what is there is left out, and all minutes but the newest end at once")
    func fill() {
        var instants = instants()
        for name in ["A", "B", "C"] { instants.take(bar(name, 0), at: host) }
        _ = instants.next(at: host)
        // B had no trade in minute 1, C's of minute 3 is not there yet.
        instants.fill(
            given([
                bar("A", 0), bar("B", 0), bar("C", 0), bar("A", 1), bar("C", 1), bar("A", 2), bar("B", 2),
                bar("C", 2), bar("A", 3), bar("B", 3),
            ]), at: host)
        #expect(told(instants.next(at: host)) == "A1 C1 |1 A2 B2 C2 |2 A3 B3")
        #expect(instants.repeated == 3)
        #expect(instants.knows(bar("A", 3)) && !instants.knows(bar("C", 3)))
        instants.take(bar("C", 3), at: host)
        #expect(told(instants.next(at: host)) == "C3 |3")
        // The second answer has one bar that the first did not have.
        instants.fill(given([bar("A", 3), bar("B", 1), bar("B", 3), bar("C", 3)]), at: host)
        #expect(told(instants.next(at: host)) == "")
        #expect(instants.repeated == 7)
    }

    @Test("each bar tells who gave it, unless the first stream did, and those of history when they came")
    func origins() {
        var instants = instants()
        instants.take(bar("A", 0), at: host)
        instants.take(bar("B", 0), of: "other", at: host)
        for name in ["A", "B"] { instants.take(bar(name, 1), at: host) }
        var marks: [DataFault] = []
        func note(_ outputs: [LiveInstants.Output]) {
            for case .datum(.dataFault(let mark), _) in outputs { marks.append(mark) }
        }
        note(instants.next(at: host + 2 * second))
        #expect(instants.last == end(1))
        // One of the history's that comes after its minute has ended, and a late one of the other stream.
        instants.fill(given([bar("C", 0)]), at: host + 3 * second)
        instants.take(bar("C", 1), of: "other", at: host)
        note(instants.next(at: host))
        #expect(marks.map(\.provider) == ["other", "there", "other"])
        #expect(marks.map(\.at) == [end(0), end(0), end(1)])
        #expect(marks.map(\.standInCameAt) == [nil, host + 3 * second, nil])
    }

    @Test("a minute that was said in part before a crash is completed, and nothing is said twice")
    func crash() {
        let open0 = bar("A", 0).openedAt
        var instants = instants(
            after: end(0),
            latest: [
                Symbol("A")!: bar("A", 1).openedAt, Symbol("B")!: bar("B", 1).openedAt, Symbol("C")!: open0,
            ])
        #expect(instants.said == end(0))
        instants.fill(
            given(["A", "B", "C"].map { bar($0, 0) } + ["A", "B", "C"].map { bar($0, 1) }), at: host)
        #expect(told(instants.next(at: host)) == "C1 |1")
        #expect(instants.repeated == 5)
        // All of it was said but its end.
        var other = LiveInstants(
            LiveInstantsTests.names, grace: 2 * second, after: nil,
            latest: Dictionary(uniqueKeysWithValues: LiveInstantsTests.names.map { ($0, open0) }))
        #expect(other.said == open0)
        other.fill(given(["A", "B", "C"].map { bar($0, 0) }), at: host)
        #expect(told(other.next(at: host)) == "|0")
    }

    @Test("the same bars end in the same instants whatever the order and the pace in which they come")
    func anyOrder() {
        var chance = SplitMix64(seed: 11)
        for _ in 0..<200 {
            let minutes = 6
            // Each symbol's bars in their order, the symbols mixed within two minutes.
            var queue = (0..<minutes).flatMap { minute in ["A", "B", "C"].map { bar($0, minute) } }
            for at in queue.indices.dropLast()
            where chance.next() % 3 == 0 && queue[at].symbol != queue[at + 1].symbol {
                queue.swapAt(at, at + 1)
            }
            var instants = instants()
            var outputs: [LiveInstants.Output] = []
            for bar in queue {
                instants.take(bar, at: host)
                if chance.next() % 2 == 0 { outputs += instants.next(at: host) }
            }
            outputs += instants.next(at: host)
            var ends = 0
            var bars: Set<String> = []
            for output in outputs {
                switch output {
                case .datum(.bar(let bar), let at):
                    #expect(bar.closesAt == at && at == end(ends))
                    #expect(bars.insert("\(bar.symbol)\(bar.openedAt)").inserted)
                case .datum, .correction: Issue.record("no bar")
                case .end(let at):
                    #expect(at == end(ends))
                    ends += 1
                }
            }
            #expect(ends == minutes && bars.count == queue.count)
        }
    }
}
