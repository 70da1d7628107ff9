/// Turns log records into lines of bytes, in one buffer that is used again.
struct LogLine {
    private let service: String
    private let format: LogFormat
    private let paint: Paint
    private let secrets: LogSecrets
    private var stamp = TimeText()
    private(set) var bytes: [UInt8] = []

    /// Beyond this a text of a field is cut: a log line is no place for a document.
    static let textMax = 8192

    init(service: String, format: LogFormat, paint: Paint, secrets: LogSecrets) {
        self.service = service
        self.format = format
        self.paint = paint
        self.secrets = secrets
    }

    mutating func compose(_ level: LogLevel, _ event: String, _ fields: LogFields, at nanoseconds: Int64) {
        bytes.removeAll(keepingCapacity: true)
        switch format {
        case .json: composeJSON(level, event, fields, nanoseconds)
        case .text: composeText(level, event, fields, nanoseconds)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func composeJSON(
        _ level: LogLevel, _ event: String, _ fields: LogFields, _ nanoseconds: Int64
    ) {
        bytes += #"{"time":""#.utf8
        stamp.append(nanoseconds, to: &bytes)
        bytes += #"","level":""#.utf8
        bytes += level.rawValue.utf8
        bytes += #"","service":"#.utf8
        JSONWriter.append(service, to: &bytes)
        bytes += #","event":"#.utf8
        JSONWriter.append(shown(event), to: &bytes)
        bytes += #","fields":{"#.utf8
        var isFirst = true
        for (key, value) in fields {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            JSONWriter.append(key, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            append(value, of: key)
        }
        bytes += "}}".utf8
    }

    private mutating func composeText(
        _ level: LogLevel, _ event: String, _ fields: LogFields, _ nanoseconds: Int64
    ) {
        stamp.append(nanoseconds, to: &bytes)
        let style: Style =
            switch level {
            case .debug: .dim
            case .info: .green
            case .warning: .yellow
            case .error: .red
            }
        bytes.append(UInt8(ascii: " "))
        bytes += paint(level.rawValue.uppercased(), style).utf8
        pad(from: level.rawValue.utf8.count, to: 8)
        bytes += service.utf8
        pad(from: service.utf8.count, to: 12)
        bytes += paint(LogLine.bare(shown(event)), .bold).utf8
        for (key, value) in fields {
            bytes.append(UInt8(ascii: " "))
            bytes += paint(LogLine.bare(key) + "=", .dim).utf8
            append(value, of: key)
        }
    }

    private mutating func append(_ value: LogValue, of key: String) {
        guard !secrets.keys.contains(key) else { return append(text: Settings.dots) }
        switch value {
        case .text(let text): append(text: shown(text))
        case .integer(let integer): bytes += String(integer).utf8
        case .number(let number) where number.isFinite: bytes += number.description.utf8
        case .number(let number): append(text: number.description)
        case .flag(let flag): bytes += (flag ? "true" : "false").utf8
        }
    }

    private mutating func append(text: String) {
        if format == .json {
            JSONWriter.append(text, to: &bytes)
        } else {
            bytes += LogLine.bare(text).utf8
        }
    }

    private mutating func pad(from count: Int, to width: Int) {
        for _ in count..<max(width, count + 1) { bytes.append(UInt8(ascii: " ")) }
    }

    private func shown(_ text: String) -> String {
        let short = text.utf8.count > LogLine.textMax ? text.prefix(LogLine.textMax / 4) + "…" : text
        return secrets.masked(short)
    }

    /// A text as it is if it is one harmless word, in quotes with escapes otherwise.
    private static func bare(_ text: String) -> String {
        let isWord =
            !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3D }
        return isWord || text == Settings.dots ? text : JSONWriter.string(text)
    }
}

/// What a log must not show: fields by their names, and texts wherever they turn up.
struct LogSecrets: Sendable {
    var keys: Set<String>
    var values: [String]

    init(keys: Set<String> = [], values: [String] = []) {
        self.keys = keys
        // A secret of three letters would blacken half the log and protect nothing.
        self.values = values.filter { $0.utf8.count >= 4 }.sorted { $0.utf8.count > $1.utf8.count }
    }

    func masked(_ text: String) -> String {
        var text = text
        for value in values where text.contains(value) { text = text.replacing(value, with: Settings.dots) }
        return text
    }
}
