import Configuration
import Domain
import Explaining
import Mesh
import Wire

/// `--why`: a message, and the chain of those that brought it about.
struct WhyReport {
    let chain: CauseChain
    let state: String
    /// Where the topic of a missing message begins or ends.
    var bounds: [String] = []
    /// What could not be read, a sentence each.
    var unreadable: [String] = []

    static func run(_ text: String, _ parsed: Parsed) throws {
        let search = try StateSearch(Settings.load(for: parsed).path("state.folder"))
        // Whatever the answer is, it is of what could be read.
        defer { for problem in search.problems { Console.error("tap: not searched: \(problem)\n") } }
        guard !search.shards.isEmpty else {
            throw Failure(
                "there is no transcript in \(search.folder); name its folder with --set state.folder=…")
        }
        let name = try start(text, search, service: parsed.text(ifGiven: "service"))
        let service = parsed.text(ifGiven: "service")
        let chain = try CauseChain(from: name) { wanted, effect in
            guard let effect else { return try search.find(wanted, of: service) }
            // What never leaves a service has the same name in each of them.
            return try search.find(wanted, of: wanted.topic.lane == .local ? String(effect.service) : nil)
        }
        let report = WhyReport(
            chain: chain, state: search.folder, bounds: chain.end == .missing ? search.bounds : [],
            unreadable: search.problems)
        try Console.write(
            parsed.flag("json")
                ? report.json + "\n" : report.text(paint: Terminal.standardOutput.paint))
        if chain.end != .edge { throw Failure(report.ending, exitCode: 1) }
    }

    private static func start(_ text: String, _ search: StateSearch, service: String?) throws -> Cause {
        guard let name = messageName(text) else {
            guard !text.isEmpty, !text.contains("/"), let copy = try search.findNewest(carrying: text) else {
                throw Failure(
                    "--why \(visible(text)): no message under \(search.folder) carries this id; a message is named "
                        + "like market/bar/1m/AAPL:1/42, with its topic, epoch and number", exitCode: 2)
            }
            return copy.name
        }
        guard name.topic.lane == .local, service == nil else { return name }
        let owners = try search.find(name).map(\.shard)
        guard owners.count > 1 else { return name }
        throw Failure(
            "\(owners.joined(separator: " and ")) each have a message \(name.text) of their own; add --service "
                + owners[0], exitCode: 2)
    }

    // MARK: text

    func text(paint: Paint) -> String {
        var text = ""
        for (at, link) in chain.links.enumerated() {
            text += paint(link.name.text, .bold) + headline(at) + "\n"
            if let message = link.message {
                let body = bodyLine(message)
                if !body.isEmpty { text += "    \(body)\n" }
            }
            for place in places(at) { text += paint("    \(place)", .dim) + "\n" }
            if link.isContradictory { text += paint("    its records differ from each other", .red) + "\n" }
        }
        return chain.end == .edge ? text + "\(ending)\n" : text
    }

    private func headline(_ at: Int) -> String {
        guard let message = chain.links[at].message else { return "" }
        var line = "  \(visible(message.sender))  \(message.sentAt)"
        if at + 1 < chain.links.count, let cause = chain.links[at + 1].message {
            let delay = elapsed(from: cause.sentAt.nanoseconds, to: message.sentAt.nanoseconds)
            line += "  \(durationText(delay)) after its cause"
        }
        return line
    }

    /// Where the records of a link are.
    private func places(_ at: Int) -> [String] {
        let link = chain.links[at]
        var places = link.copies.map { copy in
            let delay = elapsed(from: copy.message.sentAt.nanoseconds, to: copy.time.nanoseconds)
            let later = copy.isSent || delay == 0 ? "" : ", \(durationText(delay)) after it was sent"
            return "\(copy.kind): \(copy.shard), batch \(copy.batch) in \(copy.segment)\(later)"
        }
        if let sender = link.message?.sender, !link.copies.contains(where: \.isSent), chain.end != .missing {
            let service = visible(String(sender.prefix { $0 != "." }))
            if link.name.topic.lane != .local {
                places.append("sent: in no transcript here; that of \(service) would hold it")
            } else {
                places.append("it came from \(visible(sender)) itself")
            }
        }
        return places
    }

    /// How the chain ends, in a sentence.
    var ending: String {
        guard let last = chain.links.last else { return "" }
        let name = last.name.text
        switch chain.end {
        case .edge:
            guard let message = last.message else { return "" }
            let origin =
                message.originAt.nanoseconds > 0 ? "; what it tells of happened at \(message.originAt)" : ""
            return "\(name) has no cause: it came in at the edge of \(visible(message.sender))\(origin)"
        case .missing:
            guard chain.links.count > 1, let effect = chain.links[chain.links.count - 2].message else {
                let known = bounds.isEmpty ? "" : " (of this topic, \(bounds.joined(separator: ", ")))"
                return
                    "\(name) is in no transcript under \(state)\(known): that of its topic's owner would hold it, "
                    + "and those of its takers"
            }
            let taker = visible(String(effect.sender.prefix { $0 != "." }))
            return
                "\(name) is in no transcript under \(state): that of \(taker) would hold it, which took it before it "
                + "sent \(effect.asCause.text), and that of its topic's owner"
        case .circle: return "\(name) is its own cause: these messages were not sent by services of Tradewind"
        case .tooLong: return "the chain goes on beyond \(CauseChain.linksMax) messages"
        }
    }

    // MARK: JSON

    var json: String {
        var writer = JSONWriter()
        let links = chain.links.map { link in
            let copies = link.copies.map { copy in
                var place = JSONWriter()
                place.object { place in
                    place.key("kind")
                    place.string("\(copy.kind)")
                    place.key("transcript")
                    place.string(copy.shard)
                    place.key("segment")
                    place.string(copy.segment)
                    place.key("batch")
                    place.integer(copy.batch)
                    place.key("time")
                    place.integer(copy.time.nanoseconds)
                }
                return place.text
            }
            return "{\"name\":\(JSONWriter.string(link.name.text)),\"message\":"
                + (link.message.map(Wire.json) ?? "null") + ",\"records\":[\(copies.joined(separator: ","))]}"
        }
        writer.string("\(chain.end)")
        let unreadable = unreadable.map(JSONWriter.string).joined(separator: ",")
        return
            "{\"end\":\(writer.text),\"links\":[\(links.joined(separator: ","))],\"unreadable\":[\(unreadable)]}"
    }
}
