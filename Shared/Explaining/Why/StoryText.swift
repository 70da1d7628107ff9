import Configuration
import Domain

/// A story for a person: a headline, then a line for each thing that happened.
package struct StoryText {
    let subject: Subject
    let story: Story
    let paint: Paint

    package init(_ subject: Subject, _ story: Story, paint: Paint) {
        self.subject = subject
        self.story = story
        self.paint = paint
    }

    // MARK: in words

    package var inWords: String {
        var text = headline + "\n\n"
        var before: Timestamp?
        for hop in story.hops where isTold(hop.message) {
            let message = hop.message
            let time =
                message.sentAt == before ? String(repeating: " ", count: 20) : "\(message.sentAt)".padded(20)
            before = message.sentAt
            text += paint(time, .dim) + "  " + delay(hop).padded(9) + "  "
            text += paint(visible(message.sender), .bold) + " " + message.telling + "\n"
            text += checks(of: message)
        }
        for cause in story.missing {
            text += paint(
                "what is behind it goes on with \(cause.text), which is in no transcript here\n", .yellow)
        }
        if !subject.others.isEmpty {
            text += "\nThe position was made by these orders too; `tradewind why` tells of each:\n"
            text += subject.others.map { "  \($0)\n" }.joined()
        }
        return text
    }

    /// What only repeats another message of the story, or marks time, is left out.
    private func isTold(_ message: Message) -> Bool {
        switch message.body {
        case .step, .account:
            subject.kind == .message && subject.copies.contains { $0.name == message.asCause }
        case .fill(let fill): !reportedFills.contains(fill.id)
        case .orderUpdate(let update): [.unknown, .rejected].contains(update.status)
        default: true
        }
    }

    private var reportedFills: Set<String> {
        Set(
            story.hops.flatMap { hop -> [String] in
                if case .brokerReport(let report) = hop.message.body {
                    report.fill.map { [$0.id] } ?? []
                } else {
                    []
                }
            })
    }

    private func delay(_ hop: Story.Hop) -> String {
        guard let delay = hop.delay else { return "" }
        return delay == 0 ? "at once" : "+\(durationText(delay))"
    }

    private func checks(of message: Message) -> String {
        let checks = message.checks
        let width = checks.map(\.name.count).max() ?? 0
        return checks.map { check in
            let limit =
                check.limit.isFinite ? "\(figureText(check.figure)) of \(figureText(check.limit))" : ""
            let line =
                String(repeating: " ", count: 35) + (check.passed ? "ok   " : "NO   ")
                + check.name.padded(width)
                + "  " + limit
                + (check.passed || check.explanation.isEmpty ? "" : ": \(visible(check.explanation))")
            return paint(line, check.passed ? .dim : .red) + "\n"
        }.joined()
    }

    private var headline: String {
        switch subject.kind {
        case .message: paint(visible(subject.name), .bold)
        case .position: paint(visible(subject.name), .bold) + ": \(held)"
        case .order: paint("order \(visible(subject.name))", .bold) + ": \(standing)"
        case .fill: paint("fill \(visible(subject.name))", .bold)
        }
    }

    private var held: String {
        let positions = story.hops.filter { $0.message.held != nil }
        return positions.last.map { "\(visible($0.message.sender)) \($0.message.telling)" }
            ?? "nothing is known"
    }

    /// What was ordered, and what became of it.
    private var standing: String {
        let updates = story.hops.compactMap { hop -> OrderUpdate? in
            if case .orderUpdate(let update) = hop.message.body { update } else { nil }
        }
        guard let last = updates.last else { return "nobody has said what became of it" }
        let traded = last.filled.isPositive ? ", \(last.filled) at \(last.averagePrice)" : ""
        let owner = last.order.strategy.isEmpty ? "" : ", for \(visible(last.order.strategy))"
        return
            "\(Message.telling(last.order))\(owner); \(Message.words("\(last.status)"))\(traded)"
            + Message.because(last.reason)
    }

    // MARK: as a tree

    /// Each message below the one that brought it about, with its name.
    package var asTree: String {
        let known = Set(story.hops.map { $0.message.asCause })
        var children: [Cause: [Story.Hop]] = [:]
        var roots: [Story.Hop] = []
        for hop in story.hops {
            if let cause = hop.message.cause, known.contains(cause) {
                children[cause, default: []].append(hop)
            } else {
                roots.append(hop)
            }
        }
        var text = headline + "\n"
        for root in roots {
            text += "\(root.message.sentAt)\n"
            var open: [(hop: Story.Hop, lead: String, isLast: Bool)] = [(root, "", true)]
            while let (hop, lead, isLast) = open.popLast() {
                text += line(hop, lead, isLast)
                let below = children[hop.message.asCause] ?? []
                for (at, child) in below.enumerated().reversed() {
                    open.append((child, lead + (isLast ? "   " : "│  "), at == below.count - 1))
                }
            }
        }
        return text
    }

    private func line(_ hop: Story.Hop, _ lead: String, _ isLast: Bool) -> String {
        let missing =
            hop.message.cause.map { story.missing.contains($0) ? ", because of \($0.text)" : "" } ?? ""
        let late = hop.delay.map { $0 == 0 ? "" : ", \(durationText($0)) later" } ?? ""
        return lead + (isLast ? "└─ " : "├─ ") + paint(visible(hop.message.sender), .bold) + " "
            + hop.message.telling + paint("  \(hop.message.asCause.text)\(late)\(missing)", .dim) + "\n"
    }
}

extension String {
    /// With blanks behind it, up to a width.
    func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
