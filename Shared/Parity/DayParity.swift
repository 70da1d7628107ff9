import Backtesting
import Domain
import Exchange

/// A day's profit as it was, as its backtest has it, and what lies between them, cause by cause.
///
/// The day is run again with one thing less each time: first without what people traded and told, then without rejections too, then by
/// the model's fees, its fills, its delays, and at last on the bars as they are known today. Each run decides for itself on
/// what it is told, from the first instant of the record on. What a step changes in the day's profit is its cause's; so the
/// sum is the difference, to the last unit.
public struct DayParity: Sendable {
    public struct Part: Sendable {
        public let cause: DifferenceCause
        public let amount: Money
    }

    public let day: CivilDate
    public let live: Money
    public let backtest: Money
    /// In the order of the causes.
    public let parts: [Part]
    /// What no cause explains: today's programs decide otherwise than those of that day, or a mesh otherwise than a
    /// backtest.
    public var other: Money { live - backtest - parts.reduce(Money.zero) { $0 + $1.amount } }

    /// `plan` is what was traded, `model` the account whose exchange the backtest believes in, `known` the bars as they are
    /// known today, where somebody knows them otherwise.
    public init(
        _ record: LiveRecord, _ plan: DeskPlan, model: DeskPlan, known: BarTable? = nil, on day: CivilDate
    ) throws {
        self.day = day
        let cash = plan.settings.cash
        live = record.profit(of: day, from: cash)
        let hasRejected = record.sent.values.contains(where: \.isRejected)
        // What the backtest's exchange refuses as well is no difference.
        let shared =
            hasRejected
            ? try DayParity.run(record, plan, model, Set(DifferenceCause.allCases), on: day).rejected : []
        func run(_ record: LiveRecord, _ without: Set<DifferenceCause>) throws -> Money {
            try DayParity.run(record, plan, model, without, sharing: shared, on: day).profit
        }
        var without: Set<DifferenceCause> = []
        var profit = try run(record, without)
        var parts: [Part] = []
        for cause in DifferenceCause.allCases {
            without.insert(cause)
            var next = profit
            switch cause {
            // What was not there cannot be taken away.
            case .hand where !record.hasHand: break
            case .reject where !hasRejected: break
            case .data:
                guard let known else { break }
                next = try run(record.with(known), without)
            default: next = try run(record, without)
            }
            parts.append(Part(cause: cause, amount: profit - next))
            profit = next
        }
        self.parts = parts
        backtest = try DayParity.backtest(known ?? record.table, plan, model, on: day)
    }

    /// The day's profit without these causes, and the orders that the simulated exchange rejected.
    private static func run(
        _ record: LiveRecord, _ plan: DeskPlan, _ model: DeskPlan, _ without: Set<DifferenceCause>,
        sharing shared: Set<String> = [], on day: CivilDate
    ) throws -> (profit: Money, rejected: Set<String>) {
        var venue = RecordedVenue(record, model.exchange, without: without, sharing: shared)
        var chain = try DeskChain(plan)
        var worth = DayWorth(of: day, from: plan.settings.cash)
        for instant in record.instants {
            let step = Message(
                topic: .step(.market, of: "feed.1"), sentAt: instant.at, body: .step(Step(time: instant.at)))
            let told = without.contains(.hand) ? DeskChain.Told() : instant.told
            let sent = chain.take(venue.take(instant, step), instant.bars, step, told)
            venue.ask(sent)
            for message in sent {
                guard case .account(let account) = message.body else { continue }
                worth.note(account.equity, at: instant.at)
            }
        }
        return (worth.profit, venue.rejected)
    }

    private static func backtest(
        _ table: BarTable, _ plan: DeskPlan, _ model: DeskPlan, on day: CivilDate
    ) throws -> Money {
        var settings = plan.settings
        settings.rules = model.settings.rules
        settings.hours = model.settings.hours
        let record = try Backtest.run(plan.participants, on: Market(table), settings)
        return DayWorth(record.days.map { ($0.at, $0.equity) }, of: day, from: settings.cash).profit
    }
}

extension LiveRecord {
    /// Its bars as a backtest takes them.
    var table: BarTable {
        var table = BarTable()
        for instant in instants {
            for message in DeskChain.inOrder(instant.bars) {
                if case .bar(let bar) = message.body { table.append(bar, closingAt: instant.at) }
            }
        }
        return table
    }

    /// The same with other bars, and without what a venue said on the first ones.
    func with(_ table: BarTable) -> LiveRecord {
        var instants: [Instant] = []
        for row in 0..<table.count {
            let at = Timestamp(nanoseconds: table.closesAt[row])
            if instants.last?.at != at { instants.append(Instant(at: at, bars: [], venue: [])) }
            let bar = table.bar(row)
            instants[instants.count - 1].bars.append(
                Message(
                    topic: .bar("\(bar.span)", bar.symbol), number: UInt64(row + 1), epoch: 1, sentAt: at,
                    originAt: at, body: .bar(bar)))
        }
        return LiveRecord(instants, requests: [], equities: [])
    }
}
