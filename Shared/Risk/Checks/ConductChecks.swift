import Domain

/// Nothing is added on a day that has lost a share of its highest equity.
public struct DailyDrawdown: RiskCheck {
    public let name = "daily drawdown"
    public let shareMax: Double

    public init(shareMax: Double) { self.shareMax = shareMax }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        let loss = ratio(book.dayHigh - book.account.equity, book.dayHigh)
        return Judgement(
            figure: loss, limit: shareMax,
            allowed: loss > shareMax ? question.reduction(in: book) : question.worth,
            explanation: "the day has lost more than \(percent(shareMax)) from its high")
    }
}

/// No order is so large that it can only be a mistake.
public struct FatFinger: RiskCheck {
    public let name = "fat finger"
    public let worthMax: Money
    public let quantityMax: Quantity

    public init(worthMax: Money, quantityMax: Quantity) {
        self.worthMax = worthMax
        self.quantityMax = quantityMax
    }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        let isSane = question.worth <= worthMax && question.order.quantity <= quantityMax
        return Judgement(
            figure: Double(question.worth), limit: Double(worthMax), allowed: isSane ? question.worth : .zero,
            explanation: "an order of \(question.order.quantity) for \(question.worth) looks like a mistake")
    }
}

/// The same order for the same instrument does not come twice within a span.
public struct DuplicateOrder: RiskCheck {
    public let name = "duplicate order"
    public let span: Int64

    public init(within span: Int64) { self.span = span }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        guard let last = book.latest[question.instrument], last.side == question.order.side,
            last.quantity == question.order.quantity
        else { return Judgement(figure: 0, limit: Double(span) / 1e9, allowed: question.worth) }
        let age = question.now - last.at
        return Judgement(
            figure: Double(age) / 1e9, limit: Double(span) / 1e9,
            allowed: age < span ? .zero : question.worth,
            explanation: "the same order was approved \(Double(age) / 1e9) s ago")
    }
}

/// No more than so many orders are approved in a day; what reduces a position goes on.
public struct TradesPerDay: RiskCheck {
    public let name = "trades a day"
    public let countMax: Int

    public init(countMax: Int) { self.countMax = countMax }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        Judgement(
            figure: Double(book.tradesToday + 1), limit: Double(countMax),
            allowed: book.tradesToday < countMax ? question.worth : question.reduction(in: book),
            explanation: "\(book.tradesToday) orders have been approved today")
    }
}
