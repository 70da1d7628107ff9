import Domain

/// What a day may cost at worst, by the days that have been: the loss that 95 % or 99 % of them stayed within (value at
/// risk), or the mean of those beyond it (conditional value at risk), as a share of the equity.
public struct TailLoss: RiskCheck {
    public enum Measure: Sendable {
        case valueAtRisk, conditional
    }

    public let name: String
    public let measure: Measure
    /// The share of days beyond: 0.05 or 0.01.
    public let tail: Double
    public let shareMax: Double

    public init(_ name: String, _ measure: Measure, tail: Double, shareMax: Double) {
        self.name = name
        self.measure = measure
        self.tail = tail
        self.shareMax = shareMax
    }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        guard let scenarios = question.scenarios else {
            return .unknown(
                question, limit: shareMax, "fewer than 60 days of returns are known: not limited by them")
        }
        let equity = Double(book.account.equity)
        guard equity > 0 else { return .unknown(question, limit: shareMax, "there is no equity") }
        let reduction = question.reduction(in: book)
        func loss(_ worth: Money) -> Double {
            let losses = scenarios.losses(adding: Double(worth), tail: tail)
            return (measure == .valueAtRisk ? losses.atRisk : losses.beyond) / equity
        }
        let figure = loss(question.worth)
        // What makes the worst days better is welcome, however bad they still are.
        let passes = figure <= shareMax || figure <= loss(reduction)
        let allowed = passes ? question.worth : most(from: reduction, to: question.worth, loss)
        return Judgement(
            figure: figure, limit: shareMax, allowed: allowed, of: question,
            explanation: "one day in \(Int((1 / tail).rounded())) would cost \(percent(figure)) of the equity"
        )
    }

    /// The most that keeps the loss within the limit, to a thousandth of the order.
    private func most(from low: Money, to high: Money, _ loss: (Money) -> Double) -> Money {
        guard loss(low) <= shareMax else { return low }
        var good: Int64 = 0
        var bad: Int64 = 1_024
        while bad - good > 1 {
            let middle = (good + bad) / 2
            if loss(low + Exposures.share(high - low, middle, of: 1_024)) <= shareMax {
                good = middle
            } else {
                bad = middle
            }
        }
        return low + Exposures.share(high - low, good, of: 1_024)
    }
}

/// In a market that moves more than it used to, a position may come to less: by as much as its last month was wilder
/// than its year, beyond a ratio that is still called calm.
public struct VolatilityRegime: RiskCheck {
    static let monthDays = 20
    public let name = "volatility regime"
    public let ratioMax: Double
    public let positionMax: Double

    public init(ratioMax: Double, positionMax: Double) {
        self.ratioMax = ratioMax
        self.positionMax = positionMax
    }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        guard let days = question.market?.days, days.count >= Scenarios.daysMin else {
            return .unknown(
                question, limit: ratioMax, "fewer than 60 days of returns are known: not limited by them")
        }
        let year = days.deviation(ofLast: days.count)
        let figure = year > 0 ? days.deviation(ofLast: VolatilityRegime.monthDays) / year : 0
        var judgement = limited(question, book, to: positionMax * min(1, ratioMax / max(figure, ratioMax))) {
            "the last month was \(decimal(figure)) times as wild as the year: positions are smaller"
        }
        judgement.figure = figure
        judgement.limit = ratioMax
        if figure <= ratioMax {
            judgement.allowed = question.worth
            judgement.explanation = ""
        }
        return judgement
    }
}
