import Domain

/// A position may come to no more than a share of the equity.
public struct PositionSize: RiskCheck {
    public let name = "position size"
    public let shareMax: Double

    public init(shareMax: Double) { self.shareMax = shareMax }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        limited(question, book, to: shareMax) {
            "the position would be more than \(percent(shareMax)) of the equity"
        }
    }
}

extension RiskCheck {
    /// Holds the position of the order's side to a share of the equity.
    func limited(
        _ question: RiskQuestion, _ book: RiskBook, to shareMax: Double, _ explanation: () -> String
    ) -> Judgement {
        let opening = question.opening(in: book)
        let before = book.exposures[question.instrument].before(question.order.side)
        let room = share(shareMax, of: book.account.equity) - before
        return Judgement(
            figure: ratio(before + opening.exposure, book.account.equity), limit: shareMax,
            allowed: opening.allowed(room), of: question, explanation: explanation())
    }

    /// Holds all positions together to a share of the equity.
    func limitedInAll(
        _ question: RiskQuestion, _ book: RiskBook, to shareMax: Double, _ explanation: () -> String
    ) -> Judgement {
        let opening = question.opening(in: book)
        let exposure = book.exposures[question.instrument]
        let before = exposure.before(question.order.side)
        // What the other instruments leave to this one.
        let left = share(shareMax, of: book.account.equity) - (book.gross - exposure.magnitude)
        return Judgement(
            figure: ratio(book.gross - exposure.magnitude + before + opening.exposure, book.account.equity),
            limit: shareMax, allowed: opening.allowed(left - before), of: question,
            explanation: explanation())
    }
}

/// All positions together, long and short, may come to no more than a multiple of the equity.
public struct GrossExposure: RiskCheck {
    public let name = "gross exposure"
    public let shareMax: Double

    public init(shareMax: Double) { self.shareMax = shareMax }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        limitedInAll(question, book, to: shareMax) {
            "positions would come to more than \(percent(shareMax)) of the equity"
        }
    }
}

/// Short positions may be no more than a share of the gross exposure that the account may have.
public struct ShortShare: RiskCheck {
    public let name = "short share"
    public let shareMax: Double
    public let grossMax: Double

    public init(shareMax: Double, ofGross grossMax: Double) {
        self.shareMax = shareMax
        self.grossMax = grossMax
    }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        let limit = shareMax * grossMax
        guard question.order.side == .sell else {
            return Judgement(
                figure: ratio(book.short, book.account.equity), limit: limit, allowed: question.worth,
                of: question, explanation: "")
        }
        let opening = question.opening(in: book)
        let exposure = book.exposures[question.instrument]
        let before = book.short - exposure.short + exposure.before(.sell)
        let room = share(limit, of: book.account.equity) - before
        return Judgement(
            figure: ratio(before + opening.exposure, book.account.equity), limit: limit,
            allowed: opening.allowed(room), of: question,
            explanation: "short positions would be more than \(percent(limit)) of the equity")
    }
}

/// The account holds no more than so many positions at a time.
public struct PositionCount: RiskCheck {
    public let name = "number of positions"
    public let countMax: Int

    public init(countMax: Int) { self.countMax = countMax }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        let isNew = book.exposures[question.instrument].isEmpty
        let count = book.positions + (isNew ? 1 : 0)
        return Judgement(
            figure: Double(count), limit: Double(countMax),
            allowed: isNew && count > countMax ? .zero : question.worth, of: question,
            explanation: "the account holds \(book.positions) positions already")
    }
}
