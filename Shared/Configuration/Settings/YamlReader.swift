/// Reads one YAML file into a tree with places, and collects everything in it that is not wanted there.
package struct YamlReader {
    /// How much of YAML a kind of file uses.
    package enum Dialect { case settings, compose }

    private(set) var problems: [YamlProblem] = []
    private let dialect: Dialect
    private var anchors = YamlAnchors()
    private var hasFailed = false
    /// Deeper than any settings file; keeps hostile nesting off the stack.
    private static let depthMax = 32

    private init(_ dialect: Dialect) { self.dialect = dialect }

    /// The tree of a file as far as it could be read, and what is wrong with the file.
    package static func read(
        _ bytes: [UInt8], _ dialect: Dialect = .settings
    ) -> (root: YamlNode?, problems: [YamlProblem]) {
        guard bytes.count <= FileReading.bytesMax else {
            let limit = SizeText.text(of: FileReading.bytesMax)
            return (
                nil,
                [
                    YamlProblem(
                        mark: YamlMark(line: 1, column: 1), sentence: "the file is larger than \(limit)")
                ]
            )
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            return (nil, [YamlProblem(mark: firstInvalid(bytes), sentence: "the file is not UTF-8 text")])
        }
        var reader = YamlReader(dialect)
        let clean = reader.withoutTabs(bytes)
        let root = clean.withUnsafeBufferPointer { reader.root(of: $0) }
        return (root, reader.problems)
    }

    /// Reports each indentation with a tab, and puts spaces there so that the rest can be checked.
    private mutating func withoutTabs(_ bytes: [UInt8]) -> [UInt8] {
        var clean: [UInt8] = []
        clean.reserveCapacity(bytes.count)
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            if index > 0 { clean.append(UInt8(ascii: "\n")) }
            let indent = line.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            let isBlank = indent.count == line.count || line[indent.endIndex] == UInt8(ascii: "\r")
            guard !isBlank, let tab = indent.firstIndex(of: UInt8(ascii: "\t")) else {
                clean += line
                continue
            }
            problems.append(
                YamlProblem(
                    mark: YamlMark(line: index + 1, column: tab - line.startIndex + 1),
                    sentence: "the line is indented with a tab; YAML is indented with spaces"))
            for byte in indent { clean += byte == UInt8(ascii: "\t") ? [0x20, 0x20] : [byte] }
            clean += line[indent.endIndex...]
        }
        return clean
    }

    private mutating func root(of bytes: UnsafeBufferPointer<UInt8>) -> YamlNode? {
        guard var events = YamlEvents(over: bytes) else {
            refuse(YamlMark(line: 1, column: 1), "there is no memory to read the file")
            return nil
        }
        let hasTabs = !problems.isEmpty
        var root: YamlNode?
        while let event = next(&events) {
            switch event.kind {
            case .streamEnd: return root
            case .documentStart where root != nil:
                refuse(event.mark, "a second document begins here (---); a \(dialect) file holds one")
                return root
            case .streamStart, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd: continue
            default: root = node(event, &events, depth: 0)
            }
        }
        // With tabs guessed away, a syntax error is most likely theirs.
        if hasTabs, problems.count > 1, problems.last?.sentence.hasPrefix("this is not valid YAML") == true {
            problems.removeLast()
        }
        return root
    }

    private mutating func next(_ events: inout YamlEvents) -> YamlEvent? {
        guard !hasFailed else { return nil }
        do {
            return try events.next()
        } catch {
            hasFailed = true
            problems.append(error)
            return nil
        }
    }

    private mutating func node(_ event: YamlEvent, _ events: inout YamlEvents, depth: Int) -> YamlNode {
        if let anchor = event.anchor, dialect == .settings {
            refuse(event.mark, "the anchor &\(anchor) is not supported; write the value where it is used")
        }
        if let tag = event.tag {
            refuse(
                event.mark,
                "the tag \(tag) is not supported; the \(dialect == .settings ? "setting's " : "")key decides its type"
            )
        }
        guard depth <= YamlReader.depthMax else {
            refuse(event.mark, "the file is nested deeper than \(YamlReader.depthMax) levels")
            hasFailed = true
            return YamlNode(content: .refused, mark: event.mark)
        }
        let content: YamlNode.Content
        switch event.kind {
        case .scalar(let text, let isPlain): content = .scalar(text, isPlain: isPlain)
        case .sequenceStart: content = .sequence(items(&events, depth: depth + 1))
        case .mappingStart: content = .mapping(entries(&events, depth: depth + 1))
        case .alias(let name) where dialect == .compose:
            return anchored(name, event.mark)
        case .alias(let name):
            refuse(
                event.mark,
                "the alias *\(name) is not supported; write the value out, in quotes if it is a text")
            content = .refused
        default: content = .refused
        }
        let node = YamlNode(content: content, mark: event.mark)
        if let anchor = event.anchor { anchors.name(node, anchor) }
        return node
    }

    /// The node that an alias stands for, with the places where it was written.
    private mutating func anchored(_ name: String, _ mark: YamlMark) -> YamlNode {
        do {
            return try anchors.node(name)
        } catch {
            refuse(mark, error.sentence)
            return YamlNode(content: .refused, mark: mark)
        }
    }

    private mutating func items(_ events: inout YamlEvents, depth: Int) -> [YamlNode] {
        var items: [YamlNode] = []
        while let event = next(&events) {
            if case .sequenceEnd = event.kind { break }
            items.append(node(event, &events, depth: depth))
        }
        return items
    }

    private mutating func entries(_ events: inout YamlEvents, depth: Int) -> [YamlEntry] {
        var entries: [YamlEntry] = []
        while let event = next(&events) {
            if case .mappingEnd = event.kind { break }
            let key = node(event, &events, depth: depth)
            guard let valueEvent = next(&events) else { break }
            let value = node(valueEvent, &events, depth: depth)
            switch key.content {
            case .scalar("<<", isPlain: true) where dialect == .compose:
                merge(value, into: &entries)
            case .scalar("<<", isPlain: true):
                refuse(key.mark, "the merge key << is not supported; use a file for each environment instead")
            case .scalar(let name, _) where !hasFailed:
                entries.removeAll { $0.isMerged && $0.key == name }
                entries.append(YamlEntry(key: name, mark: key.mark, value: value))
            case .scalar, .refused: break
            case .sequence, .mapping: refuse(key.mark, "a key is a word, not a list or a mapping")
            }
        }
        return entries
    }

    /// `<<: *others` adds the entries of another mapping, or of several; what is written here is stronger, before it
    /// and after it.
    private mutating func merge(_ value: YamlNode, into entries: inout [YamlEntry]) {
        switch value.content {
        case .mapping(let merged):
            for entry in merged where !entries.contains(where: { $0.key == entry.key }) {
                entries.append(
                    YamlEntry(key: entry.key, mark: entry.mark, value: entry.value, isMerged: true))
            }
        case .sequence(let several): for each in several { merge(each, into: &entries) }
        case .refused: break
        case .scalar: refuse(value.mark, "<< takes a mapping, such as <<: *service")
        }
    }

    private mutating func refuse(_ mark: YamlMark, _ sentence: String) {
        problems.append(YamlProblem(mark: mark, sentence: sentence))
    }

    private static func firstInvalid(_ bytes: [UInt8]) -> YamlMark {
        var line = 1
        for piece in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if String(validating: piece, as: UTF8.self) == nil { break }
            line += 1
        }
        return YamlMark(line: line, column: 1)
    }
}
