import Domain

/// Messages by chance, from a seed.
struct Chance {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    private mutating func units() -> Int64 { Int64(truncatingIfNeeded: next()) >> below(60) }

    private mutating func text() -> String {
        ["", "AAPL", "a 'quoted' \"word\"", "tab\tand\nline", "ÄÖÜ 漢字", "back\\slash \\N", "zero\0byte"][
            below(7)]
    }

    private mutating func symbol() -> Symbol { Symbol(["AAPL", "BRK.B", "KO", "", "ÄÖÜ"][below(5)])! }

    private mutating func real() -> Double {
        [0, -0.5, 1, 1e-300, .nan, .infinity, Double(units()) / 7][below(7)]
    }

    private mutating func order() -> Order {
        Order(
            id: text(), account: text(), strategy: text(), symbol: symbol(),
            side: below(2) == 0 ? .buy : .sell,
            kind: OrderKind.allCases[below(9)], quantity: Quantity(units: units()),
            limit: below(2) == 0 ? nil : Price(units: units()),
            stop: below(2) == 0 ? nil : Price(units: units()),
            trailShare: real(), timeInForce: TimeInForce.allCases[below(7)],
            orderClass: OrderClass.allCases[below(4)], parent: text(),
            validUntil: Timestamp(nanoseconds: units()),
            notional: below(2) == 0 ? nil : Money(units: units()))
    }

    private mutating func figures() -> [Figure] {
        (0..<below(3)).map { Figure(name: "figure \($0)", value: real()) }
    }

    /// A body that has a table; of every kind but a bar.
    mutating func body() -> Body {
        switch below(9) {
        case 0:
            Signal(
                strategy: text(), symbol: symbol(), strength: real(), confidence: real(),
                quantity: below(2) == 0 ? nil : Quantity(units: units()), horizon: units(), reason: text(),
                figures: figures()
            ).body
        case 1: OrderProposal(order: order(), reason: text(), price: Price(units: units())).body
        case 2:
            Verdict(
                approved: below(2) == 0, order: order(),
                checks: [
                    CheckResult(name: text(), passed: true, figure: real(), limit: 1, explanation: text())
                ]
            ).body
        case 3:
            Halt(
                account: text(), active: below(2) == 0, kind: text(), reason: text(), by: text(),
                figures: figures()
            )
            .body
        case 4:
            OrderUpdate(
                order: order(), status: OrderStatus.allCases[below(13)], filled: Quantity(units: units()),
                averagePrice: Price(units: units()), reason: text()
            ).body
        case 5:
            Fill(
                id: text(), orderId: text(), account: text(), strategy: text(), symbol: symbol(),
                quantity: Quantity(units: units()), price: Price(units: units()), fee: Money(units: units()),
                at: Timestamp(nanoseconds: units())
            ).body
        case 6:
            Position(
                account: text(), symbol: symbol(), quantity: Quantity(units: units()),
                realised: Money(units: units()),
                fill: below(2) == 0 ? nil : Fill(id: "x"), closed: below(2) == 0 ? nil : Money(units: units())
            ).body
        case 7: Account(account: text(), cash: Money(units: units()), equity: Money(units: units())).body
        default:
            CorporateAction(
                symbol: symbol(), kind: ActionKind.allCases[below(5)],
                exAt: Timestamp(nanoseconds: Int64(below(40))),
                numerator: units(), denominator: units(), amount: Price(units: units())
            ).body
        }
    }

    /// Messages of a few topics, each numbered on its own.
    mutating func messages(_ count: Int) -> [Message] {
        var last: [String: UInt64] = [:]
        return (0..<count).map { index in
            let body = body()
            let topic = "trading/\(body.kind!)/\(below(3))"
            last[topic, default: 0] += 1
            let cause = Cause(topic: Topic("market/bar/1m/AAPL"), epoch: 1, number: UInt64(index))
            return Message(
                topic: Topic(topic), number: last[topic]!, epoch: 2,
                sentAt: Timestamp(nanoseconds: Int64(index)),
                sender: text(), cause: below(4) == 0 ? nil : cause, body: body)
        }
    }
}
