import Configuration
import Domain
import Wire

/// Writes messages in the form that was asked for.
struct Printer {
    enum Form: String, CaseIterable { case line, pretty, json, raw }

    let form: Form

    func print(_ message: Message) throws {
        switch form {
        case .line: try Console.write(line(message) + "\n")
        case .pretty: try Console.write(pretty(message) + "\n")
        case .json: try Console.write(json(message) + "\n")
        case .raw: try Console.write(hex(Codec().encode(message)) + "\n")
        }
    }

    private func line(_ message: Message) -> String {
        let body = fields(of: message).drop { $0.path != "body" }.dropFirst().map { field in
            let name = field.path.split(separator: ".", maxSplits: 1).last.map(String.init) ?? field.path
            return "\(name)=\(field.text)"
        }
        return
            "\(message.sentAt) \(message.topic) \(message.epoch)/\(message.number) \(body.joined(separator: " "))"
    }

    private func pretty(_ message: Message) -> String {
        let all = fields(of: message)
        let width = all.map(\.path.count).max() ?? 0
        return all.map {
            $0.path + String(repeating: " ", count: width - $0.path.count) + "  " + $0.text + "\n"
        }.joined()
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
