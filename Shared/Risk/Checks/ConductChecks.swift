import Domain

/// No order is so large that it can only be a mistake. What makes a position smaller is bounded by the position.
public struct FatFinger: RiskCheck {
    public let name = "fat finger"
    public let worthMax: Money
    public let quantityMax: Quantity

    public init(worthMax: Money, quantityMax: Quantity) {
        self.worthMax = worthMax
        self.quantityMax = quantityMax
    }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        let isSane = question.worth <= worthMax && question.quantity <= quantityMax
        return Judgement(
            figure: Double(question.worth), limit: Double(worthMax),
            allowed: isSane ? question.worth : question.reduction(in: book), of: question,
            explanation: "an order of \(question.quantity) for \(question.worth) looks like a mistake")
    }
}

/// The same order for the same instrument does not come twice within a span.
public struct DuplicateOrder: RiskCheck {
    public let name = "duplicate order"
    public let span: Int64

    public init(within span: Int64) { self.span = span }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        let limit = Double(span) / 1e9
        guard let last = book.day.latest[question.instrument], last.side == question.order.side,
            last.quantity == question.quantity, last.strategy == question.order.strategy
        else {
            return Judgement(
                figure: 0, limit: limit, allowed: question.worth, of: question, explanation: "")
        }
        let age = question.now - last.at
        return Judgement(
            figure: Double(age) / 1e9, limit: limit,
            allowed: age < span ? question.reduction(in: book) : question.worth, of: question,
            explanation: "the same order was approved \(decimal(Double(age) / 1e9)) s ago")
    }
}

/// No more than so many orders are approved in a day; what reduces a position goes on.
public struct TradesPerDay: RiskCheck {
    public let name = "trades a day"
    public let countMax: Int

    public init(countMax: Int) { self.countMax = countMax }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        Judgement(
            figure: Double(book.day.trades + 1), limit: Double(countMax),
            allowed: book.day.trades < countMax ? question.worth : question.reduction(in: book),
            of: question, explanation: "\(book.day.trades) orders have been approved today")
    }
}

/// No more than so many orders are approved in a minute: a program that has gone wild is stopped by it.
public struct OrdersPerMinute: RiskCheck {
    public let name = "orders a minute"
    public let countMax: Int

    public init(countMax: Int) { self.countMax = countMax }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        let count = book.day.orders(inMinuteTo: question.now)
        return Judgement(
            figure: Double(count + 1), limit: Double(countMax),
            allowed: count < countMax ? question.worth : question.reduction(in: book), of: question,
            explanation: "\(count) orders were approved within a minute")
    }
}

/// A limit or a stop lies no further from the market than a share of its price: from the last quote, or the last price
/// where there is no quote. It holds for orders that reduce a position too, because a price that is a mistake costs
/// money on either side.
public struct PriceCollar: RiskCheck {
    public let name = "price collar"
    public let shareMax: Double

    public init(shareMax: Double) { self.shareMax = shareMax }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        let order = question.order
        let market = reference(question)
        guard market.isPositive else {
            return .unknown(question, limit: shareMax, "no price is known: not compared with one")
        }
        let named = [order.limit, order.stop].compactMap { $0 }
        let figure = named.map { Double(($0 - market).magnitude) / Double(market) }.max() ?? 0
        return Judgement(
            figure: figure, limit: shareMax, allowed: figure <= shareMax ? question.worth : .zero,
            of: question,
            explanation: "its price is \(percent(figure)) away from the market's \(market)")
    }

    /// Who buys looks at the ask, who sells at the bid.
    private func reference(_ question: RiskQuestion) -> Price {
        guard let market = question.market, market.bid.isPositive, market.ask.isPositive else {
            return question.price
        }
        return question.order.side == .buy ? market.ask : market.bid
    }
}
