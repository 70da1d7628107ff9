/// The smallest pieces of a rule.
enum Token: Equatable {
    case number(Double)
    /// A time of day in minutes: `09:45`.
    case clock(Int)
    case word(String)
    /// `<=`, `(`, `,` and the like.
    case sign(String)
    case end

    /// As one would say it.
    var text: String {
        switch self {
        case .number(let value): shown(value)
        case .clock(let minutes): "a time of day, \(minutes / 60):\(minutes % 60)"
        case .word(let word): word
        case .sign(let sign): sign
        case .end: "the end"
        }
    }
}

/// A piece and where it stands.
struct PlacedToken {
    var token: Token
    var at: Int
}

/// Cuts the text of a rule into pieces.
struct Lexer {
    private let bytes: [UInt8]
    private var place = 0
    private var tokens: [PlacedToken] = []

    /// Longer rules are a mistake.
    static let bytesMax = 4096

    static func tokens(of text: String) throws(RuleError) -> [PlacedToken] {
        var lexer = Lexer(bytes: Array(text.utf8))
        guard lexer.bytes.count <= bytesMax else {
            throw RuleError(
                at: 0, "the rule is longer than \(bytesMax) characters; let: gives parts of it names")
        }
        while try lexer.next() {}
        return lexer.tokens
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private static let pairs = ["<=", ">=", "==", "!="]
    /// What other languages write, and what is meant.
    private static let foreign = [
        "&&": "and", "||": "or", "<>": "!=", "=<": "<=", "=>": ">=", "**": "^", "!": "not", "&": "and",
        "|": "or",
    ]

    private mutating func next() throws(RuleError) -> Bool {
        while place < bytes.count, isBlank(bytes[place]) { place += 1 }
        guard place < bytes.count else {
            tokens.append(PlacedToken(token: .end, at: bytes.count))
            return false
        }
        let begin = place
        let byte = bytes[place]
        if isDigit(byte) || byte == UInt8(ascii: ".") && isDigit(at: place + 1) {
            try takeNumber()
        } else if isLetter(byte) {
            while place < bytes.count, isLetter(bytes[place]) || isDigit(bytes[place]) { place += 1 }
            tokens.append(PlacedToken(token: .word(text(begin)), at: begin))
        } else {
            try takeSign()
        }
        return true
    }

    private mutating func takeNumber() throws(RuleError) {
        let begin = place
        while isDigit(at: place) { place += 1 }
        if place < bytes.count, bytes[place] == UInt8(ascii: ":"), isDigit(at: place + 1) {
            return try takeClock(from: begin)
        }
        if place < bytes.count, bytes[place] == UInt8(ascii: "."), isDigit(at: place + 1) {
            place += 1
            while isDigit(at: place) { place += 1 }
        }
        takeExponent()
        if place < bytes.count, bytes[place] == UInt8(ascii: "%"), !isOperand(at: place + 1) {
            place += 1
            guard let value = Double(text(begin).dropLast()) else { throw notNumber(begin) }
            return tokens.append(PlacedToken(token: .number(value / 100), at: begin))
        }
        if place < bytes.count, isLetter(bytes[place]) {
            while place < bytes.count, isLetter(bytes[place]) || isDigit(bytes[place]) { place += 1 }
            throw notNumber(begin)
        }
        guard let value = Double(text(begin)), value.isFinite else { throw notNumber(begin) }
        tokens.append(PlacedToken(token: .number(value), at: begin))
    }

    private mutating func takeExponent() {
        guard place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") else { return }
        var next = place + 1
        if next < bytes.count, bytes[next] == UInt8(ascii: "-") || bytes[next] == UInt8(ascii: "+") {
            next += 1
        }
        guard isDigit(at: next) else { return }
        place = next
        while isDigit(at: place) { place += 1 }
    }

    private mutating func takeClock(from begin: Int) throws(RuleError) {
        place += 1
        while isDigit(at: place) { place += 1 }
        let parts = text(begin).split(separator: ":")
        guard parts.count == 2, parts[1].utf8.count == 2, let hour = Int(parts[0]),
            let minute = Int(parts[1]),
            hour < 24, minute < 60
        else {
            throw RuleError(at: begin, "\(text(begin)) is no time of day; 09:45 would be one")
        }
        tokens.append(PlacedToken(token: .clock(hour * 60 + minute), at: begin))
    }

    private func notNumber(_ begin: Int) -> RuleError {
        RuleError(at: begin, "\(text(begin).prefix(40)) is no number, and names begin with a letter")
    }

    private mutating func takeSign() throws(RuleError) {
        let two = place + 1 < bytes.count ? String(decoding: bytes[place...place + 1], as: UTF8.self) : ""
        let one = String(decoding: bytes[place...place], as: UTF8.self)
        if Lexer.pairs.contains(two) {
            tokens.append(PlacedToken(token: .sign(two), at: place))
            place += 2
            return
        }
        if let meant = Lexer.foreign[two] ?? Lexer.foreign[one] {
            let given = Lexer.foreign[two] == nil ? one : two
            throw RuleError(at: place, "\(given) is not of this language; \(meant) would be right")
        }
        guard "+-*/^()[],.<>=".utf8.contains(bytes[place]) else {
            // A letter of another script is more than one byte.
            let letter =
                String(decoding: bytes[place...].prefix(4), as: UTF8.self).first.map { "\($0)" } ?? one
            throw RuleError(at: place, "\(visible(letter)) has no meaning in a rule")
        }
        tokens.append(PlacedToken(token: .sign(one), at: place))
        place += 1
    }

    private func visible(_ letter: String) -> String {
        letter.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
            ? "a control character" : letter
    }

    private func text(_ begin: Int) -> String { String(decoding: bytes[begin..<place], as: UTF8.self) }
    private func isDigit(at place: Int) -> Bool { place < bytes.count && isDigit(bytes[place]) }
    private func isOperand(at place: Int) -> Bool {
        place < bytes.count
            && (isDigit(bytes[place]) || isLetter(bytes[place]) || bytes[place] == UInt8(ascii: "("))
    }
    private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
    private func isLetter(_ byte: UInt8) -> Bool {
        byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
    }
    private func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}

/// A number as one writes it.
func shown(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e15 ? "\(Int64(value))" : "\(value)"
}
