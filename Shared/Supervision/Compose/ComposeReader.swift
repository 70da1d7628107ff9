import Configuration

/// Reads a compose file. What it does not understand it refuses by name, and it finds every mistake at once, each with
/// its line and what would be right.
public struct ComposeReader {
    private let path: String
    let schema: Schema
    private let interpolation: Interpolation
    private var problems: [SettingsProblem] = []
    /// Where each service's name stands.
    private var marks: [String: YamlMark] = [:]
    /// What is depended on, and where that is written.
    var depended: [(name: String, mark: YamlMark)] = []
    /// The order is found by going from service to service: no file of ours comes near this many.
    private static let servicesMax = 1000

    /// The services of a file. `variables` gives the value of `${NAME}`.
    public static func read(
        _ bytes: [UInt8], path: String, schema: Schema = .tradewind,
        variables: @escaping (String) -> String?
    ) throws(ComposeError) -> ComposeFile {
        var reader = ComposeReader(
            path: path, schema: schema, interpolation: Interpolation(variables: variables))
        let file = reader.read(bytes)
        guard reader.problems.isEmpty else { throw ComposeError(path: path, problems: reader.sorted) }
        return file
    }

    /// By place, and once: what stands behind an anchor is read for each service that uses it.
    private var sorted: [SettingsProblem] {
        var seen: Set<SettingsProblem> = []
        return problems.filter { seen.insert($0).inserted }
            .sorted { ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0) }
    }

    private mutating func read(_ bytes: [UInt8]) -> ComposeFile {
        let (root, faults) = YamlReader.read(bytes, .compose)
        for fault in faults { report(fault.mark, fault.sentence) }
        var services: [ComposeService] = []
        for entry in entries(of: root, "a compose file is a mapping with the key services") {
            if entry.key.hasPrefix("x-") { continue }
            guard entry.key == "services" else {
                if !ComposeKeys.file.contains(entry.key) {
                    refuse(entry, of: "a compose file", ComposeKeys.file, ComposeKeys.fileRefused)
                }
                continue
            }
            for service in entries(of: entry.value, "services is a mapping of names to services") {
                marks[service.key] = service.mark
                services.append(self.service(service))
            }
        }
        if services.isEmpty, problems.isEmpty {
            report(YamlMark(line: 1, column: 1), "the file names no service; they stand below services:")
        }
        if services.count > ComposeReader.servicesMax {
            report(
                YamlMark(line: 1, column: 1),
                "the file names \(services.count) services; \(ComposeReader.servicesMax) are the most")
            return ComposeFile(services: [])
        }
        for (name, mark) in depended where marks[name] == nil {
            let near = Spelling.nearest(to: name, among: marks.keys.sorted())
            report(
                mark,
                "there is no service \(JSONWriter.string(name))"
                    + (near.map { "; did you mean \($0)?" } ?? ""))
        }
        checkOrder(services)
        return ComposeFile(services: services)
    }

    private mutating func checkOrder(_ services: [ComposeService]) {
        let all = Dictionary(
            services.map { ($0.name, $0.dependencies.map(\.service)) },
            uniquingKeysWith: { first, _ in first })
        for service in services where service.dependencies.contains(where: { $0.service == service.name }) {
            report(marks[service.name], "\(service.name) depends on itself")
        }
        do {
            _ = try DependencyOrder(all)
        } catch {
            guard error.cycle.count > 2, let first = error.cycle.first else { return }
            report(marks[first], "\(error)")
        }
    }

    // MARK: What every part of the file is made of

    /// The entries of a mapping, each key once; nothing where it is something else, which is reported.
    mutating func entries(of node: YamlNode?, _ expectation: String) -> [YamlEntry] {
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

    /// A scalar with its variables put in; nothing where it is something else, which is reported.
    mutating func text(_ node: YamlNode, _ expectation: String) -> String? {
        switch node.content {
        case .scalar("", isPlain: true), .scalar("~", isPlain: true), .scalar("null", isPlain: true):
            report(node.mark, expectation)
            return nil
        case .scalar(let text, _):
            do {
                return try interpolation.text(of: text)
            } catch {
                report(node.mark, error.sentence)
                return nil
            }
        case .refused: return nil
        case .mapping, .sequence:
            report(node.mark, expectation)
            return nil
        }
    }

    /// The texts of a list.
    mutating func texts(_ node: YamlNode, _ expectation: String) -> [String] {
        guard case .sequence(let items) = node.content else {
            if case .refused = node.content { return [] }
            report(node.mark, expectation)
            return []
        }
        return items.compactMap { text($0, expectation) }
    }

    /// Says what is wrong with a key that is not supported, or not known.
    mutating func refuse(_ entry: YamlEntry, of what: String, _ known: [String], _ refused: [String: String])
    {
        if let instead = refused[entry.key] {
            return report(entry.mark, "\(entry.key) is not supported: \(instead)")
        }
        let near = Spelling.nearest(to: entry.key, among: known)
        report(
            entry.mark,
            "\(JSONWriter.string(entry.key)) is no key of \(what)"
                + (near.map { "; did you mean \($0)?" } ?? ""))
    }

    mutating func report(_ mark: YamlMark?, _ sentence: String) {
        problems.append(SettingsProblem(at: path, line: mark?.line, column: mark?.column, sentence))
    }
}

/// All mistakes of a compose file.
public struct ComposeError: Error, Sendable, CustomStringConvertible {
    public var path: String
    public var problems: [SettingsProblem]

    public var description: String {
        let lines = problems.map { "\n  \($0)" }.joined()
        return problems.count == 1
            ? "\(path) cannot be used:\(lines)" : "\(path) is wrong in \(problems.count) places:\(lines)"
    }
}
