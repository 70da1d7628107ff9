import Domain
import Explaining

/// Holds each approval against the limits of the account, at the moment at which risk gave it, by books of its own.
struct LimitAudit {
    /// What is approved and has neither been filled nor ended.
    private struct Pending {
        let symbol: Symbol
        let isPurchase: Bool
        /// In shares, or in money where it is for an amount.
        var shares: Double
        var money: Double?
    }

    private let limits: ChaosLimits
    private let lot: Double
    private var books: PlainBooks
    private var pending: [String: Pending] = [:]
    private var approvedAt: [Timestamp] = []
    private var halts: Set<String> = []
    private(set) var finding: ChaosFinding?
    private(set) var approved = 0
    /// How many were made smaller or refused.
    private(set) var curbed = 0

    /// Approvals are worked over time: a part that ends is not the end of what was approved.
    private let works: Bool
    private let lineage: Lineage

    /// `lot` is the smallest part of a share that is traded.
    init(_ testimony: Testimony, _ limits: ChaosLimits, cash: Money, lot: Double, works: Bool = false) {
        self.limits = limits
        self.lot = lot
        self.works = works
        lineage = Lineage(testimony)
        books = PlainBooks(cash: cash)
        for copy in testimony.all(of: "risk") {
            guard let sentence = absorb(copy) else { continue }
            finding = ChaosFinding("limits", sentence, at: copy.name.text)
            return
        }
    }

    private mutating func absorb(_ copy: Copy) -> String? {
        switch (copy.isSent, copy.message.body) {
        case (false, .bar(let bar)): books.mark(bar.symbol, at: bar.close)
        case (false, .brokerReport(let report)): book(report)
        case (false, .planEnd(let plan)): pending[plan.orderId] = nil
        case (true, .halt(let halt)):
            if halt.active { halts.insert(halt.kind) } else { halts.remove(halt.kind) }
        // What guards a position is no larger than that, and passes no limit.
        case (true, .verdict) where copy.message.topic == .guardVerdict: break
        case (true, .verdict(let verdict)):
            if verdict.checks.contains(where: { !$0.passed }) { curbed += 1 }
            guard verdict.approved else { return nil }
            approved += 1
            defer { begin(verdict.order, at: copy.message.sentAt) }
            return judge(verdict.order, at: copy.message.sentAt)
        default: break
        }
        return nil
    }

    private mutating func book(_ report: BrokerReport) {
        // What was bought is worth what it was worth: limits hold at the last price, not at that of a fill.
        let price = report.fill.flatMap { books.prices[$0.symbol] }
        books.book(report)
        if let fill = report.fill, let price { books.mark(fill.symbol, at: Price(units: Int64(price))) }
        let id = lineage.approval(of: report.orderId)
        switch report.kind {
        case .rejected, .cancelled, .expired: if !works { pending[id] = nil }
        case .filled:
            guard let fill = report.fill, var order = pending[id], order.isPurchase == (fill.side == .buy)
            else {
                return
            }
            order.shares -= Double(fill.quantity)
            if let money = order.money { order.money = money - Double(fill.quantity) * Double(fill.price) }
            // Of an amount of money there may be left what buys nothing any more.
            let isDone = order.money.map { $0 < lot * Double(fill.price) } ?? (order.shares < lot / 2)
            pending[id] = isDone ? nil : order
        default: break
        }
    }

    private mutating func begin(_ order: Order, at now: Timestamp) {
        pending[order.id] = Pending(
            symbol: order.symbol, isPurchase: order.side == .buy, shares: Double(order.quantity),
            money: order.notional.map { Double($0) })
        approvedAt.append(now)
    }

    private func price(of symbol: Symbol) -> Double { Double(books.prices[symbol] ?? 0) / 1e6 }

    /// At the last price; an amount of money buys no more shares than it was for when it was approved.
    private func worth(_ order: Pending) -> Double {
        let atPrice = order.shares * price(of: order.symbol)
        guard let money = order.money else { return atPrice }
        return order.shares > 0 ? min(money, atPrice) : money
    }

    /// What a symbol's position comes to when all that is on its way is done.
    private func coming(_ symbol: Symbol) -> Double {
        pending.values.filter { $0.symbol == symbol }.reduce(Double(books.worth(of: symbol)) / 1e6) {
            $0 + ($1.isPurchase ? worth($1) : -worth($1))
        }
    }

    /// What is broken by an approval. Sales close what is held: no limit holds them back.
    private func judge(_ order: Order, at now: Timestamp) -> String? {
        let asked = Pending(
            symbol: order.symbol, isPurchase: order.side == .buy, shares: Double(order.quantity),
            money: order.notional.map { Double($0) })
        let worth = worth(asked)
        // Purchases may take up what rounding to a unit leaves.
        let slack = 0.01
        func broken(_ name: String, _ figure: Double, _ limit: Double) -> String? {
            figure <= limit + slack
                ? nil : "\(name): order \(order.id) was approved at \(figure) of at most \(limit)"
        }
        let recent = approvedAt.reversed().prefix { now - $0 < Nanoseconds.minute }.count + 1
        guard asked.isPurchase else { return nil }
        if let kind = halts.first { return "order \(order.id) was approved while \(kind) halts the account" }
        let equity = Double(books.equity) / 1e6
        let gross = Set(pending.values.map(\.symbol)).union(books.quantities.keys).reduce(0) {
            $0 + coming($1).magnitude
        }
        let spent = pending.values.reduce(0) { $0 + ($1.isPurchase ? self.worth($1) : -self.worth($1)) }
        return broken("order worth", worth, limits.orderWorth)
            ?? broken("position size", coming(order.symbol) + worth, limits.positionShare * equity)
            ?? broken("gross exposure", gross + worth, limits.grossShare * equity)
            ?? broken("cash reserve", limits.cashShare * equity, Double(books.cash) / 1e6 - spent - worth)
            ?? broken("orders a minute", Double(recent), Double(limits.ordersAMinute))
    }
}
