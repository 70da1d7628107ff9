import Domain
import Mesh
import Wire

/// The account's books once more, by what the portfolio's transcript says that it heard. What portfolio tells of the
/// account and of each position has to be the same to the millionth. What nobody's order has traded, portfolio divides among those
/// who held it; each of them closes a part of a lot and rounds what that cost, so the profit of such a symbol may be a millionth
/// beside for each. Cash and equity may not.
struct TradingOracle {
    private(set) var books: DoubleEntry
    /// The fills that portfolio has heard of, in their order.
    private(set) var heard: [Fill] = []
    private(set) var checked = 0
    private let strategies: Int
    /// By symbol, how many roundings what was divided has had more than the whole.
    private var roundings: [String: Int128] = [:]

    init(cash: Money, strategies: Int) {
        books = DoubleEntry(cash: Int128(cash.units))
        self.strategies = strategies
    }

    /// What is wrong with a batch, or nothing.
    mutating func absorb(_ batch: [Record], _ codec: Codec) throws -> String? {
        for record in batch {
            let message = try codec.decode(record.payload)
            let complaint: String?
            switch (record.kind, message.body) {
            case (.taken, .brokerReport(let report)):
                book(report)
                continue
            case (.taken, .bar(let bar)):
                books.mark(bar.symbol.text, at: Int128(bar.close.units))
                continue
            case (.taken, .corporateAction(let action)):
                apply(action)
                continue
            case (.sent, .account(let account)): complaint = compare(account)
            case (.sent, .position(let position)): complaint = compare(position)
            default: continue
            }
            checked += 1
            if let complaint { return "\(message.topic) \(message.number): \(complaint)" }
        }
        return nil
    }

    private mutating func book(_ report: BrokerReport) {
        if report.charge != .zero { books.charge(Int128(report.charge.units)) }
        guard let fill = report.fill else { return }
        heard.append(fill)
        if fill.strategy.isEmpty { roundings[fill.symbol.text, default: 0] += Int128(strategies - 1) }
        books.trade(
            fill.symbol.text, isBuy: fill.side == .buy, quantity: Int128(fill.quantity.units),
            price: Int128(fill.price.units), fee: Int128(fill.fee.units))
    }

    private mutating func apply(_ action: CorporateAction) {
        let symbol = action.symbol.text
        switch action.kind {
        case .split: books.split(symbol, Int128(action.numerator), for: Int128(action.denominator))
        case .dividend: books.dividend(symbol, each: Int128(action.amount.units))
        case .symbolChange, .merger, .delisting: break
        }
    }

    private func compare(_ account: Account) -> String? {
        let (long, short) = books.worths
        return difference("cash", account.cash.units, books.cash)
            ?? difference("equity", account.equity.units, books.cash + long + short)
            ?? difference("gross", account.gross.units, long - short)
            ?? difference("net", account.net.units, long + short)
            ?? (books.balance == 0 ? nil : "the oracle's own books do not balance")
    }

    private func compare(_ position: Position) -> String? {
        let symbol = position.symbol.text
        return difference("\(symbol)", position.quantity.units, books.quantity(of: symbol))
            ?? difference(
                "the profit of \(symbol)", position.realised.units, books.realised(of: symbol),
                by: roundings[symbol] ?? 0)
            ?? difference(
                "the price paid for \(symbol)", position.averagePrice.units, books.averagePrice(of: symbol))
    }

    private func difference(
        _ what: String, _ told: Int64, _ own: Int128, by slack: Int128 = 0
    ) -> String? {
        (Int128(told) - own).magnitude <= slack.magnitude
            ? nil : "\(what) is told as \(told), and was to be \(own)"
    }
}
