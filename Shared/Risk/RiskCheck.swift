import Domain

/// One question that is asked of every proposal.
public protocol RiskCheck: Sendable {
    var name: String { get }
    func judge(_ question: RiskQuestion, _ book: RiskBook) -> Judgement
}

/// A check's answer: its figures, and how much of the order it lets through.
public struct Judgement: Sendable {
    public var figure: Double
    public var limit: Double
    /// The worth that may go on; the order's own where nothing stands against it.
    public var allowed: Money
    /// Why not all of it may go on, or what was not known.
    public var explanation: String

    /// The explanation is made only where it is needed.
    public init(
        figure: Double, limit: Double, allowed: Money, of question: RiskQuestion,
        explanation: @autoclosure () -> String
    ) {
        self.figure = figure
        self.limit = limit
        self.allowed = allowed
        self.explanation = allowed < question.worth ? explanation() : ""
    }

    /// A check that lacks what it needs lets the order through, and says so.
    static func unknown(_ question: RiskQuestion, limit: Double, _ explanation: String) -> Judgement {
        Judgement(passing: question.worth, limit: limit, explanation)
    }

    private init(passing worth: Money, limit: Double, _ explanation: String) {
        figure = 0
        self.limit = limit
        allowed = worth
        self.explanation = explanation
    }
}

// MARK: What checks reckon with

/// A share of an amount, to the nearest millionth: 0.3 of 100,000 is 30,000, although the double 0.3 is a little less.
func share(_ share: Double, of money: Money) -> Money {
    do {
        return try money.scaled(by: share)
    } catch {
        return .max
    }
}

func ratio(_ part: Money, _ whole: Money) -> Double {
    whole == .zero ? 0 : Double(part.units) / Double(whole.units)
}

func percent(_ share: Double) -> String { "\(decimal(share * 100)) %" }

/// A number with at most two decimals, and none that are zero.
func decimal(_ number: Double) -> String {
    guard number.isFinite, number.magnitude < 1e12 else { return "\(number)" }
    let hundredths = Int((number * 100).rounded())
    let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
    let sign = hundredths < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
}
