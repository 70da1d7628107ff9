import Configuration
import Domain
import Mesh

/// What flows through a mesh, as a table that is drawn again in place, or as plain lines when piped.
struct FlowView: ~Copyable {
    private struct Flow {
        var messages: UInt64 = 0
        var latest = ""
    }

    private var flows: [String: Flow] = [:]
    private var beats: [String: Beat] = [:]
    private var terminal: Terminal { .standardOutput }
    private var block: LiveBlock
    private let isQuiet: Bool
    private var lastLineAt = -1.0

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
        block = LiveBlock()
    }

    /// The replay is over where it ends: at the historian, in all of its parts.
    var isOver: Bool {
        let parts = historians
        guard let count = parts.first?.parts, parts.count >= count else { return false }
        return parts.allSatisfy { figure("over", $0) == 1 }
    }

    private var historians: [Beat] {
        beats.values.filter { $0.service == "historian" && !$0.shard.isEmpty }
    }

    private var historyTaken: Double { historians.reduce(0) { $0 + figure("taken", $1) } }

    mutating func note(_ message: Message) {
        switch message.body {
        case .beat(let beat): beats[message.sender] = beat
        case .bar(let bar):
            let name = message.topic.text
            flows[name, default: Flow()].messages = message.number
            flows[name]!.latest = "\(bar.openedAt)  close \(bar.close)  volume \(bar.volume)"
        case .step(let step):
            let name = message.topic.text
            flows[name, default: Flow()].messages = message.number
            flows[name]!.latest = "\(step.time)\(step.last ? "  the last" : "")"
        default: break
        }
    }

    private func figure(_ name: String, _ beat: Beat) -> Double {
        beat.counters.first { $0.name == name }?.value ?? 0
    }

    mutating func draw(seconds: Double) {
        guard !isQuiet else { return }
        guard terminal.isTerminal else {
            // A line a second for those who read a log.
            guard seconds >= lastLineAt + 1 else { return }
            lastLineAt = seconds
            let states = beats.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.state)" }
            let total = flows.filter { $0.key.hasPrefix("market/bar") }.reduce(0) { $0 + $1.value.messages }
            Console.out("\(tenths(seconds)) s  \(total) bars  \(states.joined(separator: ", "))\n")
            return
        }
        block.draw(lines(seconds))
    }

    private func lines(_ seconds: Double) -> [String] {
        var services = Table(columns: [
            .text("service"), .text("state"), .number("taken"), .number("sent"), .number("gaps"),
            .number("duplicates"),
        ])
        for (name, beat) in beats.sorted(by: { $0.key < $1.key }) {
            services.add([
                name, "\(beat.state)", whole("taken", beat), whole("sent", beat), whole("gaps", beat),
                whole("duplicates", beat),
            ])
        }
        var topics = Table(columns: [.text("topic"), .number("messages"), .text("latest")])
        for (name, flow) in flows.sorted(by: { $0.key < $1.key }) {
            topics.add([name, "\(flow.messages)", flow.latest])
        }
        let (width, paint) = (terminal.width, terminal.paint)
        return ["\(tenths(seconds)) s"] + services.lines(width: width, paint: paint) + [""]
            + topics.lines(width: width, paint: paint)
    }

    private func whole(_ name: String, _ beat: Beat) -> String { "\(Int(figure(name, beat)))" }

    private func tenths(_ seconds: Double) -> String {
        let count = Int(seconds * 10)
        return "\(count / 10).\(count % 10)"
    }

    mutating func say(_ sentence: String) {
        guard !isQuiet else { return }
        if terminal.isTerminal { block.printAbove(sentence) } else { Console.out(sentence + "\n") }
    }

    mutating func finish() {
        if !isQuiet, terminal.isTerminal { Console.out("\n") }
    }

    func summary(_ rows: [VerifyCommand.Row], _ seconds: Double, kept: String?) -> String {
        let taken = historyTaken
        var text =
            "\nThe replay is over after \(tenths(seconds)) s: the historian took \(Int(taken)) messages, "
        text += "\(Int(taken / max(seconds, 0.1))) a second.\n\n"
        text += VerifyCommand.table(rows).text(width: nil, paint: terminal.paint)
        if let kept {
            text += "\nLook closer: tradewind transcript ls historian --set state.folder=\(kept)\n"
        } else {
            text +=
                "\nNothing is left running, and nothing was kept; `tradewind run --keep replayed` keeps the transcripts.\n"
        }
        return text
    }

    func json(_ rows: [VerifyCommand.Row], _ seconds: Double) -> String {
        let taken = historyTaken
        return "{\"seconds\":\(seconds),\"messages_taken\":\(Int(taken)),\"verified\":"
            + "[\(rows.map(\.json).joined(separator: ","))]}\n"
    }
}
