import Configuration
import Domain
import Explaining
import Mesh

/// What an account came to, by day and by strategy, from the transcripts that its services kept: of all its days, or of
/// one.
struct AccountReport {
    struct Day {
        let date: CivilDate
        var signals = 0
        var orders = 0
        var rejected = 0
        var fills = 0
        var fees = Money.zero
        var halts = 0
        /// At the end of the day.
        var equity: Money
    }

    struct Strategy {
        let name: String
        var signals = 0
        var orders = 0
        var fills = 0
        var traded = Money.zero
        var fees = Money.zero
        /// Of what was closed, fees taken off.
        var profit = Money.zero
    }

    /// The day that is told of; nothing for all.
    private let asked: CivilDate?
    private var allDays: [Day] = []
    private(set) var strategies: [Strategy] = []
    private(set) var cash: Money
    private(set) var highWater: Money
    private(set) var deepest = 0.0
    /// Of the last order that was filled: something to ask about.
    private(set) var lastFilled: String?
    /// Halts and what people told the services, in the order in which it was said.
    private(set) var said: [(at: Timestamp, text: String)] = []
    /// How often each check of risk rejected an order, and how often the venue refused one for each reason.
    private(set) var checks: [String: Int] = [:]
    private(set) var refusals: [String: Int] = [:]

    init(_ search: StateSearch, cash: Money, on asked: CivilDate? = nil) throws {
        self.asked = asked
        self.cash = cash
        highWater = cash
        let wanted: Set<UInt32> = Set(
            [BodyKind.signal, .account, .position, .orderUpdate, .fill, .verdict, .halt].map {
                UInt32($0.rawValue)
            })
        let told = try search.messages(where: { _, head in wanted.contains(UInt32(head.bodyField)) }) { _ in
            true
        }
        guard search.problems.isEmpty else { throw Failure(search.problems[0]) }
        // Within an instant the order does not matter: what is counted is counted once.
        let inOrder = told.map(\.message).sorted {
            ($0.sentAt, $0.topic.text, $0.epoch, $0.number) < ($1.sentAt, $1.topic.text, $1.epoch, $1.number)
        }
        var known: Set<OrderName> = []
        for message in inOrder { take(message, &known) }
        strategies.sort { $0.name < $1.name }
        try hear(search)
        said.sort { ($0.at, $0.text) < ($1.at, $1.text) }
    }

    /// A command bears the time of its giver's clock, which need not be that of the data: it belongs to the instant after
    /// which it was taken. Two services take the same one.
    private mutating func hear(_ search: StateSearch) throws {
        let wanted: Set<UInt32> = Set([BodyKind.step, .command].map { UInt32($0.rawValue) })
        var known: Set<String> = []
        for shard in search.shards where ["risk", "execution"].contains(shard.name.prefix { $0 != "/" }) {
            var now = Timestamp.zero
            try shard.each(where: { _, head in wanted.contains(UInt32(head.bodyField)) }) { copy in
                switch copy.message.body {
                case .step(let step): now = max(now, step.time)
                case .command(let command):
                    guard isAsked(now), known.insert(command.id).inserted else { return }
                    said.append((now, copy.message.telling))
                default: break
                }
            }
        }
    }

    private func isAsked(_ moment: Timestamp) -> Bool {
        asked == nil || EasternTime.local(at: moment).date == asked
    }

    private mutating func take(_ message: Message, _ known: inout Set<OrderName>) {
        let day = day(of: message.sentAt)
        let isAsked = isAsked(message.sentAt)
        switch message.body {
        case .signal(let signal):
            allDays[day].signals += 1
            if isAsked { strategies[strategy(signal.strategy)].signals += 1 }
        case .orderUpdate(let update):
            if known.insert(update.order.name).inserted {
                allDays[day].orders += 1
                if isAsked { strategies[strategy(update.order.strategy)].orders += 1 }
            }
            guard isAsked else { return }
            if update.status == .filled { lastFilled = update.order.id }
            if update.status == .rejectedByBroker { refusals[update.reason, default: 0] += 1 }
        case .verdict(let verdict):
            guard !verdict.approved, message.topic != .guardVerdict else { return }
            allDays[day].rejected += 1
            if isAsked {
                for check in verdict.checks where !check.passed { checks[check.name, default: 0] += 1 }
            }
        case .fill(let fill):
            allDays[day].fills += 1
            allDays[day].fees += fill.fee
            guard isAsked else { return }
            let place = strategy(fill.strategy)
            strategies[place].fills += 1
            strategies[place].fees += fill.fee
            strategies[place].traded += Money.worth(of: fill.quantity, at: fill.price) ?? .zero
        case .position(let position):
            guard isAsked, let fill = position.fill, let closed = position.closed else { return }
            strategies[strategy(fill.strategy)].profit += closed
        case .halt(let halt):
            if halt.active { allDays[day].halts += 1 }
            if isAsked { said.append((message.sentAt, "\(message.sender) \(message.telling)")) }
        case .account(let account) where message.topic == .account:
            allDays[day].equity = account.equity
            highWater = max(highWater, account.equity)
            if isAsked { deepest = max(deepest, Double(highWater - account.equity) / Double(highWater)) }
        default: break
        }
    }

    private mutating func day(of moment: Timestamp) -> Int {
        let date = EasternTime.local(at: moment).date
        if let last = allDays.last, last.date == date { return allDays.count - 1 }
        allDays.append(Day(date: date, equity: allDays.last?.equity ?? cash))
        return allDays.count - 1
    }

    private mutating func strategy(_ name: String) -> Int {
        if let place = strategies.firstIndex(where: { $0.name == name }) { return place }
        strategies.append(Strategy(name: name))
        return strategies.count - 1
    }

    var days: [Day] { asked.map { asked in allDays.filter { $0.date == asked } } ?? allDays }
    /// From which day to which something is known.
    var known: (first: CivilDate, last: CivilDate)? {
        allDays.first.flatMap { first in allDays.last.map { (first.date, $0.date) } }
    }
    /// What the first day that is told of began with.
    var begun: Money {
        guard let first = days.first else { return cash }
        return allDays.last { $0.date < first.date }?.equity ?? cash
    }
    var equity: Money { days.last?.equity ?? cash }
    var orders: Int { days.reduce(0) { $0 + $1.orders } }
    var fills: Int { days.reduce(0) { $0 + $1.fills } }

    // MARK: in words

    func text(_ paint: Paint) -> String {
        var byDay = Table(columns: [
            .text("day"), .number("signals"), .number("rejected"), .number("orders"), .number("fills"),
            .number("fees"), .number("halts"), .number("equity"), .number("profit"),
        ])
        var before = begun
        for day in days {
            byDay.add([
                "\(day.date)", "\(day.signals)", "\(day.rejected)", "\(day.orders)", "\(day.fills)",
                AmountText.cents(day.fees), "\(day.halts)", AmountText.cents(day.equity),
                AmountText.change(day.equity - before),
            ])
            before = day.equity
        }
        var byStrategy = Table(columns: [
            .text("strategy"), .number("signals"), .number("orders"), .number("fills"), .number("traded"),
            .number("fees"), .number("closed profit"),
        ])
        for strategy in strategies {
            byStrategy.add([
                strategy.name, "\(strategy.signals)", "\(strategy.orders)", "\(strategy.fills)",
                AmountText.cents(strategy.traded), AmountText.cents(strategy.fees),
                AmountText.change(strategy.profit),
            ])
        }
        let deepest = AmountText.share(Money(units: Int64(deepest * 1e9)), of: Money(units: 1_000_000_000))
        return byDay.text(paint: paint) + "\n" + byStrategy.text(paint: paint)
            + "\nFrom \(AmountText.cents(begun)) to \(AmountText.cents(equity)), "
            + "\(AmountText.change(equity - begun)); the deepest fall was \(deepest) of the highest equity.\n"
    }

    func write(_ json: inout JSONWriter) {
        json.object { json in
            json.key("cash")
            json.string("\(begun)")
            json.key("equity")
            json.string("\(equity)")
            json.key("max_drawdown")
            json.number(deepest)
            json.key("days")
            json.array { json in
                for day in days {
                    json.object { json in
                        json.key("day")
                        json.string("\(day.date)")
                        for (name, count) in [
                            ("signals", day.signals), ("rejected", day.rejected), ("orders", day.orders),
                            ("fills", day.fills), ("halts", day.halts),
                        ] {
                            json.key(name)
                            json.integer(count)
                        }
                        json.key("fees")
                        json.string("\(day.fees)")
                        json.key("equity")
                        json.string("\(day.equity)")
                    }
                }
            }
            json.key("strategies")
            json.array { json in
                for strategy in strategies {
                    json.object { json in
                        json.key("strategy")
                        json.string(strategy.name)
                        for (name, count) in [
                            ("signals", strategy.signals), ("orders", strategy.orders),
                            ("fills", strategy.fills),
                        ] {
                            json.key(name)
                            json.integer(count)
                        }
                        for (name, amount) in [
                            ("traded", strategy.traded), ("fees", strategy.fees),
                            ("closed_profit", strategy.profit),
                        ] {
                            json.key(name)
                            json.string("\(amount)")
                        }
                    }
                }
            }
        }
    }
}
