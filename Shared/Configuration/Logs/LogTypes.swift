/// How much a log line matters.
public enum LogLevel: String, Comparable, CaseIterable, Sendable {
    case debug, info, warning, error

    static let names = allCases.map(\.rawValue)

    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }
}

/// Whom log lines are written for: people, or programs.
public enum LogFormat: String, CaseIterable, Sendable {
    case text, json

    static let names = allCases.map(\.rawValue)
}

/// The value of a field of a log line. Literals are values: `["symbol": "AAPL", "bars": .integer(count)]`.
public enum LogValue: Sendable, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral
{
    case text(String)
    case integer(Int)
    case number(Double)
    case flag(Bool)

    public init(stringLiteral text: String) { self = .text(text) }
    public init(integerLiteral integer: Int) { self = .integer(integer) }
    public init(floatLiteral number: Double) { self = .number(number) }
    public init(booleanLiteral flag: Bool) { self = .flag(flag) }
}

/// The fields of a log line, in the order written.
public typealias LogFields = KeyValuePairs<String, LogValue>
