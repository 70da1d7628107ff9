/// A rule as a tree, each part with its place in the text.
public struct Expression: Sendable, Equatable {
    indirect enum Kind: Sendable, Equatable {
        case number(Double)
        case truth(Bool)
        case name(String)
        case call(String, [CallArgument])
        /// One of several figures: `macd(12, 26, 9).signal`.
        case member(Expression, String)
        /// What it was so many bars ago: `close[1]`.
        case history(Expression, Expression)
        case unary(Unary, Expression)
        case binary(Binary, Expression, Expression)
    }

    struct CallArgument: Sendable, Equatable {
        /// `period` in `sma(close, period=20)`.
        var name: String?
        var value: Expression
        var at: Int
    }

    enum Unary: String, Sendable { case minus = "-", not }
    enum Binary: String, Sendable {
        case plus = "+", minus = "-", times = "*", over = "/", power = "^"
        case less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">=", equal = "==", unequal =
            "!="
        case and, or
    }

    var kind: Kind
    var at: Int

    /// Reads the text of a rule.
    public init(_ text: String) throws(RuleError) {
        var parser = try Parser(text)
        self = try parser.whole()
    }

    init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        at = offset
    }
}

extension Expression: CustomStringConvertible {
    /// The rule written out again, with the parentheses that it needs and no others.
    public var description: String { text(inside: 0) }

    private func text(inside outer: Int) -> String {
        switch kind {
        case .number(let value): return shown(value)
        case .truth(let value): return "\(value)"
        case .name(let name): return name
        case .call(let name, let arguments):
            let words = arguments.map { ($0.name.map { "\($0)=" } ?? "") + $0.value.text(inside: 0) }
            return "\(name)(\(words.joined(separator: ", ")))"
        case .member(let base, let name): return "\(base.text(inside: 9)).\(name)"
        case .history(let base, let bars): return "\(base.text(inside: 9))[\(bars.text(inside: 0))]"
        case .unary(.minus, let operand): return wrapped("-\(operand.text(inside: 7))", 6, outer)
        case .unary(.not, let operand): return wrapped("not \(operand.text(inside: 3))", 3, outer)
        case .binary(let sign, let left, let right):
            let level = sign.level
            let isRight = sign == .power
            // A comparison of comparisons does not exist, so both sides want parentheses.
            let (near, far) = level == 4 ? (5, 5) : (level, level + 1)
            let text =
                "\(left.text(inside: isRight ? far : near)) \(sign.rawValue) \(right.text(inside: isRight ? near : far))"
            return wrapped(text, level, outer)
        }
    }

    private func wrapped(_ text: String, _ level: Int, _ outer: Int) -> String {
        level < outer ? "(\(text))" : text
    }
}

extension Expression.Binary {
    /// What binds closer has the higher level.
    var level: Int {
        switch self {
        case .or: 1
        case .and: 2
        case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .unequal: 4
        case .plus, .minus: 5
        case .times, .over: 6
        case .power: 8
        }
    }
}
