/// Makes a tree of the pieces of a rule.
///
/// From loose to close: `or`, `and`, `not`, comparisons, `+ -`, `* /`, the sign, `^`, and then `(…)`, `.…` and `[…]`.
struct Parser {
    private let tokens: [PlacedToken]
    private var place = 0
    private var depth = 0
    /// Deeper than any rule; keeps hostile nesting off the stack.
    private static let depthMax = 60

    init(_ text: String) throws(RuleError) { tokens = try Lexer.tokens(of: text) }

    private var token: Token { tokens[place].token }
    private var at: Int { tokens[place].at }
    private mutating func skip() { if place < tokens.count - 1 { place += 1 } }

    mutating func whole() throws(RuleError) -> Expression {
        guard token != .end else { throw RuleError(at: 0, "there is no rule: close > sma(20) would be one") }
        let expression = try disjunction()
        guard token == .end else { throw surplus() }
        return expression
    }

    private func surplus() -> RuleError {
        switch token {
        case .sign("="): RuleError(at: at, "= compares nothing; == would be right")
        case .sign(")"): RuleError(at: at, "there is a ) without its (")
        case .sign("]"): RuleError(at: at, "there is a ] without its [")
        case .word(let word):
            RuleError(
                at: at, "\(word.prefix(40)) stands where an operator should: and, or, +, < and the like",
                unknown: word, known: ["and", "or"])
        default:
            RuleError(at: at, "\(token.text) stands where an operator should: and, or, +, < and the like")
        }
    }

    // MARK: From loose to close

    private mutating func disjunction() throws(RuleError) -> Expression {
        try deeper()
        defer { depth -= 1 }
        var left = try conjunction()
        while token == .word("or") {
            left = try binary(.or, left) { (parser) throws(RuleError) in try parser.conjunction() }
        }
        return left
    }

    private mutating func conjunction() throws(RuleError) -> Expression {
        var left = try negation()
        while token == .word("and") {
            left = try binary(.and, left) { (parser) throws(RuleError) in try parser.negation() }
        }
        return left
    }

    private mutating func negation() throws(RuleError) -> Expression {
        guard token == .word("not") else { return try comparison() }
        let begin = at
        skip()
        try deeper()
        defer { depth -= 1 }
        return Expression(.unary(.not, try negation()), at: begin)
    }

    private mutating func comparison() throws(RuleError) -> Expression {
        let left = try sum()
        guard case .sign(let text) = token, let sign = Expression.Binary(rawValue: text), sign.level == 4
        else {
            return left
        }
        let both = try binary(sign, left) { (parser) throws(RuleError) in try parser.sum() }
        if case .sign(let next) = token, Expression.Binary(rawValue: next)?.level == 4 {
            throw RuleError(at: at, "one comparison at a time: a \(text) b and b \(next) c would be right")
        }
        return both
    }

    private mutating func sum() throws(RuleError) -> Expression {
        var left = try product()
        while case .sign(let text) = token, text == "+" || text == "-" {
            left = try binary(text == "+" ? .plus : .minus, left) { (parser) throws(RuleError) in
                try parser.product()
            }
        }
        return left
    }

    private mutating func product() throws(RuleError) -> Expression {
        var left = try signed()
        while case .sign(let text) = token, text == "*" || text == "/" {
            left = try binary(text == "*" ? .times : .over, left) { (parser) throws(RuleError) in
                try parser.signed()
            }
        }
        return left
    }

    private mutating func signed() throws(RuleError) -> Expression {
        let begin = at
        guard token == .sign("-") else { return try power() }
        skip()
        try deeper()
        defer { depth -= 1 }
        return Expression(.unary(.minus, try signed()), at: begin)
    }

    private mutating func power() throws(RuleError) -> Expression {
        let left = try postfix()
        guard token == .sign("^") else { return left }
        try deeper()
        defer { depth -= 1 }
        return try binary(.power, left) { (parser) throws(RuleError) in try parser.signed() }
    }

    private mutating func binary(
        _ sign: Expression.Binary, _ left: Expression, _ right: (inout Parser) throws(RuleError) -> Expression
    ) throws(RuleError) -> Expression {
        let begin = at
        skip()
        try longer()
        return Expression(.binary(sign, left, try right(&self)), at: begin)
    }

    // MARK: The closest

    private mutating func postfix() throws(RuleError) -> Expression {
        var base = try primary()
        while true {
            let begin = at
            if token == .sign(".") {
                skip()
                guard case .word(let name) = token else {
                    throw RuleError(at: at, "a figure's name follows the dot, as in macd(12, 26, 9).signal")
                }
                base = Expression(.member(base, name), at: at)
                skip()
            } else if token == .sign("[") {
                skip()
                let bars = try disjunction()
                try expect("]", after: "the number of bars, as in close[1]")
                base = Expression(.history(base, bars), at: begin)
            } else {
                return base
            }
            try longer()
        }
    }

    private mutating func primary() throws(RuleError) -> Expression {
        let begin = at
        switch token {
        case .number(let value):
            skip()
            return Expression(.number(value), at: begin)
        case .clock(let minutes):
            skip()
            return Expression(.number(Double(minutes)), at: begin)
        case .word(let word):
            if word == "and" || word == "or" {
                throw RuleError(
                    at: begin, "\(word) stands between two conditions, and there is none before it")
            }
            skip()
            if word == "true" || word == "false" { return Expression(.truth(word == "true"), at: begin) }
            guard token == .sign("(") else { return Expression(.name(word), at: begin) }
            return Expression(.call(word, try arguments(of: word)), at: begin)
        case .sign("("):
            skip()
            let inner = try disjunction()
            try expect(")", after: "what it encloses")
            return inner
        case .sign("="):
            throw RuleError(at: begin, "= compares nothing; == would be right")
        case .end: throw RuleError(at: begin, "the rule ends where a figure or a condition should stand")
        case .sign(let sign):
            throw RuleError(at: begin, "\(sign) stands where a figure or a condition should")
        }
    }

    private mutating func arguments(of function: String) throws(RuleError) -> [Expression.CallArgument] {
        skip()
        var arguments: [Expression.CallArgument] = []
        if token == .sign(")") {
            skip()
            return []
        }
        while true {
            let begin = at
            var name: String?
            if case .word(let word) = token, tokens[place + 1].token == .sign("=") {
                name = word
                skip()
                skip()
            }
            arguments.append(Expression.CallArgument(name: name, value: try disjunction(), at: begin))
            guard token == .sign(",") else { break }
            skip()
        }
        try expect(")", after: "what \(function.prefix(40)) is given")
        return arguments
    }

    private mutating func expect(_ sign: String, after what: String) throws(RuleError) {
        guard token == .sign(sign) else {
            throw RuleError(
                at: at,
                "\(sign) is missing after \(what)"
                    + (token == .end ? "" : ", before \(token.text.prefix(40))"))
        }
        skip()
    }

    private mutating func deeper() throws(RuleError) {
        depth += 1
        guard depth <= Parser.depthMax else {
            throw RuleError(
                at: at,
                "the rule is nested deeper than \(Parser.depthMax) levels; let: gives parts of it names")
        }
    }

    /// A long chain of operators is as deep a tree as nesting makes.
    private var links = 0
    private static let linksMax = 400

    private mutating func longer() throws(RuleError) {
        links += 1
        guard links <= Parser.linksMax else {
            throw RuleError(
                at: at, "the rule has more than \(Parser.linksMax) operators; let: gives parts of it names")
        }
    }
}
