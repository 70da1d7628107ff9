import Allocation
import Configuration
import Domain
import Portfolio
import Providers
import Trading

/// The closes of some symbols, day by day: those days on which all of them have one.
struct AllocationPrices {
    private(set) var symbols: [String] = []
    /// A row for each day, the oldest first.
    private(set) var closes: [[Double]] = []

    /// From files or folders of daily bars.
    init(bars words: [String]) throws {
        let files = try words.flatMap { try OptionText.files($0) }
        let source = try CSVSource(files: files, span: Nanoseconds.day)
        var days: [Int64: [Symbol: Double]] = [:]
        var seen: [Symbol] = []
        while let instant = try source.next() {
            for bar in instant.bars {
                if !seen.contains(bar.symbol) { seen.append(bar.symbol) }
                days[bar.openedAt.nanoseconds, default: [:]][bar.symbol] = Double(bar.close)
            }
        }
        seen.sort { $0.text < $1.text }
        symbols = seen.map(\.text)
        for day in days.keys.sorted() {
            let row = seen.compactMap { days[day]?[$0] }
            if row.count == seen.count { closes.append(row) }
        }
    }

    /// From a table: a header with the symbols, and a row with a date and a price of each for each day.
    init(table path: String) throws {
        let lines = try TextFile.text(of: path).split(whereSeparator: \.isNewline)
        let header = (lines.first ?? "").split(separator: ",", omittingEmptySubsequences: false).map(
            String.init)
        guard header.count >= 2, lines.count >= 2 else {
            throw Failure(
                "\(path): a header such as date,AAPL,IBM, and then a row for each day, would be right")
        }
        symbols = Array(header.dropFirst())
        if let twice = symbols.first(where: { name in symbols.count { $0 == name } > 1 }) {
            throw Failure("\(path) has two columns \(twice): one for each symbol would be right")
        }
        for (index, line) in lines.dropFirst().enumerated() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            let prices = fields.dropFirst().compactMap { Double($0) }.filter { $0.isFinite && $0 > 0 }
            guard prices.count == symbols.count, fields.count == header.count else {
                throw Failure(
                    "\(path), row \(index + 1): a date and \(symbols.count) prices above 0 would be right, not "
                        + "\(line.prefix(60))")
            }
            closes.append(prices)
        }
    }

    /// A row for each of the last days: what was earned from close to close.
    func returns(days: Int, of columns: [Int]) -> Matrix {
        let count = max(0, min(days, closes.count - 1))
        var numbers: [Double] = []
        for day in (closes.count - count)..<max(closes.count, closes.count - count) {
            numbers += columns.map { closes[day][$0] / closes[day - 1][$0] - 1 }
        }
        return Matrix(rows: count, columns: columns.count, numbers)
    }

    /// The yearly volatility that allocators in a run would see.
    func volatility(of column: Int) throws -> Double? {
        var book = VolatilityBook(spans: [Nanoseconds.day])
        for row in closes {
            do {
                book.onBar(try Price(1).scaled(by: row[column]), of: 0)
            } catch {
                throw Failure("\(symbols[column]): \(error)")
            }
        }
        return book.volatility(of: 0)
    }
}
