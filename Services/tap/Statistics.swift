import Configuration
import Domain

/// How much flows on each topic, how regularly, and how late.
struct Statistics {
    private struct Row {
        var messages = 0
        var gaps: UInt64 = 0
        var duplicates = 0
        var epoch: UInt64 = 0
        var last: UInt64 = 0
        /// Nanoseconds from sending to here, of a sample of bounded size.
        var delays: [Int64] = []
    }

    private static let delaysMax = 4096
    /// A message of a replay says when it was sent in the data's time: that is no delay.
    private static let delayMax = Nanoseconds.hour
    private var rows: [Topic: Row] = [:]

    /// `delay` is nothing when the messages are read from a transcript.
    mutating func note(_ message: Message, delay: Int64?) {
        var row = rows.removeValue(forKey: message.topic) ?? Row()
        row.messages += 1
        if message.epoch == row.epoch, row.last > 0 {
            if message.number <= row.last {
                row.duplicates += 1
            } else {
                row.gaps += message.number - row.last - 1
            }
        }
        if (message.epoch, message.number) > (row.epoch, row.last) {
            (row.epoch, row.last) = (message.epoch, message.number)
        }
        if let delay, delay < Statistics.delayMax {
            if row.delays.count < Statistics.delaysMax {
                row.delays.append(delay)
            } else {
                row.delays[row.messages % Statistics.delaysMax] = delay
            }
        }
        rows[message.topic] = row
    }

    func table(seconds: Double?) -> Table {
        var table = Table(columns: [
            .text("topic"), .number("messages"), .number("a second"), .number("missing"), .number("twice"),
            .number("p50 µs"), .number("p99 µs"),
        ])
        for (topic, row) in rows.sorted(by: { $0.key < $1.key }) {
            let rate = seconds.map { "\(Int((Double(row.messages) / max($0, 0.001)).rounded()))" } ?? "-"
            table.add([
                topic.text, "\(row.messages)", rate, "\(row.gaps)", "\(row.duplicates)",
                percentile(row.delays, 50),
                percentile(row.delays, 99),
            ])
        }
        return table
    }

    private func percentile(_ delays: [Int64], _ percent: Int) -> String {
        guard !delays.isEmpty else { return "-" }
        let sorted = delays.sorted()
        return "\(sorted[min(sorted.count - 1, sorted.count * percent / 100)] / 1000)"
    }
}
