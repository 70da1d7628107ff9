import Domain

/// A dividend that will change the broker's cash, some weeks after the day on which the shares lost it.
struct Due: Equatable {
    var symbol: Symbol
    /// Less than nothing where shares are owed.
    var amount: Money
    /// By the market's clock, when it became due.
    var at: Timestamp

    /// Nobody pays later than that.
    static let longest = 120 * Nanoseconds.day
}

/// Cash that comes without a word, for dividends.
extension BrokerDesk {
    func takeDividend(_ action: CorporateAction, _ outbox: inout Outbox) {
        let held = books.holding(of: action.symbol).expected
        guard let amount = Money.worth(of: held, at: action.amount) else {
            return alarm(
                .critical, "dividend",
                "\(action.symbol) pays \(action.amount) on \(held), which no money can hold",
                &outbox)
        }
        guard amount != .zero else { return }
        // Before the first instant the market's clock stands still.
        books.dues.append(Due(symbol: action.symbol, amount: amount, at: max(closed, action.exAt)))
    }

    /// The broker has told of a dividend as of an activity: it is not awaited any more.
    func forgetDue(of activity: BrokerActivity) {
        guard activity.kind.hasPrefix("DIV"),
            let place = books.dues.firstIndex(where: { $0.symbol == activity.symbol })
        else { return }
        books.dues.remove(at: place)
    }

    /// Whether cash that nothing else explains is what is due, of one symbol or of several. Then portfolio is told of it, as
    /// of a payment that the broker tells of.
    func isPaid(_ gap: Money, _ origin: Origin, _ outbox: inout Outbox) -> Bool {
        books.dues.removeAll { closed > $0.at + Due.longest }
        // Of many the oldest: each one more doubles the work.
        let dues = Array(books.dues.prefix(10))
        let sums = (1..<(1 << dues.count)).lazy.map { bits in
            dues.indices.filter { bits >> $0 & 1 == 1 }
        }
        let paid = sums.first { places in
            let rest = places.reduce(gap) { $0 - dues[$1].amount }
            return max(rest, -rest) <= Money(units: Money.scale / 100 * Int64(places.count))
        }
        guard let paid else { return false }
        for place in paid.reversed() {
            let due = books.dues.remove(at: place)
            tell(payment: due.amount, "DIV", of: due.symbol, at: clock, origin)
        }
        let names = paid.map { "\(dues[$0].symbol)" }.joined(separator: ", ")
        alarm(.notice, "dividend", "\(gap) of cash is the dividend of \(names)", &outbox)
        return true
    }
}
