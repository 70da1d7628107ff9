import Domain

/// The positions of a sector may come to no more than a share of the equity.
public struct SectorExposure: RiskCheck {
    public let name = "sector exposure"
    public let shareMax: Double
    /// The sector of each instrument, where it is known.
    private let sectors: [String?]

    public init(shareMax: Double, sectors: [String?]) {
        self.shareMax = shareMax
        self.sectors = sectors
    }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        guard let sector = sectors[question.instrument] else {
            return .unknown(question, limit: shareMax, "no sector is known: not limited by it")
        }
        let others = book.active.reduce(Money.zero) { sum, other in
            other != question.instrument && sectors[other] == sector
                ? sum + book.exposures[other].magnitude : sum
        }
        return concentrated(question, book, beside: others, to: shareMax) {
            "the sector \(sector) would be more than \(percent(shareMax)) of the equity"
        }
    }
}

/// An instrument and those positions that go the same way with it may together come to no more than a share of the
/// equity.
public struct CorrelatedExposure: RiskCheck {
    /// Returns of so many days are compared.
    static let days = 60
    public let name = "correlated exposure"
    public let shareMax: Double
    /// From which correlation on two positions count as one.
    public let correlationMin: Double

    init(shareMax: Double, correlationMin: Double) {
        self.shareMax = shareMax
        self.correlationMin = correlationMin

    }

    public func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement {
        guard let alike = question.alike else {
            return .unknown(
                question, limit: shareMax, "fewer than 60 days of returns are known: not limited by them")
        }
        let isLong = question.order.side == .buy
        var others = Money.zero
        for (instrument, correlation) in alike {
            let exposure = book.exposures[instrument]
            // Opposite positions in instruments that go opposite ways are the same bet.
            let isSame = exposure.signed.isPositive == isLong
            if (isSame ? correlation : -correlation) >= correlationMin { others += exposure.magnitude }
        }
        return concentrated(question, book, beside: others, to: shareMax) {
            "it and what moves with it would be more than \(percent(shareMax)) of the equity"
        }
    }
}

extension RiskCheck {
    /// Holds a position together with others to a share of the equity.
    fileprivate func concentrated(
        _ question: RiskQuestion, _ book: RiskBook, beside others: Money, to shareMax: Double,
        _ explanation: () -> String
    ) -> Judgement {
        let opening = question.opening(in: book)
        let before = book.exposures[question.instrument].before(question.order.side)
        let room = share(shareMax, of: book.account.equity) - others - before
        return Judgement(
            figure: ratio(others + before + opening.exposure, book.account.equity), limit: shareMax,
            allowed: opening.allowed(room), of: question, explanation: explanation())
    }
}
