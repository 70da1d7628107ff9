import Domain
import Glibc
import TWS
import Testing

/// What the official clients say, recorded by `Tests/System/test_gateway_clients.py`, line by line.
func recorded(_ name: String) throws -> [String] {
    let folder = "\(#filePath)".split(separator: "/").dropLast().joined(separator: "/")
    let file = try #require(fopen("/\(folder)/Fixtures/\(name).txt", "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
}

func message(_ line: String) -> [UInt8] { line.utf8.map { $0 == UInt8(ascii: "|") ? 0 : $0 } }

/// A message's fields as the wire means them: 10 is 10.0, and an unset number is nothing.
func meaning(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\0", omittingEmptySubsequences: false).map {
        field in
        if field.hasPrefix("1.797693134862315") || field == "2147483647" { return "" }
        guard !field.isEmpty, field.allSatisfy({ "0123456789.-".contains($0) }), let number = Double(field)
        else {
            return String(field)
        }
        return "\(number)"
    }
}

@Suite("What official clients say, we say")
struct RecordedTests {
    static let share = TWSContract(stock: Symbol("AAA")!)

    @Test("questions and orders of the official client at version 157")
    func official() throws {
        let lines = try recorded("ibapi")
        func history(_ id: Int, _ symbol: String, _ end: Timestamp?, _ size: String, _ duration: String)
            -> TWSRequest
        {
            .history(
                id,
                TWSHistory(TWSContract(stock: Symbol(symbol)!), end: end, duration: duration, barSize: size))
        }
        let end = try Timestamp("2023-12-30T05:00:00Z")
        var buy = TWSOrder()
        (buy.id, buy.contract, buy.quantity, buy.reference) = (1, Self.share, Quantity(10), "one")
        var limit = buy
        (limit.id, limit.quantity, limit.type, limit.time) = (2, Quantity(5), "LMT", "GTC")
        (limit.limit, limit.reference) = (try Price("1.5"), "two")
        var changed = limit
        (changed.quantity, changed.limit) = (Quantity(6), try Price("1.25"))
        var parent = TWSOrder()
        (parent.id, parent.contract, parent.quantity, parent.type) = (3, Self.share, Quantity(3), "LMT")
        (parent.limit, parent.reference, parent.isTransmitted, parent.time) = (
            Price(500), "parent", false, ""
        )
        var target = parent
        (target.id, target.isBuy, target.limit, target.parent) = (4, false, Price(900), 3)
        (target.group, target.groupKind, target.reference) = ("pair", 1, "target")
        var stop = target
        (stop.id, stop.type, stop.limit, stop.auxiliary) = (5, "STP", nil, Price(2))
        (stop.isTransmitted, stop.reference) = (true, "stop")
        let ours: [TWSRequest] = [
            .start(client: 5), .currentTime, .contract(1, Self.share), history(2, "AAA", end, "1 day", "1 Y"),
            history(3, "AAA", end, "1 min", "1 D"), history(4, "ZZZ", nil, "1 min", "1 D"),
            .market(5, Self.share, isSnapshot: true), .place(buy), .place(limit), .place(changed),
            .place(parent),
            .place(target), .place(stop), .openOrders, .cancel(order: 2), .executions(7, since: nil),
            .positions,
            .summary(8, tags: ["TotalCashValue", "NetLiquidation", "BuyingPower"]),
            .accountUpdates(true, account: ""), .completedOrders,
        ]
        #expect(lines.count == ours.count + 1)
        for (line, request) in zip(lines, ours) {
            var theirs = meaning(message(line))
            let said = meaning(request.message(for: 157))
            // It asks for eTradeOnly and firmQuoteOnly, which brokers have ignored for years; its successors do not.
            if case .place = request { (theirs[53], theirs[54]) = ("0.0", "0.0") }
            #expect(said == theirs, "\(line)")
        }
    }

    @Test("orders of ib_async at version 178")
    func asynchronous() throws {
        let lines = try recorded("ib_async")
        var buy = TWSOrder()
        (buy.id, buy.contract, buy.quantity, buy.reference) = (7, Self.share, Quantity(10), "one")
        buy.contract.id = 4705
        (buy.contract.primaryExchange, buy.contract.localSymbol, buy.contract.tradingClass) = (
            "NASDAQ", "AAA", "NMS"
        )
        var theirs = meaning(message(try #require(lines.first)))
        // It says that it opens, which is for institutions, and that prices are not to be managed; we leave both open.
        #expect(theirs[24] == "O" && theirs[theirs.count - 7] == "0.0")
        theirs[24] = ""
        theirs[theirs.count - 7] = ""
        #expect(meaning(TWSRequest.place(buy).message(for: 178)) == theirs)
    }

    @Test("what they understood, we understand", arguments: [157, 178])
    func understood(version: Int) throws {
        let lines = try recorded("said-\(version)").dropFirst()
        var heard: [TWSAnswer] = []
        for line in lines { heard.append(try TWSAnswer(message(line), version: version)) }
        let orders = heard.compactMap { if case .openOrder(let order) = $0 { order } else { nil } }
        let bracket = try #require(orders.last { $0.order.group != "" || $0.order.parent > 0 })
        #expect(bracket.order.parent > 0 && bracket.permanent > 900_000 && !bracket.order.isBuy)
        #expect(
            orders.contains {
                $0.status == "Filled" && $0.order.reference == "one" && $0.order.quantity == Quantity(10)
            })
        #expect(orders.contains { $0.order.limit == (try? Price("1.25")) && $0.status == "Cancelled" })
        let executions = heard.compactMap { if case .execution(let part) = $0 { part } else { nil } }
        #expect(executions.first?.price == (try Price("100.01")) && executions.first?.isBuy == true)
        #expect(executions.first?.reference == "one" && executions.first?.total == Quantity(10))
        #expect(executions.contains { $0.request > 0 } && executions.contains { $0.request == -1 })
        #expect(
            heard.contains { if case .commission(let cost) = $0 { cost.amount == Money(1) } else { false } })
        #expect(
            heard.contains {
                if case .position(let held) = $0 { held.quantity == Quantity(13) } else { false }
            })
        #expect(
            heard.contains {
                if case .notice(let word) = $0 { word.code == 2104 && word.isWarning } else { false }
            })
        #expect(
            heard.contains {
                if case .contract(_, let known) = $0 { known.minTick == (try? Price("0.01")) } else { false }
            })
        #expect(
            heard.contains {
                if case .price(_, 1, let bid) = $0 { bid == (try? Price("99.99")) } else { false }
            })
        #expect(heard.contains(.accounts(["DU100"])) && heard.contains(.nextOrderId(1)))
        #expect(
            heard.contains { if case .summary(_, _, "TotalCashValue", _, "USD") = $0 { true } else { false } }
        )
        let ended = heard.compactMap { if case .completedOrder(let order) = $0 { order } else { nil } }
        let last = try #require(ended.first)
        #expect(ended.count == 1 && last.permanent == 900_001 && last.order.reference == "one")
        #expect(
            last.status == "Cancelled" && last.filled == Quantity(4) && last.order.quantity == Quantity(10))
        #expect(last.explanation == "Cancelled by Trader" && last.time == "20240311 09:30:00 US/Eastern")
        #expect(heard.contains(.completedOrdersEnd))
        // Nothing of it was passed over but what is known to be of no concern.
        let others = Set(heard.compactMap { if case .other(let kind) = $0 { kind } else { nil } })
        #expect(others.isSubset(of: [7, 8, 81]))
    }
}
