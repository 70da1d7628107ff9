/// What can be called besides indicators.
public enum Function: String, CaseIterable, Sendable {
    case abs, min, max, sqrt, log, exp, sign, floor
    case choose = "if"
    case change
    case crossesAbove = "crosses_above"
    case crossesBelow = "crosses_below"
    case rising, falling
    case any, all, since, when
    case known, otherwise

    /// How it is called: `min(a, b)`.
    public var call: String {
        switch self {
        case .abs, .sqrt, .log, .exp, .sign, .floor, .known: "\(rawValue)(x)"
        case .min, .max: "\(rawValue)(a, b)"
        case .choose: "if(condition, a, b)"
        case .change, .rising, .falling: "\(rawValue)(x, bars)"
        case .crossesAbove, .crossesBelow: "\(rawValue)(a, b)"
        case .any, .all: "\(rawValue)(condition, bars)"
        case .since: "since(condition)"
        case .when: "when(condition, x)"
        case .otherwise: "otherwise(x, y)"
        }
    }

    public var meaning: String {
        switch self {
        case .abs: "x without its sign"
        case .min: "the smaller of both"
        case .max: "the larger of both"
        case .sqrt: "the square root; nothing below 0"
        case .log: "the natural logarithm; nothing at 0 and below"
        case .exp: "e to the power of x"
        case .sign: "1, 0 or -1"
        case .floor: "the next whole number below"
        case .choose: "a where the condition holds, else b"
        case .change: "x less what it was so many bars ago (1 where that is left out)"
        case .crossesAbove: "a comes to lie above b; while both are equal the side before counts"
        case .crossesBelow: "a comes to lie below b"
        case .rising: "x rose in each of the last so many bars"
        case .falling: "x fell in each of the last so many bars"
        case .any: "the condition held in at least one of the last so many bars, this one included"
        case .all: "the condition held in each of the last so many bars"
        case .since: "bars since the condition last held: 0 in the bar itself, nothing before the first"
        case .when: "x as it was when the condition last held; nothing before the first time"
        case .known: "whether there is a figure at all"
        case .otherwise: "x, and y where there is no x"
        }
    }

    var count: ClosedRange<Int> {
        switch self {
        case .abs, .sqrt, .log, .exp, .sign, .floor, .known, .since: 1...1
        case .min, .max, .crossesAbove, .crossesBelow, .rising, .falling, .any, .all, .when, .otherwise: 2...2
        case .choose: 3...3
        case .change: 1...2
        }
    }
}
