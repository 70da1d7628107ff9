import Configuration
import Domain
import Testing

@testable import Explaining

/// With one blank where there are several.
private func squeezed(_ text: String) -> String { text.split(separator: " ").joined(separator: " ") }

@Suite("An account at a moment")
struct MomentTests {
    private let day = SmallDay()

    @Test("before anything was said there is nothing, then an order works, then it is held")
    func moments() throws {
        let state = StateFolder()
        try day.write(to: state)
        let search = try StateSearch(state.path)
        let before = try AccountMoment(day.first.adding(-1), in: search)
        #expect(before.newest == nil && before.account == nil && before.signals.isEmpty)
        let between = try AccountMoment(day.second.adding(-1), in: search)
        #expect(between.account?.what.cash == Money(100_000))
        #expect(between.orders.map(\.what.order.id) == [SmallDay.id] && between.positions.isEmpty)
        #expect(between.signals.map(\.what.strength) == [1])
        let after = try AccountMoment(day.second, in: search)
        #expect(after.orders.isEmpty && after.positions.map(\.what.quantity) == [Quantity(10)])
        // The price is that of the last bar, and not that of the fill.
        #expect(after.prices[day.symbol]?.what == Price(210))
        let text = after.text(paint: .plain)
        #expect(squeezed(text).contains("IBM 10 205 210 2100.00 50.00"), "\(text)")
        #expect(text.contains("orders working: none"))
    }

    @Test("a day as a moment is its end, and a time needs its zone")
    func words() throws {
        #expect(try moment("2012-03-05", "TIME", isEnd: true) == Timestamp("2012-03-05T23:59:59.999999999Z"))
        #expect(throws: Failure.self) { try moment("2012-03-05T21:00:00", "TIME", isEnd: true) }
    }

    @Test(
        "figures keep four digits that count",
        arguments: [
            (0.004, "0.004"), (0.0080372, "0.008037"), (0.2, "0.2"), (27, "27"), (22017.6, "22018"), (0, "0"),
            (-0.03, "-0.03"), (203.4567, "203.5"),
        ])
    func figures(number: Double, text: String) { #expect(figureText(number) == text) }

    @Test("of risk's settings those are limits that say something")
    func limits() {
        let limits = AccountMoment.limits(
            "risk.preset = basic\nrisk.lists = []\nrisk.a = off\nfeed.span = 1d\n")
        #expect(limits.map(\.key) == ["risk.preset"] && limits.map(\.value) == ["basic"])
    }
}

@Suite("Decisions compared")
struct DecisionTests {
    private let day = SmallDay()

    @Test("what is the same is alike")
    func alike() throws {
        let (a, b) = (StateFolder(), StateFolder())
        try day.write(to: a)
        try day.write(to: b)
        let comparison = DecisionComparison(try Decisions(a.path), try Decisions(b.path))
        #expect(comparison.areAlike)
        #expect(comparison.rows.map(\.kind) == ["signal/S1", "proposal", "verdict", "order", "fill"])
        #expect(comparison.rows.map(\.left) == [1, 1, 2, 1, 1])
    }

    @Test("the first difference is told with its fields, and what one side lacks")
    func differs() throws {
        let (a, b) = (StateFolder(), StateFolder())
        try day.write(to: a)
        try day.write(to: b, quantity: 12, isFilled: false)
        let comparison = DecisionComparison(try Decisions(a.path), try Decisions(b.path))
        #expect(!comparison.areAlike && comparison.rows[0].first == nil)
        let row = try #require(comparison.earliest)
        #expect(row.kind == "proposal" && row.first == 1)
        #expect(
            comparison.differences(of: row).map(\.description) == ["order_proposal.order.quantity: 10 or 12"])
        let fills = try #require(comparison.rows.last)
        #expect(fills.right == 0 && comparison.differences(of: fills).map(\.right) == ["absent"])
        let text = comparison.text(paint: .plain)
        #expect(squeezed(text).contains("fill 1 0 not the first"), "\(text)")
    }

    @Test("one strategy is compared with another by what it decided, and not by its name")
    func strategies() throws {
        let a = StateFolder()
        try day.write(to: a)
        let alone = try Decisions("\(a.path):S1")
        #expect(alone.lists.keys.sorted() == ["fill", "order", "proposal", "signal", "verdict"])
        #expect(throws: Failure.self) { try Decisions("\(a.path):S2") }
        #expect(DecisionComparison(alone, try Decisions("\(a.path)/strategist/all:S1")).rows[0].first == nil)
    }
}
