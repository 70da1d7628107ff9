import Domain
import Testing

@testable import Execution

/// Whatever the venue loses, repeats, delays and refuses: no more is ever out than was approved, never both legs, and in
/// the end nothing works.
@Suite("Execution, whatever the venue does")
struct ExecutionPropertyTests {
    static let start =
        TradingCalendar.xnys.session(on: CivilDate(2024, 3, 11))!.open + 30 * Nanoseconds.minute

    @Test("never more than was approved, never both of a pair, nothing left working, every order ends")
    func anything() throws {
        var generator = SplitMix64(for: "ExecutionPropertyTests")
        var tally = Tally()
        for _ in 0..<600 {
            let seed = generator.next()
            let first = try run(seed, &tally)
            var ignored = Tally()
            #expect(try run(seed, &ignored) == first, "the same run twice, seed \(seed)")
            #expect(
                try run(seed, restoringAt: Int(seed % 120), &ignored) == first,
                "a restored snapshot goes on otherwise, seed \(seed)")
        }
        // A test in which nothing happens proves nothing.
        #expect(tally.filled > 300 && tally.legs > 50 && tally.halts > 5 && tally.lost > 300, "\(tally)")
        #expect(tally.targets > 5 && tally.generations > 100, "\(tally)")
    }

    struct Tally {
        var filled = 0, legs = 0, halts = 0, lost = 0, targets = 0, generations = 0

        mutating func add(_ execution: Execution) {
            for plan in execution.plans {
                if plan.filled.isPositive { filled += 1 }
                if plan.generation > 0 { generations += 1 }
            }
            for (place, passage) in execution.passages.enumerated()
            where !execution.orders[place].fills.isEmpty {
                if passage.role == .stop { legs += 1 }
                if passage.role == .target { targets += 1 }
            }
        }
    }

    private func settings(_ generator: inout SplitMix64) -> ExecutionSettings {
        var settings = ExecutionSettings()
        settings.style = generator.one(in: 3) ? .market : .limit
        settings.offset = generator.one(in: 2) ? .adaptive : .fixed(.basisPoints(5))
        let over = 10 * Nanoseconds.minute
        settings.slicing =
            [
                .none, .none, .timeWeighted(over: over, slices: 4), .volumeWeighted(over: over, slices: 3),
                .participation(.percent(10)),
            ][generator.below(5)]
        settings.entryWindow = 0
        if generator.one(in: 2) {
            settings.bracket = BracketRule(
                stop: generator.one(in: 4) ? nil : .percent(2),
                target: generator.one(in: 4) ? nil : .percent(2))
        }
        settings.lot = Quantity(1)
        return settings
    }

    private func run(_ seed: UInt64, restoringAt step: Int? = nil, _ tally: inout Tally) throws -> [UInt8] {
        var generator = SplitMix64(seed: seed)
        let execution = Execution(settings(&generator), instruments: 1)
        var trial = Trial(execution: execution, seed: seed, generator: generator)
        try trial.run(restoringAt: step)
        try trial.end()
        tally.add(trial.execution)
        tally.halts += trial.halts
        tally.lost += trial.lost
        return trial.execution.snapshot()
    }

    struct Trial {
        var execution: Execution
        let seed: UInt64
        var generator: SplitMix64
        var venue = FakeVenue()
        var now = ExecutionPropertyTests.start
        var price = 100
        var faults = 0
        var rejects = false
        var truthful = false
        var halts = 0
        var lost = 0

        mutating func carry(_ outbox: Execution.Outbox) {
            if outbox.halt != nil { halts += 1 }
            for request in outbox.requests {
                if !truthful, faults > 0, generator.one(in: 12 / faults) {
                    lost += 1
                    // Lost for good, or only late.
                    if generator.one(in: 2) {
                        venue.late.append((now + Int64(generator.below(100)) * Nanoseconds.second, request))
                    }
                    continue
                }
                venue.take(
                    request,
                    rejects: !truthful && (rejects ? !generator.one(in: 4) : generator.one(in: 30)))
            }
        }

        mutating func deliver() throws {
            let mail = venue.mail
            venue.mail = []
            for report in mail {
                if !truthful, faults > 0 {
                    if generator.one(in: 15 / faults) { continue }
                    if generator.one(in: 8) {
                        venue.mail.append(report)
                        continue
                    }
                    if generator.one(in: 15) { venue.mail.append(report) }
                }
                var outbox = Execution.Outbox()
                try execution.onReport(report, at: now, &outbox)
                carry(outbox)
                check()
            }
        }

        /// Becomes what its own snapshot says, as after a crash.
        private mutating func restore() throws {
            let bytes = execution.snapshot()
            var fresh = Execution(execution.settings, instruments: 1)
            try fresh.restore(bytes, version: Execution.snapshotVersion)
            #expect(fresh.snapshot() == bytes, "seed \(seed)")
            execution = fresh
        }

        mutating func run(restoringAt restoring: Int?) throws {
            faults = generator.below(4)
            rejects = generator.one(in: 8)
            venue.tradesAfterCancel = generator.one(in: 4)
            var number: UInt64 = 0
            for step in 0..<120 {
                now += Int64(1 + generator.below(40)) * Nanoseconds.second
                if step == restoring { try restore() }
                var outbox = Execution.Outbox()
                switch generator.below(6) {
                case 0:
                    price = max(price + generator.below(5) - 2, 50)
                    outbox = execution.bar(
                        price, high: price + 1, low: price - 1, volume: 1 + generator.below(2_000), at: now)
                case 1 where step < 60 && number < 4:
                    number += 1
                    let enters = number % 2 == 1
                    try execution.approve(
                        enters ? .buy : .sell, 100, number: number, intent: enters ? .enter : .leave, at: now,
                        &outbox)
                case 2, 3: tradeSomething()
                default: execution.onTimer(at: now, &outbox)
                }
                carry(outbox)
                takeLate()
                check()
                try deliver()
            }
        }

        private mutating func takeLate() {
            let arrived = venue.late.filter { $0.at <= now }
            venue.late.removeAll { $0.at <= now }
            for (_, request) in arrived { venue.take(request) }
        }

        private mutating func tradeSomething() {
            let live = venue.ids.filter { venue.kept[$0]!.works || venue.tradesAfterCancel }
            guard !live.isEmpty else { return }
            let id = live[generator.below(live.count)]
            let kept = venue.kept[id]!
            let left = Int((kept.order.quantity - kept.filled).units / Quantity.scale)
            guard left > 0 else { return }
            let part = generator.one(in: 2) ? left : 1 + generator.below(left)
            venue.trade(id, Quantity(part), at: kept.order.limit ?? kept.order.stop ?? Price(price))
        }

        /// The venue answers from now on: everything comes to its end.
        mutating func end() throws {
            truthful = true
            for number in execution.plans.indices {
                var outbox = Execution.Outbox()
                execution.cancelPlan(number, because: "the end", at: now, &outbox)
                carry(outbox)
            }
            for _ in 0..<400 {
                now += 30 * Nanoseconds.second
                takeLate()
                try deliver()
                var outbox = Execution.Outbox()
                execution.onTimer(at: now, &outbox)
                #expect(execution.nextWake > now, "it wants to be called again at once, seed \(seed)")
                carry(outbox)
                // What protects a position would stand for ever: the position is sold by somebody else.
                for place in execution.activeGuards {
                    let kept = execution.guards[place]
                    var other = Execution.Outbox()
                    execution.onOtherTrade(kept.side, kept.held, of: 0, at: now, &other)
                    carry(other)
                }
                if execution.activePlans.isEmpty, execution.activeGuards.isEmpty, execution.watched.isEmpty,
                    venue.mail.isEmpty, venue.late.isEmpty
                {
                    break
                }
            }
            #expect(execution.activePlans.isEmpty, "a plan goes on for ever, seed \(seed)")
            #expect(execution.activeGuards.isEmpty, "a guard goes on for ever, seed \(seed)")
            for order in execution.orders {
                #expect(order.state.hasEnded, "\(order.order.id) is \(order.status) at the end, seed \(seed)")
            }
            for (id, kept) in venue.kept {
                #expect(!kept.works, "\(id) still works at the venue, seed \(seed)")
                let place = try #require(execution.place(of: id))
                // A fill after a confirmed cancellation whose report is lost is found by comparing positions only.
                guard !venue.tradesAfterCancel else { continue }
                let booked = execution.orders[place].fills.quantity
                #expect(booked == kept.filled, "\(booked) booked of \(kept.filled), seed \(seed)")
            }
        }

        /// What must hold after every message, by what the venue knows and not only by what it has told.
        func check() {
            for (number, plan) in execution.plans.enumerated() {
                var out = Quantity.zero
                var ids: Set<String> = []
                for place in plan.parts {
                    let id = execution.orders[place].order.id
                    #expect(ids.insert(id).inserted, "an id was used twice, seed \(seed)")
                    if let kept = venue.kept[id] { out += kept.filled + kept.remaining }
                }
                #expect(
                    out <= plan.order.quantity + venue.afterCancel,
                    "\(out) traded or working for \(plan.order.quantity), seed \(seed)")
                guard plan.protection >= 0 else { continue }
                var legs = Quantity.zero
                var stops = false
                var targets = false
                for (place, passage) in execution.passages.enumerated()
                where passage.plan == number && passage.role != .part {
                    guard let kept = venue.kept[execution.orders[place].order.id] else { continue }
                    legs += kept.filled
                    if kept.works, passage.role == .stop { stops = true }
                    if kept.works, passage.role == .target { targets = true }
                }
                #expect(!(stops && targets), "stop and target work together, seed \(seed)")
                let bought = plan.parts.reduce(Quantity.zero) {
                    $0 + (venue.kept[execution.orders[$1].order.id]?.filled ?? .zero)
                }
                #expect(legs <= bought + venue.afterCancel, "legs traded \(legs) of \(bought), seed \(seed)")
            }
        }
    }
}
