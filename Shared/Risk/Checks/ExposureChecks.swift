import Domain

/// A position may come to no more than a share of the equity.
public struct PositionSize: RiskCheck {
    public let name = "position size"
    public let shareMax: Double

    public init(shareMax: Double) { self.shareMax = shareMax }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        let reduction = question.reduction(in: book)
        let before = book.exposures[question.instrument].total.magnitude - reduction
        let addition = question.worth - reduction
        let room = max(.zero, share(shareMax, of: book.account.equity) - before)
        return Judgement(
            figure: ratio(before + addition, book.account.equity), limit: shareMax,
            allowed: reduction + min(addition, room),
            explanation: "the position would be more than \(percent(shareMax)) of the equity")
    }
}

/// All positions together, long and short, may come to no more than a multiple of the equity.
public struct GrossExposure: RiskCheck {
    public let name = "gross exposure"
    public let shareMax: Double

    public init(shareMax: Double) { self.shareMax = shareMax }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        let reduction = question.reduction(in: book)
        let gross = book.gross - reduction
        let addition = question.worth - reduction
        let room = max(.zero, share(shareMax, of: book.account.equity) - gross)
        return Judgement(
            figure: ratio(gross + addition, book.account.equity), limit: shareMax,
            allowed: reduction + min(addition, room),
            explanation: "positions would come to more than \(percent(shareMax)) of the equity")
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
        let reduction = question.reduction(in: book)
        let addition = question.order.side == .sell ? question.worth - reduction : .zero
        let limit = shareMax * grossMax
        let room = max(.zero, share(limit, of: book.account.equity) - book.short)
        return Judgement(
            figure: ratio(book.short + addition, book.account.equity), limit: limit,
            allowed: question.worth - addition + min(addition, room),
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
            allowed: isNew && count > countMax ? .zero : question.worth,
            explanation: "the account holds \(book.positions) positions already")
    }
}

/// A share of the equity stays in cash.
public struct CashReserve: RiskCheck {
    public let name = "cash reserve"
    public let shareMin: Double

    public init(shareMin: Double) { self.shareMin = shareMin }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        let addition = question.order.side == .buy ? question.worth - question.reduction(in: book) : .zero
        let free = book.account.cash - book.promised
        let room = max(.zero, free - share(shareMin, of: book.account.equity))
        return Judgement(
            figure: ratio(free - addition, book.account.equity), limit: shareMin,
            allowed: question.worth - addition + min(addition, room),
            explanation: "less than \(percent(shareMin)) of the equity would be left in cash")
    }
}

func share(_ share: Double, of money: Money) -> Money {
    do {
        // To the nearest: 0.3 of 100,000 is 30,000, although the double 0.3 is a little less.
        return try money.scaled(by: share)
    } catch {
        return .max
    }
}

func ratio(_ part: Money, _ whole: Money) -> Double {
    whole == .zero ? 0 : Double(part.units) / Double(whole.units)
}

func percent(_ share: Double) -> String {
    let tenths = (share * 1000).rounded()
    return tenths.remainder(dividingBy: 10) == 0 ? "\(Int(tenths / 10)) %" : "\(tenths / 10) %"
}
