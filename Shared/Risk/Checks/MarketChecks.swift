import Domain

/// Nothing is added to instruments that may not be traded.
public struct Restricted: RiskCheck {
    public let name = "restricted"
    private let instruments: Set<Int>

    public init(_ instruments: Set<Int>) { self.instruments = instruments }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        let isListed = instruments.contains(question.instrument)
        return Judgement(
            figure: isListed ? 1 : 0, limit: 0,
            allowed: isListed ? question.reduction(in: book) : question.worth, of: question,
            explanation: "\(question.order.symbol) is on the list of what may not be bought or sold short")
    }
}

/// What is hard to borrow is not sold short.
public struct HardToBorrow: RiskCheck {
    public let name = "hard to borrow"
    private let instruments: Set<Int>

    public init(_ instruments: Set<Int>) { self.instruments = instruments }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        let isShort = question.order.side == .sell && instruments.contains(question.instrument)
        return Judgement(
            figure: isShort ? 1 : 0, limit: 0,
            allowed: isShort ? question.reduction(in: book) : question.worth, of: question,
            explanation: "\(question.order.symbol) is hard to borrow, and is not sold short")
    }
}

/// The last bar of the instrument is no older than so many of its intervals, counted while the market is open: a daily
/// bar is not stale on the next morning, nor after a weekend. A bar that stands in for one that was not there in time is as
/// old as it was when it came.
public struct DataAge: RiskCheck {
    public let name = "data age"
    public let intervalsMax: Double
    private let hours: TradingHours

    public init(intervalsMax: Double, _ hours: TradingHours) {
        self.intervalsMax = intervalsMax
        self.hours = hours
    }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        guard let market = question.market, market.lastAt != .distantPast else {
            // Unlike elsewhere nothing is added: not to know the market at all is what this check is about.
            return Judgement(
                figure: .infinity, limit: intervalsMax, allowed: question.reduction(in: book), of: question,
                explanation: "there has been no bar of \(question.order.symbol)")
        }
        let now = max(question.now, market.cameAt ?? question.now)
        let age = hours.intervals(of: market.span, from: market.lastAt, to: now)
        return Judgement(
            figure: age, limit: intervalsMax,
            allowed: age <= intervalsMax ? question.worth : question.reduction(in: book), of: question,
            explanation: "the last bar is \(decimal(age)) intervals old"
                + (now > question.now ? ", and stands in for one that did not come in time" : ""))
    }
}

/// Orders are placed while the market is open, or as its last bar ends. What is decided on the bar that ends a session
/// is meant for the next one.
public struct MarketHours: RiskCheck {
    public let name = "market hours"
    private let hours: TradingHours

    public init(_ hours: TradingHours) { self.hours = hours }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        let isInTime = hours.isInTime(question.now, span: question.market?.span ?? 0)
        return Judgement(
            figure: isInTime ? 0 : 1, limit: 0,
            allowed: isInTime ? question.worth : question.reduction(in: book), of: question,
            explanation: "the market is closed, and the order was not decided on its last bar")
    }
}
