import Domain

/// Bars from files, merged by time.
///
/// The files are read side by side, each through a buffer of 256 KiB, so their size does not matter. Each
/// must be in order of time. A bar with a date only opens and closes with the session of the New York Stock
/// Exchange on that date; a time without a zone is UTC.
public final class CSVSource: BarSource {
    private var files: [CSVFile] = []
    /// When the next bar of each file closes: the only thing that the search for the next instant touches.
    private var closes: [Int64] = []
    private var passed = Int64.min
    private var failure: SourceError?
    private var countLast = 1

    /// Opens the files and reads their headers.
    ///
    /// A file with a `symbol` holds that symbol's bars, whatever it calls them; without one the file needs a
    /// column that names it. `span` is the length in nanoseconds of a bar that has a time of day.
    public convenience init(files: [(symbol: Symbol?, path: String)], span: Int64) throws(SourceError) {
        try self.init(files: files.map { ($0.symbol, $0.path, span) })
    }

    /// The same, with a span for each file.
    public init(files: [(symbol: Symbol?, path: String, span: Int64)]) throws(SourceError) {
        for (symbol, path, span) in files {
            guard span > 0, span <= 366 * Nanoseconds.day else {
                throw SourceError(
                    "a span of \(span) ns is no length of a bar; above 0 and up to a year would be right")
            }
            let file = try CSVFile(path: path, symbol: symbol, span: span)
            self.files.append(file)
            closes.append(file.closesAt)
            failure = failure ?? file.failure
        }
    }

    public func skip(through moment: Timestamp) {
        passed = max(passed, moment.nanoseconds)
    }

    public func next() throws(SourceError) -> Instant? {
        while true {
            if let failure { throw failure }
            guard let at = closes.min(), at < .max else { return nil }
            if at <= passed {
                pass(at)
                continue
            }
            do throws(SourceError) {
                return try instant(at)
            } catch {
                failure = error
            }
        }
    }

    /// Leaves out what closes at that moment.
    private func pass(_ at: Int64) {
        for index in files.indices {
            while closes[index] == at, failure == nil { advance(index) }
        }
    }

    /// What closes at that moment.
    private func instant(_ at: Int64) throws(SourceError) -> Instant {
        var bars: [Bar] = []
        bars.reserveCapacity(countLast)
        var isSorted = true
        for index in files.indices where closes[index] == at {
            // A file that fails keeps its last time, and must not be asked again.
            while closes[index] == at, files[index].failure == nil, let bar = files[index].head {
                if let last = bars.last, !isBefore(last, bar) {
                    isSorted = false
                    if last.symbol == bar.symbol, last.span == bar.span { throw twice(bar, files[index]) }
                }
                bars.append(bar)
                advance(index)
            }
        }
        if !isSorted {
            bars.sort(by: isBefore)
            for (left, right) in zip(bars, bars.dropFirst()) where !isBefore(left, right) {
                throw twice(right, nil)
            }
        }
        countLast = bars.count
        return Instant(at: Timestamp(nanoseconds: at), bars: bars)
    }

    @inline(__always)
    private func advance(_ index: Int) {
        let file = files[index]
        file.advance()
        closes[index] = file.closesAt
        if let found = file.failure { failure = failure ?? found }
    }

    private func twice(_ bar: Bar, _ file: CSVFile?) -> SourceError {
        let place = file.map { "\($0.path), line \($0.line)" } ?? files.map(\.path).joined(separator: ", ")
        return SourceError(
            "\(place): a second bar of \(bar.symbol) that opens at \(bar.openedAt); one bar for each symbol "
                + "and time would be right")
    }
}

@inline(__always)
private func isBefore(_ left: Bar, _ right: Bar) -> Bool {
    left.symbol != right.symbol ? left.symbol < right.symbol : left.span < right.span
}
