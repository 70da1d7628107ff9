import Domain
import Exchange
import Glibc

/// How a venue behaved, as the models of the simulated exchange say it: how late orders reached it, how late its fills were
/// heard, and whether a resting limit traded at a touch.
public struct VenueFit: Sendable {
    public struct Delays: Sendable {
        public let samples: [Int64]
        public var count: Int { samples.count }
        public var median: Int64 { samples.isEmpty ? 0 : samples[samples.count / 2] }
        public var longest: Int64 { samples.last ?? 0 }

        init(_ samples: [Int64]) { self.samples = samples.map { max($0, 0) }.sorted() }

        /// The model in the words of the settings.
        public var model: String {
            guard let first = samples.first, longest > 0 else { return "none" }
            if first == longest { return "constant:milliseconds=\(VenueFit.milliseconds(first))" }
            // What took no time at all is below what a logarithm knows: a microsecond stands for it.
            let logs = samples.map { log(Double(max($0, 1000))) }
            let mean = logs.reduce(0, +) / Double(logs.count)
            let variance = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(logs.count)
            let spread = (min(variance.squareRoot(), 5) * 1000).rounded() / 1000
            return "distribution:milliseconds=\(VenueFit.milliseconds(Int64(exp(mean)))),spread=\(spread)"
        }
    }

    public let order: Delays
    public let response: Delays
    /// How often a bar touched a resting limit and went no further, and how often the order then traded.
    public private(set) var touches = 0
    public private(set) var tradedAtTouch = 0

    /// Of what was sent on a day.
    public init(_ record: LiveRecord, on day: CivilDate) {
        let sent = record.sentIds.compactMap { record.sent[$0] }.filter { $0.at.dateUTC == day }
        order = Delays(sent.compactMap(\.delay))
        response = Delays(
            sent.flatMap(\.reports).compactMap { report in report.fill.map { report.at - $0.at } })
        for one in sent where one.order.kind == .limit { countTouches(of: one, in: record) }
    }

    /// A touch has to trade more often than not for a queue to be believed in; which of the models moves it up cannot be
    /// told from bars, and the careful one is taken.
    public var queue: String { touches > 0 && tradedAtTouch * 2 > touches ? "risk_averse" : "none" }

    private mutating func countTouches(of one: LiveRecord.Sent, in record: LiveRecord) {
        guard let limit = one.order.limit, let arrived = one.arrivedAt, !one.isRejected else { return }
        let ended = one.reports.last { [.filled, .cancelled, .expired].contains($0.kind) }?.at
        for instant in record.instants where instant.at > arrived {
            for message in instant.bars {
                guard case .bar(let bar) = message.body, bar.symbol == one.order.symbol,
                    bar.openedAt >= arrived, ended.map({ bar.openedAt <= $0 }) ?? true,
                    (one.order.side == .buy ? bar.low : bar.high) == limit, bar.open != limit
                else { continue }
                touches += 1
                if one.fills.contains(where: { $0.at > bar.openedAt && $0.at <= instant.at }) {
                    tradedAtTouch += 1
                }
            }
        }
    }

    static func milliseconds(_ nanoseconds: Int64) -> String {
        let text = "\((Double(nanoseconds) / 1e3).rounded() / 1e3)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// A fragment of settings that backtest and paper take.
    public func settings(of day: CivilDate) -> String {
        var text =
            "# How the venue behaved on \(day), from \(order.count) orders and \(response.count) fills.\n"
        text += "backtest:\n  latency_order: \(order.model)\n  queue: \(queue)\n"
        if response.model != "none" {
            text += "  # For backtests alone; a mesh does not delay reports.\n"
            text += "  # latency_response: \(response.model)\n"
        }
        return text
    }
}
