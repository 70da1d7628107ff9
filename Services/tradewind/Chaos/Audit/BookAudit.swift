import Domain
import Explaining

/// Goes through what portfolio took and said, message by message, with plain books beside it, and with the funds that the
/// exchange tells of its own ledger.
struct BookAudit {
    /// What the venue tells of its own ledger on the mesh.
    enum Ledger { case none, cash, equity }

    private var books: PlainBooks
    private var funds: Account?
    private let ledger: Ledger
    private(set) var finding: ChaosFinding?
    /// How many of the portfolio's words were held against the books.
    private(set) var compared = 0

    init(_ testimony: Testimony, cash: Money, ledger: Ledger) {
        self.ledger = ledger
        books = PlainBooks(cash: cash)
        for copy in testimony.all(of: "portfolio") {
            guard let sentence = absorb(copy) else { continue }
            finding = ChaosFinding("books", sentence, at: copy.name.text)
            return
        }
    }

    private mutating func absorb(_ copy: Copy) -> String? {
        switch (copy.isSent, copy.message.body) {
        case (false, .bar(let bar)): books.mark(bar.symbol, at: bar.close)
        case (false, .brokerReport(let report)):
            books.book(report)
            return debt(after: report)
        case (false, .account(let account)) where ledger != .none:
            funds = account
            if Int128(account.cash.units) != books.cash {
                return "the exchange's ledger has cash of \(account.cash), and its fills come to "
                    + PlainBooks.text(books.cash)
            }
            if books.cash < 0 {
                return "the account owes \(PlainBooks.text(-books.cash)) when the instant is over"
            }
        case (true, .position(let position)):
            compared += 1
            let held = books.quantity(of: position.symbol)
            if Int128(position.quantity.units) != held {
                return
                    "portfolio holds \(position.quantity) of \(position.symbol), and the venue's fills come to "
                    + "\(Quantity(units: Int64(held)))"
            }
        case (true, .account(let account)): return compare(account)
        default: break
        }
        return nil
    }

    /// Nothing is owed, neither money nor shares. On margin what is bought may trade a moment before the sale that pays for
    /// it, so money is looked at when the instant is over. A broker lends: where a sale waits and what it was to pay for does
    /// not, the money for that is owed for a while.
    private func debt(after report: BrokerReport) -> String? {
        if ledger == .cash, books.cash < 0 {
            return "the account owes \(PlainBooks.text(-books.cash)) after \(report.orderId)"
        }
        guard let symbol = report.fill?.symbol, books.quantity(of: symbol) < 0 else { return nil }
        return "an account without short sales is short of \(symbol) after \(report.orderId)"
    }

    private mutating func compare(_ account: Account) -> String? {
        compared += 1
        for (name, said, own) in [
            ("cash", account.cash, books.cash), ("equity", account.equity, books.equity),
            ("gross exposure", account.gross, books.gross),
        ] where Int128(said.units) != own {
            return "portfolio's \(name) is \(said), and by the venue's fills it is \(PlainBooks.text(own))"
        }
        guard let funds else { return nil }
        if funds.cash != account.cash || ledger == .equity && funds.equity != account.equity {
            return
                "portfolio has cash of \(account.cash) and equity of \(account.equity), and the exchange's own ledger "
                + "\(funds.cash) and \(funds.equity)"
        }
        return nil
    }
}
