import Configuration
import Domain
import Indicators
import Providers

/// `tradewind indicators run`: one indicator over the bars of a file.
struct IndicatorRun {
    private let entry: IndicatorEntry
    private let given: [(name: String, value: Double)]
    private let bars: [Bar]
    private let other: [Double]?
    private let isJSON: Bool

    init(_ parsed: Parsed) throws {
        entry = try IndicatorsCommand.entry(parsed.text("NAME"))
        given = try parsed.texts("set").map(IndicatorRun.assignment)
        isJSON = parsed.flag("json")
        let span = try Interval(parsed.text("interval")).nanoseconds
        bars = try IndicatorRun.bars(parsed.text(ifGiven: "csv") ?? "", span)
        if entry.listing.inputs.contains(.other) {
            guard let path = parsed.text(ifGiven: "other") else {
                throw Failure(
                    "\(entry.listing.name) relates two series: --other FILE names the second", exitCode: 2)
            }
            let second = try IndicatorRun.bars(path, span)
            guard second.map(\.openedAt) == bars.map(\.openedAt) else {
                throw Failure(
                    "\(path): its bars are not of the same times as those of --csv; a row for each "
                        + "row there would be right")
            }
            other = second.map { Double($0.close) }
        } else {
            other = nil
        }
    }

    func print() throws {
        let warmUp: Int
        let series: [[Double?]]
        do throws(ParameterError) {
            warmUp = try entry.warmUp(given)
            series = try entry.series(given, over: Candles(bars), other: other)
        } catch {
            let names = entry.listing.parameters.map(\.name)
            let near = error.unknownName.flatMap { Spelling.nearest(to: $0, among: names) }
            throw Failure(error.description + (near.map { "; did you mean \($0)?" } ?? ""), exitCode: 2)
        }
        try Console.write(isJSON ? json(series, warmUp) : csv(series))
    }

    private func csv(_ series: [[Double?]]) -> String {
        var text = "time," + entry.listing.outputs.joined(separator: ",") + "\n"
        for (index, bar) in bars.enumerated() {
            text += "\(bar.openedAt)"
            for numbers in series { text += "," + (numbers[index].map { "\($0)" } ?? "") }
            text += "\n"
        }
        return text
    }

    private func json(_ series: [[Double?]], _ warmUp: Int) -> String {
        var json = JSONWriter()
        json.object { json in
            json.key("name")
            json.string(entry.listing.name)
            json.key("warm_up")
            json.integer(warmUp)
            for (name, numbers) in zip(entry.listing.outputs, series) {
                json.key(name)
                json.array { json in
                    for number in numbers { if let number { json.number(number) } else { json.null() } }
                }
            }
        }
        return json.text + "\n"
    }

    /// The bars of a file that holds one symbol.
    private static func bars(_ path: String, _ span: Int64) throws -> [Bar] {
        let source = try CSVSource(files: [(symbol: Symbol("CSV"), path: path)], span: span)
        var bars: [Bar] = []
        while let instant = try source.next() { bars += instant.bars }
        return bars
    }

    private static func assignment(_ text: String) throws -> (name: String, value: Double) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let value = Double(parts[1]), value.isFinite else {
            throw Failure(
                "--set \(text): a parameter and a number such as period=14 would be right", exitCode: 2)
        }
        return (String(parts[0]), value)
    }
}
