import Testing

@testable import Domain

@Suite struct OrderNameTests {
    private func id(_ number: UInt64) -> OrderId {
        OrderId(account: "a", cause: Cause(topic: Topic("trading/proposal"), epoch: 1, number: number))
    }

    @Test("a name is read as it was written, be it a hash of ours or what somebody else thought of")
    func text() {
        let ours = (0..<100).map { id($0).text }
        let others = [
            "", "o1", "liquidation", String(repeating: "0", count: 31), String(repeating: "0", count: 33),
            // Not written as we write it, so it is another one's.
            id(1).text.uppercased(), String(repeating: "g", count: 32), String(repeating: "é", count: 16),
        ]
        for text in ours + others {
            let name = OrderName(text)
            #expect(name.text == text)
            var order = Order(id: text)
            #expect(order.id == text && order.name == name)
            order.id = "another"
            #expect(order.id == "another" && order.name != name)
        }
        #expect(Set((ours + others).map { OrderName($0) }).count == ours.count + others.count)
    }

    @Test("the name of an id is that of its text")
    func ids() throws {
        for number in 0..<100 as Range<UInt64> {
            let id = id(number)
            #expect(
                OrderName(id) == OrderName(id.text) && OrderName(id).hashValue == OrderName(id.text).hashValue
            )
            #expect(OrderName(id).digest == OrderName(id.text).digest)
            #expect(try #require(OrderId(text: id.text)) == id)
        }
        #expect(
            OrderName(id(1)) != OrderName(id(2))
                && OrderName("") != OrderName(String(repeating: "0", count: 32)))
    }

    @Test("what is no digit of ours, wherever it stands, makes no id")
    func digits() {
        let text = Array(id(3).text.utf8)
        for place in text.indices {
            for byte in 0...127 as ClosedRange<UInt8> {
                var other = text
                other[place] = byte
                let words = String(decoding: other, as: UTF8.self)
                #expect(OrderId(text: words)?.text == ("0123456789abcdef".utf8.contains(byte) ? words : nil))
            }
        }
    }

    @Test("a name adds the same to a hash whoever made it, and another one another")
    func hash() throws {
        func hash(_ name: OrderName) -> UInt128 {
            var hash = WordHash()
            hash.add(name)
            return hash.value
        }
        let ids = (0..<100).map { id($0) }
        for id in ids { #expect(hash(OrderName(id)) == hash(OrderName(id.text))) }
        let others = ["", "o1", "liquidation", String(repeating: "g", count: 32)]
        let hashes = ids.map { hash(OrderName($0)) } + others.map { hash(OrderName($0)) }
        #expect(Set(hashes).count == ids.count + others.count)
    }
}
