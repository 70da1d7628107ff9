import Domain

/// What waits for the next commit: bars and rows of messages, each with the number of the command that brought it.
public struct HistoryBatch: Sendable {
    struct Rows: Sendable {
        let table: SQLTable
        var numbers: [UInt64] = []
        var rows: [[SQLValue]] = []
    }

    private(set) var bars: [(number: UInt64, bar: Bar)] = []
    private(set) var tables: [Rows] = []
    public private(set) var count = 0
    /// The number of the last command; 0 where there is none.
    public private(set) var last: UInt64 = 0

    public init() {}

    public var isEmpty: Bool { count == 0 }

    /// Adds what a message says; one that has no table is only counted as seen.
    public mutating func add(_ message: Message, number: UInt64) throws(StorageError) {
        last = max(last, number)
        if case .bar(let bar) = message.body, !Projection.isCorrection(message) {
            return try add(bar, number: number)
        }
        guard let (table, values) = Projection.row(of: message) else { return }
        if let place = tables.firstIndex(where: { $0.table.name == table.name }) {
            tables[place].numbers.append(number)
            tables[place].rows.append(values)
        } else {
            tables.append(Rows(table: table, numbers: [number], rows: [values]))
        }
        count += 1
    }

    public mutating func add(_ bar: Bar, number: UInt64) throws(StorageError) {
        guard bar.trades <= UInt64(Int64.max) else {
            throw StorageError(
                .refused,
                "the bar of \(bar.symbol) in command \(number) says it has \(bar.trades) trades; that is more "
                    + "than can be stored")
        }
        last = max(last, number)
        bars.append((number, bar))
        count += 1
    }

    /// Leaves out what was stored before: a start without the database hands over more than is missing.
    mutating func drop(through done: UInt64) {
        if let first = bars.firstIndex(where: { $0.number > done }) {
            bars.removeFirst(first)
        } else {
            bars = []
        }
        for place in tables.indices {
            let first =
                tables[place].numbers.firstIndex { $0 > done } ?? tables[place].numbers.count
            tables[place].numbers.removeFirst(first)
            tables[place].rows.removeFirst(first)
        }
        count = bars.count + tables.reduce(0) { $0 + $1.rows.count }
    }

    mutating func removeAll() {
        bars.removeAll(keepingCapacity: true)
        tables.removeAll(keepingCapacity: true)
        count = 0
        last = 0
    }

    /// The bars in the order of the table: neighbours on a page are written together. An instant of 500 symbols is
    /// the usual batch, and in its own order every row would be on another page (a third more of the processor).
    var barRows: [[SQLValue]] {
        let order = bars.indices.sorted { left, right in
            let (a, b) = (bars[left].bar, bars[right].bar)
            if a.symbol != b.symbol { return a.symbol < b.symbol }
            if a.span != b.span { return a.span < b.span }
            if a.openedAt != b.openedAt { return a.openedAt < b.openedAt }
            return left < right
        }
        return order.map { Projection.row(of: bars[$0].bar) }
    }
}
