import Configuration

/// Reads one service of a compose file.
extension ComposeReader {
    mutating func service(_ entry: YamlEntry) -> ComposeService {
        var service = ComposeService(entry.key)
        let isName = entry.key.utf8.allSatisfy {
            (97...122).contains($0) || (48...57).contains($0) || $0 == 95
        }
        if entry.key.isEmpty || !isName {
            report(entry.mark, "the name of a service is lower case letters, digits and _, as in historian")
        }
        var scaled: YamlMark?
        for key in entries(
            of: entry.value, "a service is a mapping, with command and the rest below its name")
        {
            let (node, mark) = (key.value, key.value.mark)
            switch key.key {
            case "command": service.command = command(node)
            case "environment": service.environment = environment(node)
            case "depends_on": service.dependencies = dependencies(node)
            case "restart": service.restart = restart(node) ?? .no
            case "scale", "deploy":
                guard let replicas = key.key == "scale" ? count(node, "scale") : deploy(node) else {
                    continue
                }
                if scaled != nil { report(key.mark, "scale and deploy.replicas say the same; keep one") }
                scaled = mark
                service.replicas = replicas
            case "cpuset":
                service.processors = quantity(
                    node, "cpuset takes processors in quotes, as in \"0,2\" or \"0-3\"", quoted: true
                ) { ComposeUnits.processors($0) }
            case "mem_limit":
                service.memoryMax = quantity(node, "mem_limit takes a size, as in 512m or 2g") {
                    ComposeUnits.bytes($0)
                }
            case "stop_grace_period":
                service.stopGrace =
                    quantity(node, "stop_grace_period takes a time, as in 3s or 1m30s") {
                        ComposeUnits.span($0)
                    } ?? service.stopGrace
            case "profiles":
                service.profiles = texts(node, "profiles takes a list of names, as in [research]")
            default:
                if ComposeKeys.containersOnly.contains(key.key) || key.key.hasPrefix("x-") { continue }
                refuse(
                    key, of: "a service", ComposeKeys.obeyed + ComposeKeys.containersOnly,
                    ComposeKeys.serviceRefused)
            }
        }
        if service.command.isEmpty, case .mapping(let given) = entry.value.content,
            !given.contains(where: { $0.key == "command" })
        {
            report(entry.mark, "\(entry.key) has no command; write command: [\"\(entry.key)\"]")
        }
        return service
    }

    private mutating func command(_ node: YamlNode) -> [String] {
        let words = texts(node, "command takes a list of words, as in [\"feed\", \"--shard\", \"all\"]")
        if let program = words.first, program.isEmpty || program.contains("/") {
            report(
                node.mark,
                "a command begins with the name of a program that lies beside the supervisor, as in [\"feed\"]"
            )
        }
        return words
    }

    /// A mapping of names to values, or a list of `NAME=value`. A name without a value passes the variable on.
    private mutating func environment(_ node: YamlNode) -> [String: String] {
        var variables: [String: String] = [:]
        if case .sequence(let items) = node.content {
            for item in items {
                guard let text = text(item, "environment takes NAME=value, or names and values below it")
                else { continue }
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2 else { continue }
                set(String(parts[0]), String(parts[1]), item.mark, item.mark, &variables)
            }
            return variables
        }
        for entry in entries(of: node, "environment takes NAME: value below it, or a list of NAME=value") {
            switch entry.value.content {
            case .scalar("", isPlain: true), .scalar("null", isPlain: true), .scalar("~", isPlain: true):
                continue
            case .scalar(let text, isPlain: true) where ComposeReader.flags.contains(text.lowercased()):
                report(entry.value.mark, "\(entry.key) must be a text; write \"\(text)\" in quotes")
            default:
                let expectation = "the value of \(entry.key) must be one text"
                guard let text = text(entry.value, expectation) else { continue }
                set(entry.key, text, entry.mark, entry.value.mark, &variables)
            }
        }
        return variables
    }

    /// What YAML takes for true and false, where docker-compose wants a text.
    private static let flags = ["true", "false", "yes", "no", "on", "off", "y", "n"]

    private mutating func set(
        _ name: String, _ value: String, _ nameMark: YamlMark, _ valueMark: YamlMark,
        _ variables: inout [String: String]
    ) {
        switch schema.fault(ofVariable: name, value) {
        case .unknown(let sentence): report(nameMark, sentence)
        case .value(let sentence): report(valueMark, sentence)
        case nil: variables[name] = value
        }
    }

    private mutating func dependencies(_ node: YamlNode) -> [ComposeService.Dependency] {
        if case .sequence(let items) = node.content {
            return items.compactMap { item in
                text(item, "depends_on takes names of services").map { name in
                    depended.append((name, item.mark))
                    return .init(name, isReady: false)
                }
            }
        }
        return entries(of: node, "depends_on takes names of services, or names with a condition").map {
            entry in
            var isReady = false
            depended.append((entry.key, entry.mark))
            for key in entries(
                of: entry.value, "\(entry.key) takes a condition: {condition: service_healthy}")
            {
                guard key.key == "condition" else {
                    refuse(key, of: "a dependency", ["condition"], [:])
                    continue
                }
                switch text(key.value, "condition takes service_started or service_healthy") {
                case "service_healthy": isReady = true
                case "service_started", nil: break
                case "service_completed_successfully":
                    report(
                        key.value.mark,
                        "service_completed_successfully is not supported: services of a mesh do not complete")
                case .some(let other):
                    report(
                        key.value.mark,
                        "condition takes service_started or service_healthy, not \(JSONWriter.string(other))")
                }
            }
            return .init(entry.key, isReady: isReady)
        }
    }

    private mutating func restart(_ node: YamlNode) -> RestartPolicy? {
        let expectation =
            "restart takes \"no\" (in quotes), always, on-failure, on-failure:5 or unless-stopped"
        if case .scalar(let text, isPlain: true) = node.content,
            ComposeReader.flags.contains(text.lowercased())
        {
            report(node.mark, expectation)
            return nil
        }
        guard let text = text(node, expectation) else { return nil }
        switch text {
        case "no": return .no
        case "always": return .always
        case "unless-stopped": return .unlessStopped
        case "on-failure": return .onFailure(max: nil)
        default:
            if text.hasPrefix("on-failure:"), let max = Int(text.dropFirst(11)), max > 0 {
                return .onFailure(max: max)
            }
            let near = Spelling.nearest(to: text, among: ["always", "on-failure", "unless-stopped"])
            report(
                node.mark,
                expectation + ", not \(JSONWriter.string(text))"
                    + (near.map { "; did you mean \($0)?" } ?? ""))
            return nil
        }
    }

    private mutating func deploy(_ node: YamlNode) -> Int? {
        var replicas: Int?
        for entry in entries(of: node, "deploy takes replicas: a number") {
            if entry.key == "replicas" {
                replicas = count(entry.value, "replicas")
            } else {
                refuse(entry, of: "deploy", ComposeKeys.deploy, ComposeKeys.deployRefused)
            }
        }
        return replicas
    }

    private mutating func count(_ node: YamlNode, _ name: String) -> Int? {
        quantity(node, "\(name) takes a number from 0 to \(ComposeReader.replicasMax)") { text in
            Int(text).flatMap { (0...ComposeReader.replicasMax).contains($0) ? $0 : nil }
        }
    }

    /// More replicas than a machine of ours has processors are a slip of the finger.
    public static let replicasMax = 256

    private mutating func quantity<Value>(
        _ node: YamlNode, _ expectation: String, quoted: Bool = false, _ read: (String) -> Value?
    ) -> Value? {
        if quoted, case .scalar(let text, isPlain: true) = node.content, Int(text) != nil {
            report(node.mark, expectation)
            return nil
        }
        guard let text = text(node, expectation) else { return nil }
        guard let value = read(text) else {
            report(node.mark, "\(expectation), not \(JSONWriter.string(text))")
            return nil
        }
        return value
    }
}
