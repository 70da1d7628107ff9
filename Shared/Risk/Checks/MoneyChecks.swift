import Domain

/// A share of the equity stays in cash. What market orders on their way will raise by selling what is held is counted
/// as there.
public struct CashReserve: RiskCheck {
    public let name = "cash reserve"
    public let shareMin: Double

    public init(shareMin: Double) { self.shareMin = shareMin }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        let addition = question.order.side == .buy ? question.worth - question.reduction(in: book) : .zero
        let free = book.freeCash
        let room = max(.zero, free - share(shareMin, of: book.account.equity))
        return Judgement(
            figure: ratio(free - addition, book.account.equity), limit: shareMin,
            allowed: question.worth - addition + min(addition, room), of: question,
            explanation: "less than \(percent(shareMin)) of the equity would be left in cash")
    }
}

/// No more is ordered than the broker lets the account spend, or a share of that.
public struct BuyingPower: RiskCheck {
    public let name = "buying power"
    public let shareMax: Double

    public init(shareMax: Double) { self.shareMax = shareMax }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        let reduction = question.reduction(in: book)
        let addition = question.worth - reduction
        let power = book.buyingPower
        let room = max(.zero, power == .max ? .max : share(shareMax, of: power))
        return Judgement(
            figure: power.isPositive ? ratio(addition, power) : addition.isPositive ? .infinity : 0,
            limit: shareMax, allowed: reduction + min(addition, room), of: question,
            explanation: "the account's buying power is \(max(.zero, power))")
    }
}

/// No more is bought or sold of an instrument than a share of what a day trades of it on average.
public struct Liquidity: RiskCheck {
    public let name = "liquidity"
    public let shareMax: Double

    public init(shareMax: Double) { self.shareMax = shareMax }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        guard let volume = question.market?.days.averageVolume else {
            return .unknown(
                question, limit: shareMax, "fewer than 20 days of volume are known: not limited by it")
        }
        let reduction = question.reduction(in: book)
        let figure = Double(question.quantity) / Double(volume)
        let most = (try? Quantity(units: volume.units).scaled(by: shareMax * 1_000_000)) ?? .max
        let room =
            question.quantity <= most
            ? question.worth : Exposures.share(question.worth, most.units, of: question.quantity.units)
        return Judgement(
            figure: figure, limit: shareMax, allowed: max(reduction, min(question.worth, room)), of: question,
            explanation: "the order is \(percent(figure)) of the \(volume) that a day trades on average")
    }
}
