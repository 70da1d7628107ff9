import Domain
import HTTP
import Testing

@testable import RemoteProviders

@Suite("the courier")
struct CourierTests {
    private func courier(
        _ transport: ScriptedTransport, rates: [Rate] = [], parallel: Int = 4,
        _ change: (inout Courier.Manners) -> Void = { _ in }
    ) -> Courier {
        var manners = Courier.Manners()
        change(&manners)
        return Courier(
            transport,
            lanes: ["host": Lane(rates, parallelMax: parallel), "other": Lane([], parallelMax: 1)], manners)
    }

    @Test("what fails in passing is asked again, the pauses longer each time")
    func again() throws {
        let transport = ScriptedTransport { number, _ in
            switch number {
            case 1: status(500)
            case 2: .failure(HTTPFault(.cutShort, "cut"))
            case 3: good("bad")
            default: good()
            }
        }
        let pages = try courier(transport).ask(Pages(left: 1), of: "host")
        #expect(pages.taken == ["ok"])
        let pauses = zip(transport.sent, transport.sent.dropFirst()).map {
            ($1.at - $0.at) / Nanoseconds.millisecond
        }
        #expect(pauses.count == 3)
        for (pause, base) in zip(pauses, [Int64(500), 1000, 2000]) {
            #expect((base / 2...base * 3 / 2 + 11).contains(pause))
        }
    }

    @Test("after three repetitions it is over, and the reason has no secret")
    func over() {
        let transport = ScriptedTransport { _, _ in good("bad") }
        let error = #expect(throws: ProviderFault.self) {
            try self.courier(transport).ask(Pages(left: 1), of: "host")
        }
        #expect(error == ProviderFault(.wrong, "host said bad, and …"))
        #expect(transport.sent.count == 4)
    }

    @Test("each page has repetitions of its own")
    func pages() throws {
        let transport = ScriptedTransport { number, _ in number % 4 == 0 ? good() : status(503) }
        #expect(try courier(transport).ask(Pages(left: 5), of: "host").taken.count == 5)
        #expect(transport.sent.count == 20)
    }

    @Test("what may not be sent twice is not")
    func once() {
        let transport = ScriptedTransport { _, _ in status(500) }
        #expect(throws: ProviderFault.self) {
            try self.courier(transport).ask(Pages(left: 1, isRepeatable: false), of: "host")
        }
        #expect(transport.sent.count == 1)
    }

    @Test("a refusal is final, but for one that comes after answers")
    func refused() throws {
        let wrongKey = ScriptedTransport { _, _ in status(401) }
        #expect(throws: ProviderFault.self) { try self.courier(wrongKey).ask(Pages(left: 1), of: "host") }
        #expect(wrongKey.sent.count == 1)
        let hiccup = ScriptedTransport { number, _ in number == 2 ? status(401) : good() }
        #expect(try courier(hiccup).ask(Pages(left: 2), of: "host").taken.count == 2)
        let revoked = ScriptedTransport { number, _ in number > 1 ? status(401) : good() }
        #expect(throws: ProviderFault.self) { try self.courier(revoked).ask(Pages(left: 2), of: "host") }
        #expect(revoked.sent.count == 3)
    }

    @Test("Retry-After holds for all that is asked of that provider, and for no other")
    func retryAfter() {
        let transport = ScriptedTransport { number, request in
            number == 1 ? status(429, [("retry-after", "30")]) : good(request.address.path)
        }
        let courier = courier(transport, parallel: 1)
        for tag in 1...3 { courier.put(Pages(left: 1, name: "host"), to: "host", tag: tag) }
        courier.put(Pages(left: 1, name: "other"), to: "other", tag: 4)
        let began = transport.now
        var ended: [Int] = []
        while !courier.isIdle { ended += courier.wait().map(\.tag) }
        #expect(ended.first == 4)
        #expect(Set(ended) == [1, 2, 3, 4])
        for request in transport.sent.dropFirst() where request.request.address.path.hasPrefix("/host") {
            #expect(request.at - began >= 30 * Nanoseconds.second)
        }
    }

    @Test("who wants to be left alone for longer than there is patience has failed, and says until when")
    func impatient() {
        let transport = ScriptedTransport { _, _ in status(429, [("retry-after", "3600")]) }
        let courier = courier(transport)
        let error = #expect(throws: ProviderFault.self) { try courier.ask(Pages(left: 1), of: "host") }
        #expect(error?.kind == .limited(until: courier.rest(of: "host")))
        #expect(courier.rest(of: "host") != nil && courier.rest(of: "other") == nil)
        #expect(transport.sent.count == 1)
    }

    @Test("limits of rate and of what is under way hold, whatever is put")
    func bounds() {
        let transport = ScriptedTransport { _, _ in good() }
        let courier = courier(transport, rates: [Rate(10, per: Nanoseconds.second)], parallel: 2) {
            $0.parallelMax = 3
        }
        for tag in 0..<50 { courier.put(Pages(left: 2), to: tag % 2 == 0 ? "host" : "other", tag: tag) }
        var ended: Set<Int> = []
        while !courier.isIdle { ended.formUnion(courier.wait().map(\.tag)) }
        #expect(ended.count == 50 && transport.sent.count == 100)
        #expect(transport.together <= 3)
    }

    @Test("an allowance is spent as it is needed, and then it is over until there is more")
    func allowance() {
        let transport = ScriptedTransport { _, _ in good() }
        let courier = courier(transport, rates: [Rate(25, per: Nanoseconds.day)])
        for tag in 0..<30 { courier.put(Pages(left: 1), to: "host", tag: tag) }
        let began = transport.now
        var faults: [ProviderFault] = []
        while !courier.isIdle {
            for end in courier.wait() { if case .failure(let fault) = end.outcome { faults.append(fault) } }
        }
        #expect(transport.sent.count == 25 && transport.now - began < Nanoseconds.second)
        #expect(
            faults.count == 5 && faults.allSatisfy { $0.kind == .limited(until: began + Nanoseconds.day) })
    }

    @Test("the same seed waits the same")
    func deterministic() {
        func moments() -> [Timestamp] {
            let transport = ScriptedTransport { number, _ in number % 3 == 0 ? good() : status(500) }
            let courier = courier(transport)
            for tag in 0..<20 { courier.put(Pages(left: 2), to: "host", tag: tag) }
            while !courier.isIdle { _ = courier.wait() }
            return transport.sent.map(\.at)
        }
        #expect(moments() == moments())
    }
}
