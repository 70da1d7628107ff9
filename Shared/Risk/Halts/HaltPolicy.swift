import Domain

/// Why trading is halted.
public enum HaltKind: String, CaseIterable, Sendable {
    case drawdown, rejections
    case brokerErrors = "broker_errors"
    case dataLoss = "data_loss"
    /// By hand.
    case manual

    public init(named name: String) throws(RiskLimitError) {
        guard let kind = HaltKind(rawValue: name) else {
            let known = HaltKind.allCases.map(\.rawValue)
            throw RiskLimitError(
                "there is no halt \(name.prefix(60)); there are \(known.joined(separator: ", "))",
                unknown: name, known: known)
        }
        self = kind
    }
}

/// When trading is halted; nothing: never for that reason.
public struct HaltPolicy: Sendable, Equatable {
    public var drawdownHalt: Double?
    /// Below this everything is closed as well.
    public var drawdownLiquidate: Double?
    public var rejectionsMax: Int?
    public var brokerErrorsMax: Int?
    public var dataGapMax: Double?
    /// Kinds of halt that close what is held, whatever else is said.
    public var flattens: Set<HaltKind> = []

    public init() {}

    init(_ values: LimitValues) {
        drawdownHalt = values[.drawdownHalt]
        drawdownLiquidate = values[.drawdownLiquidate]
        rejectionsMax = values.count(.haltRejections)
        brokerErrorsMax = values.count(.haltBrokerErrors)
        dataGapMax = values[.haltDataGap]
    }
}

/// A halt that cannot be lifted.
public struct HaltError: Error, Equatable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}

/// How a backtest goes on after a halt: nobody is there to lift it.
public enum HaltLift: Sendable, Equatable, CustomStringConvertible {
    /// The rest of the run adds nothing.
    case never
    /// Lifted at the first bar of the next day.
    case nextSession
    /// Lifted after so many days.
    case after(days: Int)

    public init(_ text: String) throws(RiskLimitError) {
        switch text {
        case "never": self = .never
        case "session": self = .nextSession
        default:
            guard text.hasSuffix("d"), let days = Int(text.dropLast()), (1...10_000).contains(days) else {
                throw RiskLimitError(
                    "a halt is lifted never, at the next session, or after days: never, session or 30d "
                        + "would be right, not \(text.prefix(60))")
            }
            self = .after(days: days)
        }
    }

    public var description: String {
        switch self {
        case .never: "never"
        case .nextSession: "session"
        case .after(let days): "\(days)d"
        }
    }

    /// Whether a halt of that moment is lifted at another.
    public func isDue(at now: Timestamp, since: Timestamp) -> Bool {
        switch self {
        case .never: false
        case .nextSession: now.dateUTC > since.dateUTC
        case .after(let days): now.dateUTC - since.dateUTC >= days
        }
    }
}
