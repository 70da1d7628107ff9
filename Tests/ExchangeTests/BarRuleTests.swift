import Domain
import Testing

@testable import Exchange

@Suite("The rules of the exchange on bars")
struct BarRuleTests {
    static let scenes: [Scene] = [
        Scene(
            "a market order trades at the next open", bars: ["100 102 99 101", "103 104 100 101"],
            act: { $0.place(.buy, 10) }, gives: ["1 trades 10 at 103"]),
        Scene(
            "filled at the close, it trades at the close it was decided on", rules: { $0.fill = .close },
            bars: ["100 102 99 101", "103 104 100 101"], act: { $0.place(.sell, 10) },
            gives: ["1 trades 10 at 101"]),
        Scene(
            "a limit is not traded at the touch",
            bars: ["100 102 99 101", "101 102 99 100", "100 101 98 99"],
            act: { $0.place(.buy, 10, .limit, limit: 99) }, gives: ["1 trades 10 at 99"]),
        Scene(
            "a limit trades at the open where that is better", bars: ["100 102 99 101", "97 98 96 97"],
            act: { $0.place(.buy, 10, .limit, limit: 99) }, gives: ["1 trades 10 at 97"]),
        Scene(
            "an open at the limit itself is a touch, too",
            bars: ["100 102 99 101", "99 101 99 100"],
            act: { $0.place(.buy, 10, .limit, limit: 99) }, gives: []),
        Scene(
            "a limit to sell trades at its price when the market goes through it",
            bars: ["100 102 99 101", "101 105 100 104"],
            act: { $0.place(.sell, 10, .limit, limit: 103) }, gives: ["1 trades 10 at 103"]),
        Scene(
            "a stop is triggered inside the bar and trades at the stop",
            bars: ["100 102 99 101", "101 102 97 98"], act: { $0.place(.sell, 10, .stop, stop: 99) },
            gives: ["1 trades 10 at 99"]),
        Scene(
            "a stop gapped through fills at the open", bars: ["100 102 99 101", "95 96 94 95"],
            act: { $0.place(.sell, 10, .stop, stop: 99) }, gives: ["1 trades 10 at 95"]),
        Scene(
            "a stop to buy gapped through fills at the open", bars: ["100 102 99 101", "107 108 106 107"],
            act: { $0.place(.buy, 10, .stop, stop: 104) }, gives: ["1 trades 10 at 107"]),
        Scene(
            "a stop-limit gapped through rests until the price comes back",
            bars: ["100 102 99 101", "95 96 94 95", "95 99 95 98"],
            act: { $0.place(.sell, 10, .stopLimit, limit: 98.5, stop: 99) }, gives: ["1 trades 10 at 98.5"]),
        Scene(
            "a stop-limit trades at its stop where the limit allows it",
            bars: ["100 102 99 101", "101 102 97 98"],
            act: { $0.place(.sell, 10, .stopLimit, limit: 98.5, stop: 99) }, gives: ["1 trades 10 at 99"]),
        Scene(
            "a trailing stop follows the high and not back",
            bars: ["100 102 99 101", "101 106 101 105", "105 105.5 103 104"],
            act: { $0.place(.sell, 10, .trailingStop, trail: 2) }, gives: ["1 trades 10 at 104"]),
        Scene(
            "a trailing stop by percent", bars: ["100 102 99 100", "100 110 100 110", "110 110 90 95"],
            act: { $0.place(.sell, 10, .trailingStop, share: 0.1) }, gives: ["1 trades 10 at 99"]),
        Scene(
            "a trailing stop to buy follows the low",
            bars: ["100 102 99 100", "100 100 90 90", "90 95 90 94"],
            act: { $0.place(.buy, 10, .trailingStop, trail: 3) }, gives: ["1 trades 10 at 93"]),

        // The path in a bar.
        Scene(
            "the nearer extreme comes first: the target", bars: ["100 100 100 100", "100 102 97 99"],
            act: { $0.bracket(Floor.ticket(.buy, 10), target: 101, stop: 98) },
            gives: ["1 trades 10 at 100", "2 trades 10 at 101", "3 cancelled 10: otherOfPair"]),
        Scene(
            "the nearer extreme comes first: the stop", bars: ["100 100 100 100", "100 103 98 99"],
            act: { $0.bracket(Floor.ticket(.buy, 10), target: 101, stop: 98) },
            gives: ["1 trades 10 at 100", "3 trades 10 at 98", "2 cancelled 10: otherOfPair"]),
        Scene(
            "a tie goes the adverse way", bars: ["100 100 100 100", "100 102 98 99"],
            act: { $0.bracket(Floor.ticket(.buy, 10), target: 101, stop: 98) },
            gives: ["1 trades 10 at 100", "3 trades 10 at 98", "2 cancelled 10: otherOfPair"]),
        Scene(
            "pessimistic: the stop first", rules: { $0.path = .pessimistic },
            bars: ["100 100 100 100", "100 102 97 99"],
            act: { $0.bracket(Floor.ticket(.buy, 10), target: 101, stop: 98) },
            gives: ["1 trades 10 at 100", "3 trades 10 at 98", "2 cancelled 10: otherOfPair"]),
        Scene(
            "optimistic: the target first", rules: { $0.path = .optimistic },
            bars: ["100 100 100 100", "100 103 98 99"],
            act: { $0.bracket(Floor.ticket(.buy, 10), target: 101, stop: 98) },
            gives: ["1 trades 10 at 100", "2 trades 10 at 101", "3 cancelled 10: otherOfPair"]),

        // Volume.
        Scene(
            "no more trades than the volume allows; the rest stays", rules: { $0.participation = 0.1 },
            bars: ["100 100 100 100", "100 101 99 100 105", "101 101 99 100 2000"],
            act: { $0.place(.buy, 15) }, gives: ["1 trades 10 at 100", "1 trades 5 at 101"]),
        Scene(
            "orders of one symbol share the volume", rules: { $0.participation = 0.5 },
            bars: ["100 100 100 100", "100 101 99 100 20"],
            act: {
                $0.place(.buy, 8)
                $0.place(.sell, 8)
            }, gives: ["1 trades 8 at 100", "2 trades 2 at 100"]),
        Scene(
            "without participation volume is not looked at", rules: { $0.participation = nil },
            bars: ["100 100 100 100", "100 101 99 100 0"], act: { $0.place(.buy, 15) },
            gives: ["1 trades 15 at 100"]),

        // Time in force.
        Scene(
            "immediate or cancel: the rest is cancelled", rules: { $0.participation = 0.1 },
            bars: ["100 100 100 100", "100 101 99 100 100", "100 101 99 100"],
            act: { $0.place(.buy, 15, .market, .immediateOrCancel) },
            gives: ["1 trades 10 at 100", "1 cancelled 5: notAtOnce"]),
        Scene(
            "fill or kill: all or nothing", rules: { $0.participation = 0.1 },
            bars: ["100 100 100 100", "100 101 99 100 100", "100 101 99 100"],
            act: { $0.place(.buy, 15, .market, .fillOrKill) }, gives: ["1 cancelled 15: notAtOnce"]),
        Scene(
            "an immediate limit is cancelled where the open is not better",
            bars: ["100 100 100 100", "100 101 90 100"],
            act: { $0.place(.buy, 5, .limit, limit: 99, .immediateOrCancel) },
            gives: ["1 cancelled 5: notAtOnce"]),
        Scene(
            "a cancelled order trades no more", bars: ["100 100 100 100", "100 101 99 100"],
            act: {
                $0.place(.buy, 5)
                $0.cancel(1)
                $0.cancel(1)
            }, gives: ["1 cancelled 5: requested", "0 cancelRejected 0: unknownOrder"]),
        Scene(
            "an order takes the place of another", bars: ["100 100 100 100", "100 101 96 100"],
            act: {
                $0.place(.buy, 5, .limit, limit: 90)
                $0.replace(1, Floor.ticket(.buy, 8, .limit, limit: 97))
            }, gives: ["1 replaced 5: replaced", "2 trades 8 at 97"]),
        Scene(
            "kinds and times in force that do not go together are rejected",
            bars: ["100 100 100 100"],
            act: {
                $0.place(.sell, 5, .stop, stop: 99, .immediateOrCancel)
                $0.place(.sell, 5, .marketOnClose, .onOpen)
                $0.place(.sell, 0)
                $0.place(.sell, 5, .limit)
                $0.place(.sell, 5, .trailingStop)
            },
            gives: [
                "1 rejected 5: badCombination", "2 rejected 5: badCombination", "3 rejected 0: badQuantity",
                "4 rejected 5: badPrice", "5 rejected 5: badPrice",
            ]),

        // Brackets, pairs, chains.
        Scene(
            "a bracket is kept whole through partial fills", rules: { $0.participation = 0.1 },
            bars: [
                "100 100 100 100", "100 100 100 100 60", "100 100 97.5 98 40", "98 98 97 98 1000",
                "98 98 98 98",
            ],
            act: { $0.bracket(Floor.ticket(.buy, 10), target: 105, stop: 98) },
            gives: [
                // Six are bought, then four; then the stop sells all ten, as the volume allows.
                "1 trades 6 at 100", "1 trades 4 at 100", "3 trades 10 at 98", "2 cancelled 10: otherOfPair",
            ]),
        Scene(
            "what one leg trades in part is taken from the other", rules: { $0.participation = 0.1 },
            bars: [
                "100 100 100 100", "100 100 100 100", "100 106 100 105 40", "100 100 97 97", "97 97 97 97",
            ],
            act: { $0.bracket(Floor.ticket(.buy, 10), target: 105, stop: 98) },
            gives: [
                "1 trades 10 at 100", "2 trades 4 at 105", "3 state 4: otherOfPair", "3 trades 6 at 98",
                "2 cancelled 6: otherOfPair",
            ]),
        Scene(
            "legs end with an entry that never traded", bars: ["100 100 100 100", "100 100 100 100"],
            act: {
                $0.bracket(Floor.ticket(.buy, 10, .limit, limit: 90), target: 105, stop: 88)
                $0.cancel(1)
            },
            gives: ["1 cancelled 10: requested", "2 cancelled 10: parent", "3 cancelled 10: parent"]),
        Scene(
            "legs keep what their entry traded before it was cancelled", rules: { $0.participation = 0.1 },
            bars: ["100 100 100 100", "100 100 100 100 60", "100 106 100 106"],
            act: { $0.bracket(Floor.ticket(.buy, 10, .market, .immediateOrCancel), target: 105, stop: 88) },
            gives: [
                "1 trades 6 at 100", "1 cancelled 4: notAtOnce", "2 state 4: parent", "3 state 4: parent",
                "2 trades 6 at 105", "3 cancelled 6: otherOfPair",
            ]),
        Scene(
            "of a pair one cancels the other", bars: ["100 100 100 100", "100 104 96 100"],
            act: {
                $0.pair(
                    Floor.ticket(.sell, 10, .limit, limit: 103), Floor.ticket(.sell, 10, .stop, stop: 97))
            }, gives: ["2 trades 10 at 97", "1 cancelled 10: otherOfPair"]),
        Scene(
            "one order lets loose another, in proportion", rules: { $0.participation = 0.1 },
            bars: ["100 100 100 100", "100 100 100 100 50", "100 103 100 100 1000", "100 103 100 100 1000"],
            act: {
                $0.chain(Floor.ticket(.buy, 10), then: Floor.ticket(.sell, 20, .limit, limit: 102))
            }, gives: ["1 trades 5 at 100", "1 trades 5 at 100", "2 trades 20 at 102"]),
        Scene(
            "a group with a bad order is rejected as a whole", bars: ["100 100 100 100"],
            act: { $0.bracket(Floor.ticket(.buy, 10), target: 105, stop: 0) },
            gives: ["1 rejected 10: group", "2 rejected 10: parent", "3 rejected 10: badPrice"]),

        // Money.
        Scene(
            "an amount of money buys what it pays for, fees included",
            rules: {
                $0.commission = BasisPointCommission([100])
                $0.lot = Quantity(1)
            }, bars: ["100 100 100 100", "103 104 100 101"],
            act: { $0.place(.buy, 1_000, notional: 1_000) },
            gives: ["1 trades 9 at 103 for 9.27", "1 cancelled 991: notionalSpent"]),
        Scene(
            "a cash account does not spend more than it has, nor sell what it does not hold",
            rules: { $0.margin.kind = .cash },
            bars: ["100 100 100 100", "101 101 101 101 5000"],
            act: {
                $0.place(.buy, 1_001)
                $0.place(.sell, 1)
                $0.place(.buy, 1_000)
            },
            gives: [
                "1 rejected 1001: buyingPower", "2 rejected 1: shortInCashAccount", "3 trades 990 at 101",
                "3 cancelled 10: buyingPower",
            ]),
        Scene(
            "twice the equity can be bought overnight and four times within a session",
            rules: { $0.margin.kind = .regulationT },
            bars: ["100 100 100 100"],
            act: {
                $0.place(.buy, 4_001)
                $0.place(.buy, 4_000)
                $0.place(.buy, 1)
            }, gives: ["1 rejected 4001: buyingPower", "3 rejected 1: buyingPower"]),
        Scene(
            "positions are closed when equity falls below the maintenance margin",
            rules: { $0.margin.kind = .regulationT },
            bars: ["100 100 100 100", "100 100 100 100 5000", "100 100 80 80 5000", "79 79 79 79 5000"],
            act: { $0.place(.buy, 4_000) },
            gives: ["1 trades 4000 at 100", "liquidation trades 4000 at 79"]),
        Scene(
            "a position that the account's own order closes first is not closed a second time",
            rules: { $0.margin.kind = .regulationT },
            bars: ["100 100 100 100", "100 100 100 100 5000", "100 100 65 65 5000", "59 59 59 59 5000"],
            act: {
                $0.place(.buy, 2_000)
                $0.place(.sell, 2_000, .stop, stop: 60)
            },
            gives: [
                "1 trades 2000 at 100", "2 trades 2000 at 59", "liquidation cancelled 2000: liquidation",
            ]),
        Scene(
            "shares that are hard to borrow are not sold short",
            rules: {
                $0.margin.kind = .regulationT
                $0.borrow.hardToBorrow = [Floor.symbol]
            }, bars: ["100 100 100 100"], act: { $0.place(.sell, 1) }, gives: ["1 rejected 1: hardToBorrow"]),

        // Costs.
        Scene(
            "slippage makes market orders worse, and limits never",
            rules: { $0.slippage = BasisPointSlippage([10]) },
            bars: ["100 100 100 100", "100 104 98 100"],
            act: {
                $0.place(.buy, 1)
                $0.place(.sell, 1)
                $0.place(.buy, 1, .limit, limit: 99)
                $0.place(.sell, 1, .stop, stop: 98)
            },
            gives: [
                "1 trades 1 at 100.1", "2 trades 1 at 99.9", "3 trades 1 at 99", "4 trades 1 at 97.902",
            ]),
        Scene(
            "slippage by the average true range", rules: { $0.slippage = RangeSlippage([0.5]) },
            bars: ["100 104 100 102", "102 104 100 102"], act: { $0.place(.buy, 1) },
            gives: ["1 trades 1 at 104"]),
        Scene(
            "slippage by the square root of the share of the volume",
            rules: { $0.slippage = SquareRootSlippage([0.1]) },
            bars: ["100 100 100 100", "100 100 100 100 400"], act: { $0.place(.buy, 100) },
            gives: ["1 trades 100 at 105"]),
        Scene(
            "half of an assumed spread", rules: { $0.slippage = HalfSpreadSlippage([20]) },
            bars: ["100 100 100 100", "100 100 100 100"], act: { $0.place(.buy, 1) },
            gives: ["1 trades 1 at 100.1"]),
        Scene(
            "the minimum of a commission is paid once an order",
            rules: {
                $0.commission = PerShareCommission([0.01, 1, 0])
                $0.participation = 0.1
            },
            bars: ["100 100 100 100", "100 100 100 100 500", "100 100 100 100 1000", "100 100 100 100 1000"],
            act: { $0.place(.buy, 200) },
            gives: ["1 trades 50 at 100 for 1", "1 trades 100 at 100 for 0.5", "1 trades 50 at 100 for 0.5"]),
        Scene(
            "a commission is capped by its share of the worth",
            rules: { $0.commission = PerShareCommission([1, 1, 0.01]) },
            bars: ["100 100 100 100", "10 10 10 10"], act: { $0.place(.buy, 100) },
            gives: ["1 trades 100 at 10 for 10"]),
        Scene(
            "sellers pay the regulators, rounded up to the cent",
            rules: {
                $0.regulatoryFees = RegulatoryFees()
                $0.commission = PerOrderCommission([1])
            }, bars: ["100 100 100 100", "100 100 100 100"],
            act: {
                $0.place(.buy, 100)
                $0.place(.sell, 100)
            }, gives: ["1 trades 100 at 100 for 1", "2 trades 100 at 100 for 1.1"]),

        // Latency.
        Scene(
            "an order that arrives within a bar can trade from the next on",
            rules: { $0.latency.order = ConstantLatency([1]) },
            bars: ["100 100 100 100", "101 101 101 101", "102 102 102 102"], act: { $0.place(.buy, 1) },
            gives: ["1 trades 1 at 102"]),
        Scene(
            "a cancellation can come too late", rules: { $0.latency.order = ConstantLatency([1]) },
            bars: ["100 100 100 100", "101 101 101 101", "102 102 102 102"],
            act: {
                $0.place(.buy, 1)
                $0.exchange.advance(to: $0.now + Nanoseconds.millisecond, &$0.reports)
                $0.now = $0.now + 61 * Nanoseconds.second - Nanoseconds.second
                $0.cancel(1)
            }, gives: ["1 trades 1 at 102", "0 cancelRejected 0: unknownOrder"]),
    ]

    @Test("each rule of the table", arguments: scenes)
    func rule(_ scene: Scene) throws {
        let said = try scene.play()
        #expect(said == scene.expected)
    }
}
