import Domain

/// Nothing is added on a day that has lost a share of its highest equity.
public struct DailyDrawdown: RiskCheck {
    public let name = "daily drawdown"
    public let shareMax: Double

    public init(shareMax: Double) { self.shareMax = shareMax }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        let loss = ratio(book.day.high - book.account.equity, book.day.high)
        return Judgement(
            figure: loss, limit: shareMax,
            allowed: loss > shareMax ? question.reduction(in: book) : question.worth, of: question,
            explanation: "the day has lost \(percent(loss)) from its high")
    }
}

/// What a position would lose at its stop is no more than a share of the equity. The stop is the proposal's own; where
/// it has none, so many average true ranges away.
public struct LossPerTrade: RiskCheck {
    public let name = "loss per trade"
    public let shareMax: Double
    public let ranges: Double

    public init(shareMax: Double, ranges: Double) {
        self.shareMax = shareMax
        self.ranges = ranges
    }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        guard let distance = distance(question), distance.isPositive, question.price.isPositive else {
            return .unknown(
                question, limit: shareMax,
                "there is no stop, and fewer than 14 bars for a range: not limited by it")
        }
        let opening = question.opening(in: book)
        let before = book.exposures[question.instrument].before(question.order.side)
        // A share loses its distance, so the worth loses its part of the price.
        let most =
            (try? share(shareMax, of: book.account.equity)
                .scaled(question.price.units, over: distance.units, rounding: .down)) ?? .max
        let part = Double(distance) / Double(question.price)
        let loss = ratio(before + opening.exposure, book.account.equity) * part
        return Judgement(
            figure: loss, limit: shareMax, allowed: opening.allowed(most - before), of: question,
            explanation: "at a stop \(distance) away the position would lose \(percent(loss)) of the equity")
    }

    private func distance(_ question: RiskQuestion) -> Price? {
        if let own = question.stopDistance { return own }
        return question.market?.averageRange.flatMap { try? $0.scaled(by: ranges) }
    }
}

/// After so many losing round trips in a row nothing is added until the next session.
public struct LossesInARow: RiskCheck {
    public let name = "losses in a row"
    public let countMax: Int

    public init(countMax: Int) { self.countMax = countMax }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        let losses = book.day.lossesInARow
        return Judgement(
            figure: Double(losses), limit: Double(countMax),
            allowed: losses < countMax ? question.worth : question.reduction(in: book), of: question,
            explanation: "\(losses) trades in a row were lost; the pause ends with the next session")
    }
}

/// The first rung of the ladder: below it, all positions together come to half of what they may come to otherwise.
/// The rungs that halt and liquidate are those of `HaltPolicy`.
public struct DrawdownLadder: RiskCheck {
    public let name = "drawdown ladder"
    public let drawdownMax: Double
    public let grossMax: Double

    public init(drawdownMax: Double, ofGross grossMax: Double) {
        self.drawdownMax = drawdownMax
        self.grossMax = grossMax
    }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        let drawdown = ratio(book.account.highWater - book.account.equity, book.account.highWater)
        var judgement = limitedInAll(question, book, to: grossMax / 2) {
            "\(percent(drawdown)) below its highest equity the account may have half of its exposure"
        }
        judgement.figure = drawdown
        judgement.limit = drawdownMax
        if drawdown < drawdownMax {
            judgement.allowed = question.worth
            judgement.explanation = ""
        }
        return judgement
    }
}
