/// Reads a condition; its errors name the column and what would be right there.
struct WhereParser {
    private let text: [Character]
    private var at = 0
    private var depth = 0
    private static let depthMax = 100

    init(_ text: String) { self.text = Array(text) }

    mutating func whole() throws(Where.Problem) -> Where.Condition {
        let condition = try either()
        skipSpace()
        guard at == text.count else {
            throw problem("\"\(text[at])\" is not expected here; && or || would go on")
        }
        return condition
    }

    private mutating func either() throws(Where.Problem) -> Where.Condition {
        var left = try both()
        while take("||") || takeWord("or") { left = .or(left, try both()) }
        return left
    }

    private mutating func both() throws(Where.Problem) -> Where.Condition {
        var left = try single()
        while take("&&") || takeWord("and") { left = .and(left, try single()) }
        return left
    }

    private mutating func single() throws(Where.Problem) -> Where.Condition {
        depth += 1
        defer { depth -= 1 }
        guard depth < WhereParser.depthMax else { throw problem("the condition is nested too deeply") }
        skipSpace()
        if takeWord("not") || takeNot() { return .not(try single()) }
        if take("(") {
            let inner = try either()
            guard take(")") else { throw problem("a ) is missing") }
            return inner
        }
        let field = try name()
        for comparison in Where.Comparison.allCases where take(comparison.rawValue) {
            return .compare(field: field, comparison, with: try value())
        }
        throw problem("a comparison is missing after \(field): == != < <= > >= or ~ (contains)")
    }

    /// A lone `!`, not the beginning of `!=`.
    private mutating func takeNot() -> Bool {
        guard at < text.count, text[at] == "!", at + 1 < text.count, text[at + 1] != "=" else { return false }
        at += 1
        return true
    }

    private mutating func name() throws(Where.Problem) -> String {
        let start = at
        while at < text.count, text[at].isLetter || text[at].isNumber || "_.[]".contains(text[at]) { at += 1 }
        guard at > start, text[start].isLetter else {
            at = start
            throw problem("the name of a field is missing, like bar.close or symbol")
        }
        return String(text[start..<at])
    }

    private mutating func value() throws(Where.Problem) -> String {
        skipSpace()
        guard at < text.count else { throw problem("a value is missing: a number, or a text in quotes") }
        if text[at] == "\"" || text[at] == "'" { return try quoted(text[at]) }
        let start = at
        while at < text.count, !text[at].isWhitespace, !"()&|".contains(text[at]) { at += 1 }
        guard at > start else { throw problem("a value is missing: a number, or a text in quotes") }
        return String(text[start..<at])
    }

    private mutating func quoted(_ mark: Character) throws(Where.Problem) -> String {
        let start = at
        at += 1
        while at < text.count, text[at] != mark { at += 1 }
        guard at < text.count else {
            at = start
            throw problem("the text that begins here does not end: \(mark) is missing")
        }
        at += 1
        return String(text[(start + 1)..<(at - 1)])
    }

    private mutating func skipSpace() {
        while at < text.count, text[at].isWhitespace { at += 1 }
    }

    private mutating func take(_ mark: String) -> Bool {
        skipSpace()
        guard text[at...].starts(with: mark) else { return false }
        at += mark.count
        return true
    }

    private mutating func takeWord(_ word: String) -> Bool {
        skipSpace()
        guard text[at...].starts(with: word) else { return false }
        let end = at + word.count
        guard end == text.count || text[end].isWhitespace || text[end] == "(" else { return false }
        at = end
        return true
    }

    private func problem(_ sentence: String) -> Where.Problem {
        Where.Problem(description: "--where, column \(at + 1): \(sentence)")
    }
}
