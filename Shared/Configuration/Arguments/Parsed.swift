/// A command line that was understood: which command, with which values. Every value is already of its type.
public struct Parsed: Sendable {
    /// The words of the command from the root: `["tradewind", "config", "check"]`.
    public let path: [String]
    let options: [OptionSpec]
    let arguments: [ArgumentSpec]
    /// By option or argument name, in the order given.
    let given: [String: [Value]]

    /// The words after the root: `["config", "check"]`, empty for an executable without subcommands.
    public var command: [String] { Array(path.dropFirst()) }

    /// Whether the option or argument was on the command line.
    public func isGiven(_ name: String) -> Bool { given[name] != nil }

    public func flag(_ name: String) -> Bool {
        guard case .flag(let flag) = required(name) else { mistyped(name) }
        return flag
    }

    public func text(_ name: String) -> String { asText(required(name), name) }
    public func int(_ name: String) -> Int { asInt(required(name), name) }
    public func number(_ name: String) -> Double { asNumber(required(name), name) }
    /// In nanoseconds.
    public func duration(_ name: String) -> Int64 { asDuration(required(name), name) }
    /// In bytes.
    public func size(_ name: String) -> Int { asSize(required(name), name) }
    public func list(_ name: String) -> [String] { asList(required(name), name) }

    public func text(ifGiven name: String) -> String? { value(name).map { asText($0, name) } }
    public func int(ifGiven name: String) -> Int? { value(name).map { asInt($0, name) } }
    public func number(ifGiven name: String) -> Double? { value(name).map { asNumber($0, name) } }
    /// In nanoseconds.
    public func duration(ifGiven name: String) -> Int64? { value(name).map { asDuration($0, name) } }
    /// In bytes.
    public func size(ifGiven name: String) -> Int? { value(name).map { asSize($0, name) } }
    public func list(ifGiven name: String) -> [String]? { value(name).map { asList($0, name) } }

    /// Every value of a repeating option or argument, in the order given.
    public func texts(_ name: String) -> [String] {
        checkDeclared(name)
        return (given[name] ?? []).map { asText($0, name) }
    }

    private func value(_ name: String) -> Value? {
        checkDeclared(name)
        return given[name]?.last ?? fallback(name)
    }

    /// Checked against the declaration and not against what happens to be given, so that a mistake of the
    /// programmer shows at the first run.
    private func required(_ name: String) -> Value {
        let isCertain =
            options.contains { $0.name == name && ($0.isRequired || $0.fallback != nil) }
            || arguments.contains { $0.name == name && ($0.isRequired || $0.fallback != nil) }
        precondition(isCertain, "\(name) is neither required nor has a default: read it with ifGiven:")
        guard let value = value(name) else {
            preconditionFailure("\(name) passed the parser without a value")
        }
        return value
    }

    private func fallback(_ name: String) -> Value? {
        options.first { $0.name == name }?.fallback ?? arguments.first { $0.name == name }?.fallback
    }

    private func checkDeclared(_ name: String) {
        precondition(
            options.contains { $0.name == name } || arguments.contains { $0.name == name },
            "\(path.joined(separator: " ")) declares no \(name)")
    }

    private func asText(_ value: Value, _ name: String) -> String {
        guard case .text(let text) = value else { mistyped(name) }
        return text
    }

    private func asInt(_ value: Value, _ name: String) -> Int {
        guard case .integer(let integer) = value else { mistyped(name) }
        return integer
    }

    private func asNumber(_ value: Value, _ name: String) -> Double {
        guard case .number(let number) = value else { mistyped(name) }
        return number
    }

    private func asDuration(_ value: Value, _ name: String) -> Int64 {
        guard case .duration(let duration) = value else { mistyped(name) }
        return duration.wholeNanoseconds
    }

    private func asSize(_ value: Value, _ name: String) -> Int {
        guard case .size(let bytes) = value else { mistyped(name) }
        return bytes
    }

    private func asList(_ value: Value, _ name: String) -> [String] {
        guard case .list(let items) = value else { mistyped(name) }
        return items
    }

    private func mistyped(_ name: String) -> Never {
        preconditionFailure("\(name) is declared with another type than it is read with")
    }
}

extension Parsed {
    /// What an option says, as words that a command line takes again: what was given, else the default, else nothing.
    public func words(_ name: String) -> [String] {
        checkDeclared(name)
        let values = given[name] ?? fallback(name).map { [$0] } ?? []
        return values.map { value in
            switch value {
            case .text(let text): text
            case .list(let items): items.joined(separator: ",")
            default: value.canonicalText
            }
        }
    }
}

extension Parsed {
    /// The same, with settings in the place of options that were not on the command line: `--cash-reserve` is
    /// `backtest.cash_reserve`. A setting that nobody has given changes nothing, and neither does one that is empty.
    public func filled(from settings: Settings, _ section: String) throws(Failure) -> Parsed {
        var given = given
        for option in options where given[option.name] == nil {
            let key = "\(section).\(String(option.name.map { $0 == "-" ? "_" : $0 }))"
            guard settings.schema.declares(key), settings.origin(key) != .standard else { continue }
            let value = settings.value(key)
            let texts: [String]
            switch value {
            case .list(let items) where option.type != .list: texts = items
            case .text(let text): texts = text.isEmpty ? [] : [text]
            default:
                given[option.name] = [value]
                continue
            }
            for text in texts {
                guard let value = option.type.value(of: text) else {
                    throw Failure("\(settings.origin(key)): \(option.type.refusal(of: text, for: key))")
                }
                given[option.name, default: []].append(value)
            }
        }
        return Parsed(path: path, options: options, arguments: arguments, given: given)
    }
}
