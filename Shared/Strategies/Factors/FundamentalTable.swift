import Domain
import Glibc

/// What companies have reported, and from when on it was known.
struct FundamentalTable: Sendable {
    struct Row: Sendable, Equatable {
        var knownAt: Timestamp
        /// Of a share.
        var earnings: Double?
        var book: Double?
        var returnOnEquity: Double?
        /// Over equity.
        var debt: Double?
        var shares: Double?

        /// The logarithm of what the company is worth.
        func size(at price: Double) -> Double? {
            shares.flatMap { $0 > 0 && price > 0 ? log($0 * price) : nil }
        }
    }

    static let columns = [
        "symbol", "known_on", "earnings_per_share", "book_per_share", "return_on_equity", "debt_to_equity",
        "shares",
    ]

    /// By instrument, in the order of becoming known.
    private let rows: [[Row]]

    /// Companies that are not traded are passed over. Without a file nothing is known of any.
    init(_ file: FileText?, _ symbols: [Symbol]) throws(ParameterError) {
        var rows = Array(repeating: [Row](), count: symbols.count)
        var places: [Int]?
        if let file {
            for line in CommaLines(file) {
                guard let known = places else {
                    places = try FundamentalTable.places(line)
                    continue
                }
                func text(_ column: Int) -> String {
                    known[column] < line.fields.count && known[column] >= 0 ? line.fields[known[column]] : ""
                }
                guard let instrument = symbols.firstIndex(where: { $0.text == text(0) }) else { continue }
                rows[instrument].append(try FundamentalTable.row(line, text))
            }
            guard places != nil else { throw ParameterError("\(file.path) is empty") }
        }
        self.rows = rows.map { $0.sorted { $0.knownAt < $1.knownAt } }
    }

    private static func places(_ line: CommaLines.Line) throws(ParameterError) -> [Int] {
        let places = columns.map { column in line.fields.firstIndex(of: column) ?? -1 }
        if let unknown = line.fields.first(where: { !columns.contains($0) }) {
            throw ParameterError(
                "\(line.path), line \(line.number): there is no column \(unknown.prefix(40)); there are "
                    + columns.joined(separator: ", "), unknown: unknown, known: columns)
        }
        guard places[0] >= 0, places[1] >= 0 else {
            throw line.error("the first line names the columns, with symbol and known_on among them")
        }
        return places
    }

    private static func row(_ line: CommaLines.Line, _ text: (Int) -> String) throws(ParameterError) -> Row {
        guard let date = try? CivilDate(text(1)) else {
            throw line.error("\(text(1).prefix(40)) is no day; 2024-05-01 would be one")
        }
        var numbers: [Double?] = []
        for column in 2..<columns.count {
            let text = text(column)
            guard !text.isEmpty else {
                numbers.append(nil)
                continue
            }
            guard let number = Double(text), number.isFinite else {
                throw line.error("\(text.prefix(40)) is no number for \(columns[column])")
            }
            numbers.append(number)
        }
        // What is published in the course of a day is known to whoever decides on the next.
        return Row(
            knownAt: (date + 1).midnightUTC, earnings: numbers[0], book: numbers[1],
            returnOnEquity: numbers[2],
            debt: numbers[3], shares: numbers[4])
    }

    /// The last that was known at a moment.
    func latest(of instrument: Int, at now: Timestamp) -> Row? { rows[instrument].last { $0.knownAt <= now } }
}
