/// The kind of value that a setting, an option or an argument takes: reads a text, or says in one clause
/// what would be right.
public enum ValueType: Hashable, Sendable {
    case text
    case path
    case choice([String])
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    /// A number, `off` for no limit, or nothing for what else would hold.
    case limit(ClosedRange<Double>, isWhole: Bool)
    case flag
    case duration(ClosedRange<Duration>)
    /// Bytes, written with a unit: `64MiB`.
    case size(ClosedRange<Int>)
    /// Texts, separated by commas on a command line and in an environment variable.
    case list
    /// Some of these names, each once, in an order. Of those that are gone a clause says what to take instead.
    case names([String], gone: [String: String] = [:])

    /// Any number of bytes.
    public static let size = ValueType.size(0...Int.max)
    /// Any duration that fits 64 bits of nanoseconds.
    public static let duration = ValueType.duration(.zero...DurationText.longest)
    /// Any whole number.
    public static let integer = ValueType.integer(Int.min...Int.max)
    /// Any finite number.
    public static let number = ValueType.number(
        -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)

    /// The value that a text stands for, or nothing if the text is not of this type.
    public func value(of text: String) -> Value? {
        switch self {
        case .text, .path: return .text(text)
        case .choice(let choices): return choices.contains(text) ? .text(text) : nil
        case .integer: return Int(text).map(Value.integer).flatMap(admitted)
        case .number: return Double(text).map(Value.number).flatMap(admitted)
        case .limit:
            if text.isEmpty || text == "off" { return .text(text) }
            return Double(text).map(Value.number).flatMap(admitted)
        case .flag:
            switch text {
            case "true", "yes", "on": return .flag(true)
            case "false", "no", "off": return .flag(false)
            default: return nil
            }
        case .duration: return DurationText.duration(of: text).map(Value.duration).flatMap(admitted)
        case .size: return SizeText.bytes(of: text).map(Value.size).flatMap(admitted)
        case .list: return .list(ValueType.items(of: text))
        case .names: return admitted(.list(ValueType.items(of: text)))
        }
    }

    /// Whether a value is of this type and within its bounds.
    public func admits(_ value: Value) -> Bool {
        switch (self, value) {
        case (.text, .text), (.path, .text), (.flag, .flag), (.list, .list): true
        case (.choice(let choices), .text(let text)): choices.contains(text)
        case (.names(let names, _), .list(let items)):
            items.allSatisfy { names.contains($0) } && Set(items).count == items.count
        case (.integer(let range), .integer(let integer)): range.contains(integer)
        case (.number(let range), .number(let number)): number.isFinite && range.contains(number)
        case (.limit, .text(let text)): text.isEmpty || text == "off"
        case (.limit(let range, let isWhole), .number(let number)):
            number.isFinite && range.contains(number) && (!isWhole || number == number.rounded())
        case (.duration(let range), .duration(let duration)): range.contains(duration)
        case (.size(let range), .size(let bytes)): range.contains(bytes)
        default: false
        }
    }

    /// What would be right: "a whole number from 1 to 9".
    public var expectation: String {
        switch self {
        case .text: "a text"
        case .path: "a path"
        case .choice(let choices): choices.alternatives
        case .integer(let range):
            "a whole number"
                + ValueType.bounds(
                    range.lowerBound == .min ? nil : String(range.lowerBound),
                    range.upperBound == .max ? nil : String(range.upperBound))
        case .number(let range):
            "a number"
                + ValueType.bounds(
                    range.lowerBound == -Double.greatestFiniteMagnitude
                        ? nil : Value.number(range.lowerBound).canonicalText,
                    range.upperBound == Double.greatestFiniteMagnitude
                        ? nil : Value.number(range.upperBound).canonicalText)
        case .limit(let range, let isWhole):
            (isWhole ? "a whole number" : "a number")
                + ValueType.bounds(
                    Value.number(range.lowerBound).canonicalText,
                    Value.number(range.upperBound).canonicalText) + ", or off"
        case .flag: "true or false"
        case .duration(let range):
            "a duration such as 250ms, 5s or 2m"
                + ValueType.bounds(
                    range.lowerBound == .zero ? nil : DurationText.text(of: range.lowerBound),
                    range.upperBound == DurationText.longest
                        ? nil : DurationText.text(of: range.upperBound))
        case .size(let range):
            "a size such as 512KiB or 64MiB"
                + ValueType.bounds(
                    range.lowerBound == 0 ? nil : SizeText.text(of: range.lowerBound),
                    range.upperBound == .max ? nil : SizeText.text(of: range.upperBound))
        case .list: "a list of texts"
        case .names(let names, _): "a list, each once, of " + names.alternatives
        }
    }

    /// The sentence for a text that is refused: `NAME must be …, not "…"`.
    public func refusal(of text: String, for name: String) -> String {
        var sentence = "\(name) must be \(expectation), not \(text.quoted)"
        if case .choice(let choices) = self, let near = Spelling.nearest(to: text, among: choices) {
            sentence += "; did you mean \(near)?"
        }
        if case .names(let names, let gone) = self,
            let wrong = ValueType.items(of: text).first(where: { !names.contains($0) })
        {
            if let instead = gone[wrong.lowercased()] { return "\(name) names \(wrong): \(instead)" }
            if let near = Spelling.nearest(to: wrong, among: names) { sentence += "; did you mean \(near)?" }
        }
        return sentence
    }

    /// Whether its values are lists of texts.
    var isList: Bool {
        switch self {
        case .list, .names: true
        default: false
        }
    }

    private func admitted(_ value: Value) -> Value? { admits(value) ? value : nil }

    private static func bounds(_ low: String?, _ high: String?) -> String {
        switch (low, high) {
        case (let low?, let high?): " from \(low) to \(high)"
        case (let low?, nil): " of at least \(low)"
        case (nil, let high?): " of at most \(high)"
        case (nil, nil): ""
        }
    }

    private static func items(of text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmed }.filter { !$0.isEmpty }
    }
}
