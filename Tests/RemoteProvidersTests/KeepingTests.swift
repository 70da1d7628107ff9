import Domain
import HTTP
import Testing

@testable import RemoteProviders

/// A provider that answers with the number of the question.
private struct Numbered: Provider {
    let name = "host"
    let rates: [Rate] = []
    let parallelMax = 1
    var lacks: String?
}

@Suite("answers that are kept")
struct KeepingTests {
    private func answers(_ transport: ScriptedTransport, memory: Int = 1 << 20) -> Answers {
        var manners = Courier.Manners()
        manners.retriesMax = 0
        let courier = Courier(transport, lanes: ["host": Lane([], parallelMax: 1)], manners)
        return Answers(
            courier, AnswerStore(folder: nil, filesMax: 0, memoryMax: memory),
            spans: [.quotes: 300 * Nanoseconds.second, .answers: 0, .companies: 0])
    }

    private func taken(_ answered: Answers.Answered) -> [String] { (answered.inquiry as? Pages)?.taken ?? [] }

    @Test("what stands is not asked for again; what is over is; what fails is stood in for")
    func standing() throws {
        let transport = ScriptedTransport { number, _ in number < 3 ? good("\(number)") : status(500) }
        let answers = answers(transport)
        let candidates: [(provider: any Provider, inquiry: any Inquiry)] = [(Numbered(), Pages(left: 1))]
        #expect(taken(try answers.ask("a", .quotes, candidates)) == ["1"])
        transport.now += 299 * Nanoseconds.second
        #expect(taken(try answers.ask("a", .quotes, candidates)) == ["1"] && transport.sent.count == 1)
        transport.now += 2 * Nanoseconds.second
        #expect(taken(try answers.ask("a", .quotes, candidates)) == ["2"] && transport.sent.count == 2)
        transport.now += 3600 * Nanoseconds.second
        let old = try answers.ask("a", .quotes, candidates)
        #expect(taken(old) == ["2"] && old.isStale && old.faults.count == 1)
        #expect(throws: ProviderFault.self) { try answers.ask("b", .quotes, candidates) }
    }

    @Test("memory has a bound, and what was used last stays")
    func bound() {
        let store = AnswerStore(folder: nil, filesMax: 0, memoryMax: 1000)
        func kept(_ name: String) -> KeptAnswer {
            KeptAnswer(
                name: name, at: .zero,
                answers: [HTTPResponse(status: 200, body: [UInt8](repeating: 65, count: 200))])
        }
        for name in ["a", "b", "c"] { store.keep(kept(name), inFiles: false) }
        #expect(store.find("a", inFiles: false) != nil)
        store.keep(kept("d"), inFiles: false)
        #expect(store.find("b", inFiles: false) == nil)
        #expect(["a", "c", "d"].allSatisfy { store.find($0, inFiles: false) != nil })
    }

    @Test("a kept answer is read as it was written, and no damaged one is read")
    func files() throws {
        let kept = KeptAnswer(
            name: "yahoo quotes A", at: Timestamp(seconds: 7),
            answers: [
                HTTPResponse(status: 404, headers: [("set-cookie", "A3=secret")], body: []),
                HTTPResponse(status: 200, body: Array("{\n}\n".utf8)),
            ])
        let bytes = kept.bytes
        #expect(!String(decoding: bytes, as: UTF8.self).contains("secret"))
        let again = try #require(KeptAnswer(bytes))
        #expect(again.answers.map(\.body) == kept.answers.map(\.body) && again.bytes == bytes)
        #expect(again.answers[0].header("set-cookie") == "kept=1")
        for end in 0..<bytes.count where end != 0 {
            if let short = KeptAnswer(Array(bytes[..<end])) { #expect(short.answers.count < 2) }
        }
    }
}
