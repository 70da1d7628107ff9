import Configuration
import Domain
import Wire

/// Writes messages in the form that was asked for.
struct Printer {
    enum Form: String, CaseIterable { case line, pretty, json, raw }

    let form: Form
    /// What is not written yet: a system call for each message would cost more than the message.
    private var waiting = ""
    private static let waitingMax = 32 << 10

    init(form: Form) { self.form = form }

    mutating func print(_ message: Message, _ bytes: UnsafeRawBufferPointer) throws {
        switch form {
        case .line: waiting += line(message) + "\n"
        case .pretty: waiting += pretty(message) + "\n"
        case .json: waiting += json(message) + "\n"
        case .raw: waiting += hex(bytes) + "\n"
        }
        if waiting.utf8.count > Printer.waitingMax { try flush() }
    }

    /// Writes what waits: whenever nothing more comes at once.
    mutating func flush() throws {
        guard !waiting.isEmpty else { return }
        try Console.write(waiting)
        waiting.removeAll(keepingCapacity: true)
    }

    private func line(_ message: Message) -> String {
        "\(message.sentAt) \(visible(message.topic.text)) \(message.epoch)/\(message.number) \(bodyLine(message))"
    }

    private func pretty(_ message: Message) -> String {
        let all = fields(of: message)
        let width = all.map(\.path.count).max() ?? 0
        return all.map {
            $0.path + String(repeating: " ", count: width - $0.path.count) + "  " + visible($0.text) + "\n"
        }.joined()
    }

    private func hex(_ bytes: UnsafeRawBufferPointer) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// The fields of a message's body in one line.
func bodyLine(_ message: Message) -> String {
    fields(of: message).drop { $0.path != "body" }.dropFirst().map { field in
        let name = field.path.split(separator: ".", maxSplits: 1).last.map(String.init) ?? field.path
        return "\(name)=\(visible(field.text))"
    }.joined(separator: " ")
}
