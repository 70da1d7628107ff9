import Configuration
import Rules
import Strategies

/// Reads a sheet of rules in YAML, and finds every mistake at once, each with its line and column and what would be right.
public struct SheetReader {
    private let path: String
    private let source: [UInt8]
    private var problems: [SettingsProblem] = []
    private var parameters: [Parameter] = []
    private var definitions: [(name: String, expression: Expression)] = []
    /// Where the text of each part stands.
    private var nodes: [String: YamlNode] = [:]

    static let keys = [
        "name", "summary", "parameters", "let", "enter", "exit", "size", "stop", "trail", "target", "short",
    ]
    static let sideKeys = ["enter", "exit", "size", "stop", "trail", "target"]

    /// The sheet of a file; `name` is what it is called where it does not say.
    public static func read(_ bytes: [UInt8], path: String) throws(SheetError) -> RuleSheet {
        var reader = SheetReader(path: path, source: bytes)
        guard let sheet = reader.sheet(), reader.problems.isEmpty else {
            throw SheetError(path: path, problems: reader.sorted)
        }
        return sheet
    }

    private init(path: String, source: [UInt8]) {
        self.path = path
        self.source = source
    }

    private var sorted: [SettingsProblem] {
        var seen: Set<SettingsProblem> = []
        return problems.filter { seen.insert($0).inserted }
            .sorted { ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0) }
    }

    private mutating func sheet() -> RuleSheet? {
        let (root, faults) = YamlReader.read(source)
        for fault in faults { report(fault.mark, fault.sentence) }
        let entries = entries(of: root, "a sheet of rules is a mapping with the key enter")
        for entry in entries where !SheetReader.keys.contains(entry.key) {
            refuse(entry, of: "a sheet of rules", SheetReader.keys)
        }
        func node(_ key: String) -> YamlEntry? { entries.first { $0.key == key } }
        if let entry = node("parameters") { readParameters(entry.value) }
        if let entry = node("let") { readDefinitions(entry.value) }
        let long = side(entries, prefix: "")
        var short = RuleSheet.Side()
        if let entry = node("short") {
            let entries = self.entries(of: entry.value, "short is a mapping with the key enter")
            for entry in entries where !SheetReader.sideKeys.contains(entry.key) {
                refuse(entry, of: "short", SheetReader.sideKeys)
            }
            short = side(entries, prefix: "short.")
            needsEnd(short, other: long, at: entry.mark, "short: ")
        }
        let name = node("name").flatMap { text($0.value, "name is a word") } ?? fileName
        let summary = node("summary").flatMap { text($0.value, "summary is a text") } ?? "rules of \(path)"
        if problems.isEmpty {
            let start = node("enter")?.mark ?? root?.mark ?? YamlMark(line: 1, column: 1)
            if long.enter == nil, short.enter == nil {
                report(start, "there is no rule to enter: enter: close > sma(50) would be one")
            }
            needsEnd(long, other: short, at: start, "")
        }
        guard problems.isEmpty else { return nil }
        do throws(RuleSheetError) {
            return try RuleSheet(
                name: name, summary: summary, parameters: parameters, definitions: definitions, long: long,
                short: short)
        } catch {
            report(error.rule, in: error.part)
            return nil
        }
    }

    /// Who enters and never leaves has forgotten something.
    private mutating func needsEnd(
        _ side: RuleSheet.Side, other: RuleSheet.Side, at mark: YamlMark, _ prefix: String
    ) {
        guard side.enter != nil, side.exit == nil, side.stop == nil, side.trail == nil, side.target == nil,
            other.enter == nil
        else { return }
        report(mark, "\(prefix)nothing says when to leave: exit, stop, trail or target would be right")
    }

    private var fileName: String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return String(name.split(separator: ".").first ?? "rules")
    }

    // MARK: Rules

    private mutating func side(_ entries: [YamlEntry], prefix: String) -> RuleSheet.Side {
        var side = RuleSheet.Side()
        for entry in entries where SheetReader.sideKeys.contains(entry.key) {
            let expression = rule(entry.value, "\(prefix)\(entry.key)")
            switch entry.key {
            case "enter": side.enter = expression
            case "exit": side.exit = expression
            case "size": side.size = expression
            case "stop": side.stop = expression
            case "trail": side.trail = expression
            default: side.target = expression
            }
        }
        if side.enter == nil,
            let other = entries.first(where: { SheetReader.sideKeys.contains($0.key) && $0.key != "enter" }),
            !entries.contains(where: { $0.key == "enter" })
        {
            report(other.mark, "\(prefix)\(other.key) needs an enter beside it")
        }
        return side
    }

    private mutating func rule(_ node: YamlNode, _ part: String) -> Expression? {
        guard let text = text(node, "\(part) is a rule, such as close > sma(50)") else { return nil }
        nodes[part] = node
        do throws(RuleError) {
            return try Expression(text)
        } catch {
            report(error, in: part)
            return nil
        }
    }

    private mutating func readDefinitions(_ node: YamlNode) {
        for entry in entries(of: node, "let is a mapping of names to parts of rules") {
            guard isFree(entry, "a part of rules") else { continue }
            if let expression = rule(entry.value, "let.\(entry.key)") {
                definitions.append((entry.key, expression))
            }
        }
    }

    // MARK: Parameters

    private mutating func readParameters(_ node: YamlNode) {
        for entry in entries(of: node, "parameters is a mapping of names to their defaults") {
            guard isFree(entry, "a parameter") else { continue }
            if case .mapping = entry.value.content {
                readParameter(entry)
            } else if let text = text(
                entry.value, "\(entry.key) is a number, true or false, or has default and range")
            {
                add(entry.key, text, nil, "", at: entry.value.mark)
            }
        }
    }

    private mutating func readParameter(_ entry: YamlEntry) {
        var texts: [String: String] = [:]
        let known = ["default", "range", "meaning"]
        for each in entries(of: entry.value, "") {
            guard known.contains(each.key) else {
                refuse(each, of: "the parameter \(entry.key)", known)
                continue
            }
            texts[each.key] = text(each.value, "\(each.key) is a text")
        }
        guard let fallback = texts["default"] else {
            return report(
                entry.mark,
                "\(entry.key) has no default: \(entry.key): {default: 20, range: 2..200} would be right")
        }
        add(entry.key, fallback, texts["range"], texts["meaning"] ?? "", at: entry.value.mark)
    }

    private mutating func add(
        _ name: String, _ fallback: String, _ range: String?, _ meaning: String, at mark: YamlMark
    ) {
        do throws(SheetParameter.Problem) {
            parameters.append(try SheetParameter.parameter(name, fallback, range: range, meaning: meaning))
        } catch {
            report(mark, error.sentence)
        }
    }

    /// A name of one's own is a word that means nothing yet.
    private mutating func isFree(_ entry: YamlEntry, _ what: String) -> Bool {
        let name = entry.key
        guard SheetParameter.isName(name) else {
            report(
                entry.mark,
                "\(JSONWriter.string(name)) cannot name \(what): small letters, digits and _ would be right")
            return false
        }
        guard !SheetParameter.isTaken(name) else {
            report(entry.mark, "\(name) means something in rules already; another name would be right")
            return false
        }
        guard !parameters.contains(where: { $0.name == name }),
            !definitions.contains(where: { $0.name == name })
        else {
            report(entry.mark, "\(name) names a parameter already")
            return false
        }
        return true
    }

    // MARK: What every part is made of

    private mutating func entries(of node: YamlNode?, _ expectation: String) -> [YamlEntry] {
        guard let node else { return [] }
        switch node.content {
        case .mapping(let entries):
            var lines: [String: Int] = [:]
            return entries.filter { entry in
                guard let line = lines.updateValue(entry.mark.line, forKey: entry.key) else { return true }
                report(entry.mark, "\(entry.key) is given twice, first in line \(line)")
                return false
            }
        case .refused: return []
        case .scalar, .sequence:
            report(node.mark, expectation)
            return []
        }
    }

    private mutating func text(_ node: YamlNode, _ expectation: String) -> String? {
        switch node.content {
        case .scalar("", isPlain: true), .scalar("~", isPlain: true), .scalar("null", isPlain: true):
            report(node.mark, expectation)
            return nil
        case .scalar(let text, _): return text
        case .refused: return nil
        case .mapping, .sequence:
            report(node.mark, expectation)
            return nil
        }
    }

    private mutating func refuse(_ entry: YamlEntry, of what: String, _ known: [String]) {
        let near = Spelling.nearest(to: entry.key, among: known)
        report(
            entry.mark,
            "\(JSONWriter.string(entry.key)) is no key of \(what)"
                + (near.map { "; did you mean \($0)?" } ?? "; there are \(known.joined(separator: ", "))"))
    }

    private mutating func report(_ error: RuleError, in part: String) {
        let near = error.unknown.flatMap { Spelling.nearest(to: $0, among: error.known) }
        let mark = nodes[part].map { SourcePlace.mark(of: error.offset, in: $0, source) }
        report(
            mark ?? YamlMark(line: 1, column: 1),
            "\(part): \(error)" + (near.map { "; did you mean \($0)?" } ?? ""))
    }

    private mutating func report(_ mark: YamlMark, _ sentence: String) {
        problems.append(SettingsProblem(at: path, line: mark.line, column: mark.column, sentence))
    }
}

/// All mistakes of a sheet of rules.
public struct SheetError: Error, Sendable, CustomStringConvertible {
    public var path: String
    public var problems: [SettingsProblem]

    public var description: String {
        let lines = problems.map { "\n  \($0)" }.joined()
        return problems.count == 1
            ? "\(path) cannot be used:\(lines)" : "\(path) is wrong in \(problems.count) places:\(lines)"
    }
}
