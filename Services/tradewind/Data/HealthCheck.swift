import Configuration
import Domain
import Gatekeeper
import Providers
import Reporting
import Store
import Trading

/// Reads the files that the command line names, and looks what is wrong with them.
struct HealthCheck {
    private let files: [(symbol: Symbol?, path: String)]
    private let actionFiles: [(symbol: Symbol?, path: String)]
    private let store: BarFolder?
    private let span: Int64?
    private var limits = HealthLimits()

    init(_ parsed: Parsed) throws {
        files = try parsed.texts("csv").flatMap { try OptionText.files($0) }
        store = try parsed.text(ifGiven: "store").map { try BarFolder($0) }
        guard store != nil || !files.isEmpty else {
            throw Failure(
                "there are no bars to look at: --csv SYMBOL=FILE or --store FOLDER would be right",
                exitCode: 2)
        }
        let named = try parsed.texts("actions").flatMap { try OptionText.files($0) }
        // Without any named, those that a fetch put beside the bars of the store.
        actionFiles = try named.isEmpty ? (store?.actionFiles() ?? []).map { (nil, $0) } : named
        span = try parsed.text(ifGiven: "span").map { try OptionText.span($0, of: "--span") }
        limits.tolerance = parsed.number("tolerance")
        if parsed.text("calendar") == "none" { limits.calendar = nil }
        if let day = parsed.text(ifGiven: "as-of") {
            limits.asOf = (try OptionText.date(day, of: "--as-of") + 1).midnightUTC
        }
    }

    func run() throws -> HealthSubject {
        var health = DataHealth(limits, actions: try actions())
        let progress = Progress(files.count)
        for (number, file) in files.enumerated() {
            progress.show(number, file.path)
            let span = try span ?? BarRows.usualSpan(path: file.path, symbol: file.symbol)
            var rows = try BarRows(path: file.path, symbol: file.symbol, span: span)
            while let row = try rows.next() {
                switch row {
                case .bar(let bar): health.take(bar, file: file.path, line: rows.line)
                case .fault(let kind, let sentence):
                    health.take(kind, sentence, file.symbol, file: file.path, line: rows.line)
                }
            }
        }
        progress.end()
        try lookAtStore(&health)
        let (series, unreadable) = health.finish()
        return HealthSubject(series: series, unreadable: unreadable)
    }

    /// A row of a store has no line: it is counted within its series.
    private func lookAtStore(_ health: inout DataHealth) throws {
        guard let store else { return }
        for key in try store.keys() where span == nil || span == key.interval.nanoseconds {
            let bars = try store.read(key)
            let place = "\(store.path)/\(key.folder)"
            for row in 0..<bars.count { health.take(bars.bar(row, of: key), file: place, line: row + 1) }
        }
    }

    private func actions() throws -> [CorporateAction] {
        var found: [CorporateAction] = []
        for file in actionFiles { found += try ActionFile.read(file.path, symbol: file.symbol) }
        for file in files {
            do {
                found += try ActionFile.besideBars(file.path, symbol: file.symbol)
            } catch {
                // What is wrong with the bars is told row by row; that actions are not known has to be told here.
                Console.error(
                    "\(error); actions beside these bars are not known, and a split may look like none\n")
            }
        }
        return found
    }

    /// One line that tells which file is read, where a person looks on.
    private struct Progress {
        private let count: Int
        private let isShown = Terminal.standardError.isTerminal

        init(_ count: Int) { self.count = count }

        func show(_ number: Int, _ path: String) {
            guard isShown, count > 1 else { return }
            Console.error("\r\u{1B}[K\(number + 1) of \(count): \(path)")
        }

        func end() {
            if isShown, count > 1 { Console.error("\r\u{1B}[K") }
        }
    }
}
