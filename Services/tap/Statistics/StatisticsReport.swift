import Configuration
import Domain
import Explaining

/// What `--stats` says at the end: a table of topics and one of delays, or the same as JSON.
struct StatisticsReport {
    let statistics: Statistics
    /// How long a tap listened; nothing where the messages' own times tell.
    let seconds: Double?
    let malformed: Int

    private static let perMille: [UInt64] = [500, 900, 990]
    private var span: Double { seconds ?? statistics.seconds }

    private var flows: [(topic: String, flow: Flow)] {
        statistics.flows.indices.map { (statistics.topic(of: $0), statistics.flows[$0]) }
            .filter { $0.1.messages > 0 }.sorted { $0.0 < $1.0 }
    }

    func text(paint: Paint) -> String {
        var text = topics.text(width: nil, paint: paint)
        let hops = statistics.hops.hops.filter { $0.delays.count > 0 }
        if !hops.isEmpty { text += "\n" + table(of: hops).text(width: nil, paint: paint) }
        if statistics.hops.incomparable > 0 {
            text +=
                "\n\(statistics.hops.incomparable) messages were sent in the data's time, as a replay's are: "
            text += "when they were heard tells no delay\n"
        }
        if malformed > 0 { text += "\n\(malformed) messages could not be read\n" }
        let rate = rateText(statistics.messages, over: span)
        return text + "\n\(statistics.messages) messages, \(sizeText(Double(statistics.bytes))), \(rate)\n"
    }

    private var topics: Table {
        var table = Table(columns: [
            .text("topic"), .number("messages"), .number("rate"), .number("bytes"), .number("longest"),
            .number("missing"), .number("twice"), .number("pause"),
        ])
        for (topic, flow) in flows {
            table.add([
                topic, "\(flow.messages)", rateText(flow.messages, over: span),
                threeDigits(Double(flow.bytes) / Double(flow.messages)), "\(flow.bytesMax)",
                "\(flow.missing)",
                "\(flow.duplicates)", flow.messages > 1 ? durationText(flow.longestPause) : "-",
            ])
        }
        return table
    }

    private func table(of hops: [Hops.Hop]) -> Table {
        var table = Table(columns: [
            .text("from"), .text("to"), .number("messages"), .number("p50"), .number("p90"), .number("p99"),
            .number("longest"),
        ])
        for hop in hops {
            let percentiles = StatisticsReport.perMille.map { perMille in
                hop.delays.percentile(perMille: perMille).map(durationText) ?? "-"
            }
            table.add(
                [hop.from, hop.to, "\(hop.delays.count)"] + percentiles + [durationText(hop.delays.max)])
        }
        return table
    }

    var json: String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("messages")
            writer.integer(statistics.messages)
            writer.key("bytes")
            writer.integer(statistics.bytes)
            writer.key("seconds")
            writer.number(span)
            writer.key("malformed")
            writer.integer(malformed)
            writer.key("in_data_time")
            writer.integer(statistics.hops.incomparable)
            writer.key("topics")
            writer.array { writer in for (topic, flow) in flows { write(topic, flow, &writer) } }
            writer.key("hops")
            writer.array { writer in
                for hop in statistics.hops.hops where hop.delays.count > 0 { write(hop, &writer) }
            }
        }
        return writer.text
    }

    private func write(_ topic: String, _ flow: Flow, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("topic")
            writer.string(topic)
            writer.key("sender")
            writer.string(flow.sender)
            let figures: [(String, Int)] = [
                ("messages", flow.messages), ("bytes", flow.bytes), ("bytes_max", flow.bytesMax),
                ("missing", Int(clamping: flow.missing)), ("duplicates", flow.duplicates),
                ("pause_ns_max", Int(flow.longestPause)),
            ]
            for (name, value) in figures {
                writer.key(name)
                writer.integer(value)
            }
            writer.key("per_second")
            writer.number(span > 0 ? Double(flow.messages) / span : 0)
        }
    }

    private func write(_ hop: Hops.Hop, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("from")
            writer.string(hop.from)
            writer.key("to")
            writer.string(hop.to)
            writer.key("messages")
            writer.integer(hop.delays.count)
            for (name, perMille) in [("p50_ns", 500), ("p90_ns", 900), ("p99_ns", 990)] as [(String, UInt64)]
            {
                writer.key(name)
                writer.integer(hop.delays.percentile(perMille: perMille) ?? 0)
            }
            writer.key("max_ns")
            writer.integer(hop.delays.max)
        }
    }
}
