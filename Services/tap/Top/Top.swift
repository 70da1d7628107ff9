import Configuration
import Domain
import Explaining

/// The live table: the services as their beats tell, and what flows by topic, kind or sender.
struct Top {
    /// A row of the table.
    struct Row: Equatable {
        var name: String
        var messages = 0
        var perSecond = 0.0
        var bytesPerSecond = 0.0
        var bytes = 0
        var missing: UInt64 = 0
        var duplicates = 0
        /// The longest delay of late, in nanoseconds; nothing where the times of sending are the data's.
        var delay: Int64?
        var silent: Int64 = 0
    }

    private struct Heartbeat {
        var beat: Beat
        var heardAt: Int64
    }

    /// What came on a topic lately: how much in each of the last intervals, and how late.
    private struct Recent {
        var messages = [Int](repeating: 0, count: intervals)
        var bytes = [Int](repeating: 0, count: intervals)
        var delays = [Int64](repeating: -1, count: intervals)
    }

    static let interval: Int64 = 500_000_000
    private static let intervals = 4

    private var statistics = Statistics()
    private var recent: [Recent] = []
    private var beats: [String: Heartbeat] = [:]
    /// Which of the intervals is being filled, how many are full, and since when.
    private var slot = 0
    private var full = 0
    private var slotBegan: Int64?
    private let began: Int64

    init(at now: Timestamp) { began = now.nanoseconds }

    mutating func note(_ message: Message, size: Int, at now: Timestamp) {
        if case .beat(let beat) = message.body, beats[message.sender] != nil || beats.count < 1000 {
            beats[message.sender] = Heartbeat(beat: beat, heardAt: now.nanoseconds)
        }
        statistics.note(message, size: size, heardAt: now.nanoseconds, moment: now.nanoseconds)
        guard let at = statistics.latestFlow else { return }
        while recent.count <= at { recent.append(Recent()) }
        recent[at].messages[slot] += 1
        recent[at].bytes[slot] += size
        let delay = elapsed(from: message.sentAt.nanoseconds, to: now.nanoseconds)
        if delay.magnitude < Hops.delayMax.magnitude {
            recent[at].delays[slot] = max(recent[at].delays[slot], max(0, delay))
        }
    }

    /// Begins the next interval when the present one is over; tells whether it was.
    mutating func advance(to now: Timestamp) -> Bool {
        guard let before = slotBegan else {
            slotBegan = now.nanoseconds
            return true
        }
        guard elapsed(from: before, to: now.nanoseconds) >= Top.interval else { return false }
        slotBegan = now.nanoseconds
        slot = (slot + 1) % Top.intervals
        full = min(full + 1, Top.intervals - 1)
        for at in recent.indices {
            recent[at].messages[slot] = 0
            recent[at].bytes[slot] = 0
            recent[at].delays[slot] = -1
        }
        return true
    }

    /// Begins to count anew.
    mutating func clear() {
        statistics = Statistics()
        recent = []
        full = 0
    }

    /// The rows of a view, sorted.
    func rows(_ view: TopView, at now: Timestamp) -> [Row] {
        // The interval that has just begun would show too little.
        let seconds = Double(max(full, 1)) * Double(Top.interval) / 1e9
        var rows: [String: Row] = [:]
        for (at, flow) in statistics.flows.enumerated() {
            let name =
                switch view.grouping {
                case .topics: statistics.topic(of: at)
                case .kinds: statistics.hops.kinds[flow.kind]
                case .senders: visible(flow.sender)
                }
            let known = rows[name]
            var row = known ?? Row(name: name, silent: .max)
            let lately = recent[at]
            let others = lately.messages.indices.filter { full == 0 || $0 != slot }
            row.messages += flow.messages
            row.bytes += flow.bytes
            row.missing = sum(row.missing, flow.missing)
            row.duplicates += flow.duplicates
            row.perSecond += Double(others.reduce(0) { $0 + lately.messages[$1] }) / seconds
            row.bytesPerSecond += Double(others.reduce(0) { $0 + lately.bytes[$1] }) / seconds
            let delay = lately.delays.max() ?? -1
            if delay >= 0 { row.delay = max(row.delay ?? 0, delay) }
            row.silent = min(row.silent, max(0, elapsed(from: flow.latestAt, to: now.nanoseconds)))
            rows[name] = row
        }
        return Top.sorted(Array(rows.values), view)
    }

    static func sorted(_ rows: [Row], _ view: TopView) -> [Row] {
        func figure(_ row: Row) -> Double {
            switch view.order {
            case .rate: row.perSecond
            case .bytes: row.bytesPerSecond
            case .messages: Double(row.messages)
            case .missing: Double(row.missing)
            case .delay: Double(row.delay ?? -1)
            case .silent: Double(row.silent)
            case .name: 0
            }
        }
        let sorted = rows.sorted { left, right in
            let (l, r) = (figure(left), figure(right))
            return l == r ? left.name < right.name : l > r
        }
        return view.isReversed ? sorted.reversed() : sorted
    }

    /// The lines of a screen, or of a table as long as it is where there is no height.
    func lines(_ view: TopView, at now: Timestamp, width: Int?, height: Int?, paint: Paint) -> [String] {
        let seconds = threeDigits(max(0, Double(now.nanoseconds) - Double(began)) / 1e9)
        let title =
            "tap  \(seconds) s  \(statistics.messages) messages  \(view.grouping.rawValue) by \(view.order.rawValue)"
            + (view.isReversed ? ", reversed" : "") + (view.isPaused ? "  PAUSED" : "")
        var lines = [paint(String(title.prefix(width ?? .max)), .bold)]
        let services = services(at: now)
        if !beats.isEmpty { lines += [""] + services.lines(width: width, paint: paint) }
        lines.append("")
        let body = table(rows(view, at: now)).lines(width: width, paint: paint)
        guard let height else { return lines + body }
        let room = max(1, height - lines.count - 2)
        let first = min(view.firstRow, max(0, body.count - 1 - room))
        lines += [body[0]] + body.dropFirst(1 + first).prefix(room)
        while lines.count < height - 1 { lines.append("") }
        return Array(lines.prefix(height - 1)) + [paint(String(TopView.keys.prefix(width ?? .max)), .dim)]
    }

    private func table(_ rows: [Row]) -> Table {
        var table = Table(columns: [
            .text("what"), .number("messages"), .number("rate"), .number("a second"), .number("bytes"),
            .number("missing"), .number("twice"), .number("delay"), .number("silent"),
        ])
        for row in rows {
            table.add(
                [
                    row.name, "\(row.messages)", row.perSecond > 0 ? threeDigits(row.perSecond) + "/s" : "-",
                    row.bytesPerSecond > 0 ? sizeText(row.bytesPerSecond) : "-",
                    threeDigits(Double(row.bytes) / Double(max(1, row.messages))), "\(row.missing)",
                    "\(row.duplicates)", row.delay.map(durationText) ?? "-", durationText(row.silent),
                ], style: row.missing > 0 ? .yellow : .plain)
        }
        return table
    }

    private func services(at now: Timestamp) -> Table {
        var table = Table(columns: [
            .text("service"), .text("state"), .text("shard"), .number("lag"), .number("taken"),
            .number("sent"),
            .number("gaps"), .number("malformed"), .number("beat"),
        ])
        for (instance, heart) in beats.sorted(by: { $0.key < $1.key }) {
            func figure(_ name: String) -> String {
                threeDigits(heart.beat.counters.first { $0.name == name }?.value ?? 0)
            }
            let silence = max(0, elapsed(from: heart.heardAt, to: now.nanoseconds))
            let isMissed = silence > 4 * Top.interval
            let style: Style =
                isMissed ? .red : heart.beat.state == .ready ? .green : .yellow
            table.add(
                [
                    visible(instance), isMissed ? "silent" : "\(heart.beat.state)", visible(heart.beat.shard),
                    heart.beat.lag > 0 ? durationText(heart.beat.lag) : "-", figure("taken"), figure("sent"),
                    figure("gaps"), figure("malformed"), durationText(silence),
                ], style: style)
        }
        return table
    }
}
