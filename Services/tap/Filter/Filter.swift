import Configuration
import Domain
import Wire

/// Which messages a tap shows.
struct Filter {
    private let topics: [String]
    private let service: String?
    private let symbol: String?
    private let condition: Where?
    private let times: TimeRange

    init(_ parsed: Parsed) throws {
        topics = parsed.texts("TOPIC")
        service = parsed.text(ifGiven: "service")
        symbol = parsed.text(ifGiven: "symbol")
        do {
            condition = try parsed.text(ifGiven: "where").map { text throws(Where.Problem) in try Where(text)
            }
        } catch {
            throw Failure("\(error)", exitCode: 2)
        }
        times = try TimeRange(from: parsed.text(ifGiven: "from"), to: parsed.text(ifGiven: "to"))
    }

    /// Whether messages of one topic may be left out: then numbers are followed for all of them.
    var dividesTopics: Bool { symbol != nil || condition != nil || !times.isAlways }

    /// Whether the message is on a topic, and from a service, that is asked for.
    func admits(_ message: Message) -> Bool {
        if !topics.isEmpty, !topics.contains(where: { Filter.matches(message.topic.text, $0) }) {
            return false
        }
        if let service, message.sender != service, !message.sender.hasPrefix(service + ".") { return false }
        return true
    }

    /// Whether what it says is asked for, and when it says it.
    func admitsContent(of message: Message) -> Bool {
        guard times.contains(message.sentAt) else { return false }
        guard symbol != nil || condition != nil else { return true }
        let fields = fields(of: message)
        if let symbol, !fields.contains(where: { $0.path.hasSuffix("symbol") && $0.text == symbol }) {
            return false
        }
        return condition?.holds(for: fields) ?? true
    }

    /// Whether a topic fits a pattern: `*` stands for one part, `**` at the end for all that follow, and a pattern
    /// without them for every topic that begins with it.
    static func matches(_ topic: String, _ pattern: String) -> Bool {
        guard pattern.contains("*") else { return topic.hasPrefix(pattern) }
        let parts = topic.split(separator: "/", omittingEmptySubsequences: false)
        let wanted = pattern.split(separator: "/", omittingEmptySubsequences: false)
        for (at, want) in wanted.enumerated() {
            if want == "**" && at == wanted.count - 1 { return true }
            guard at < parts.count, want == "*" || want == parts[at] else { return false }
        }
        return parts.count == wanted.count
    }
}
