import Domain
import Strategies
import Testing

@testable import Backtesting

@Suite("Strategies that warm up on history")
struct WarmUpTests {
    private static let plans = [Case.all[0], Case.all[4], Case.all[9], Case.all[10], Case.all[11]]

    private func message(_ body: Body, on topic: Topic, at now: Timestamp) -> Message {
        Message(topic: topic, number: 1, epoch: 1, sentAt: now, originAt: now, body: body)
    }

    /// Shows a desk instants of the market, and gives what it says.
    private func show(
        _ market: Market, _ station: inout Meshlet.Station<StrategyDesk>, from first: Timestamp,
        to end: Timestamp
    ) throws -> [Signal] {
        station.sent = []
        market.eachInstant { bars, actions, now in
            guard now >= first, now < end else { return }
            for action in actions {
                station.take(message(action.body, on: .action(action.symbol), at: now), at: now)
            }
            for bar in bars { station.take(message(bar.body, on: .bar("1d", bar.symbol), at: now), at: now) }
            let step = message(.step(Step(time: now)), on: .step(.market, of: "feed.1"), at: now)
            station.take(step, at: now)
        }
        return station.sent.compactMap { if case .signal(let signal) = $0.body { signal } else { nil } }
    }

    @Test(
        "say from the first bar on what they say of that bar after so many others, and nothing before",
        arguments: plans)
    func sameAsWarm(_ each: Case) throws {
        let market = try Markets.acted(each.table(3), seed: 3)
        let setup = try DeskPlan(
            each.settings(), each.strategies(), symbols: market.symbols, span: Nanoseconds.day
        ).strategist()
        let count = try setup.barsBefore()
        let row = market.bars.count * 2 / 3
        let first = Timestamp(nanoseconds: market.bars.closesAt[row])
        let before = (0..<market.bars.count).filter { market.bars.closesAt[$0] < first.nanoseconds }
        var known: [Bar] = []
        for symbol in market.symbols {
            known += before.map { market.bars.bar($0) }.filter { $0.symbol == symbol }.suffix(count)
        }
        let splits = market.actions.map(\.action).filter { $0.kind == .split && $0.exAt < first }
        #expect(!splits.isEmpty)

        // One is told of them by the historian, in several messages, and put away in between.
        var told = Meshlet.Station<StrategyDesk>(setup)
        told.take(
            message(.answer(Answer(id: "old", bars: known, more: true)), on: .history, at: .zero), at: .zero)
        for split in splits { told.take(message(split.body, on: .history, at: .zero), at: .zero) }
        told.take(message(.answer(Answer(id: "new", more: true)), on: .history, at: .zero), at: .zero)
        for split in splits { told.take(message(split.body, on: .history, at: .zero), at: .zero) }
        for bar in known {
            told.take(
                message(.answer(Answer(id: "new", bars: [bar], more: true)), on: .history, at: .zero),
                at: .zero)
        }
        try told.restart(setup)
        told.take(message(.answer(Answer(id: "new")), on: .historyEnd, at: .zero), at: .zero)
        #expect(told.sent.isEmpty)

        // The other one was shown them as they happened, by today's shares.
        var shown = Meshlet.Station<StrategyDesk>(setup)
        var past = Market()
        for bar in known.sorted(by: { ($0.closesAt, $0.symbol) < ($1.closesAt, $1.symbol) }) {
            var measure = Measure()
            for split in splits where split.symbol == bar.symbol && split.exAt > bar.openedAt {
                try measure.split(split)
            }
            past.bars.append(measure.real(bar), closingAt: bar.closesAt)
        }
        _ = try show(past, &shown, from: .distantPast, to: first)
        let said = try show(market, &told, from: first, to: .distantFuture)
        #expect(!said.isEmpty)
        if setup.members.count == 1 {
            #expect(try show(market, &shown, from: first, to: .distantFuture) == said)
        }
    }

    @Test("without history say nothing of the first bars: the test above can fail")
    func cold() throws {
        let each = Case.all[0]
        let market = Market(try each.table(3))
        let setup = try DeskPlan(
            each.settings(), each.strategies(), symbols: market.symbols, span: Nanoseconds.day
        ).strategist()
        #expect(try setup.barsBefore() == 29)
        var cold = Meshlet.Station<StrategyDesk>(setup)
        let end = Timestamp(nanoseconds: market.bars.closesAt[20 * 4])
        #expect(try show(market, &cold, from: .distantPast, to: end).isEmpty)
    }
}
