import Backtesting
import Configuration
import Domain
import Glibc
import Indicators
import Mesh
import Providers

/// The sample data of config/sample, for small pictures of what an indicator or a feature says.
struct SampleBars {
    /// The first symbol is the one that is shown.
    static let symbols = ["AAPL", "IBM", "KO", "MSFT"]
    /// Which of them are of one sector.
    static let sectors = ["technology", "technology", "beverages", "technology"]

    /// One list of bars for each symbol, all of the same days.
    let bars: [[Bar]]

    /// They lie in config/sample of the current folder, or of the folder above the program's.
    init() throws {
        let own = System.programPath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined()
        let folders = ["config/sample", own + "/config/sample"]
        let folder = folders.first { folder in
            SampleBars.symbols.contains { access("\(folder)/\($0).csv", F_OK) == 0 }
        }
        guard let folder else {
            throw Failure("the sample data are neither in \(folders.joined(separator: " nor in "))")
        }
        bars = try SampleBars.symbols.map { try SampleBars.read("\(folder)/\($0).csv") }
        guard bars.allSatisfy({ $0.map(\.openedAt) == bars[0].map(\.openedAt) }) else {
            throw Failure("the files of \(folder) are not of the same days")
        }
    }

    /// What is made of them; where they cannot be read, a sentence that says why there is nothing to see.
    static func picture(_ make: (SampleBars) throws -> String) rethrows -> String {
        let sample: SampleBars
        do { sample = try SampleBars() } catch { return "\nThere is no picture: \(error).\n" }
        return try make(sample)
    }

    private static func read(_ path: String) throws -> [Bar] {
        let source = try CSVSource(files: [(symbol: nil, path: path)], span: Nanoseconds.day)
        var bars: [Bar] = []
        while let instant = try source.next() { bars += instant.bars }
        return bars
    }

    /// The bars of a symbol as columns.
    func candles(_ symbol: Int = 0) -> Candles { Candles(bars[symbol]) }

    /// A picture for each series with its name, and below them the first and the last day.
    func picture(_ series: [(name: String, numbers: [Double?])], of what: String) -> String {
        let terminal = Terminal.standardOutput
        let width = max(30, min(terminal.isTerminal ? terminal.width - 1 : 79, 100))
        let plot = Plot(width: width, height: series.count == 1 ? 8 : series.count == 2 ? 6 : 4)
        var text = ""
        for (name, numbers) in series {
            let lines = plot.lines(numbers, paint: terminal.paint)
            guard !lines.isEmpty else { continue }
            text += "\n" + terminal.paint("\(name) of \(what)", .bold) + "\n"
            text += lines.map { $0 + "\n" }.joined()
        }
        guard !text.isEmpty, let first = bars[0].first, let last = bars[0].last else { return "" }
        let ends = (first.openedAt.dateUTC.description, last.openedAt.dateUTC.description)
        let gap = String(repeating: " ", count: max(1, width - 11 - ends.0.count - ends.1.count))
        return text + String(repeating: " ", count: 11) + terminal.paint(ends.0 + gap + ends.1, .dim) + "\n"
    }
}

extension Candles {
    /// Bars as columns; a session is a day in New York.
    init(_ bars: [Bar]) {
        self.init(
            open: bars.map { Double($0.open) }, high: bars.map { Double($0.high) },
            low: bars.map { Double($0.low) }, close: bars.map { Double($0.close) },
            volume: bars.map { Double($0.volume) },
            session: bars.map { Int(EasternTime.local(at: $0.openedAt).date.days) })
    }
}
