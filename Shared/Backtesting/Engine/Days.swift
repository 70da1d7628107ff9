import Domain

extension BacktestRecord {
    /// The account at the end of a day on which there were bars.
    public struct Day: Sendable, Equatable {
        public var at: Timestamp
        public var equity: Money
        public var cash: Money
        public var gross: Money

        public init(at: Timestamp, equity: Money, cash: Money, gross: Money) {
            self.at = at
            self.equity = equity
            self.cash = cash
            self.gross = gross
        }
    }

    /// Days one after the other, in columns: figures of a run are made of the equities, and fetch nothing else.
    public struct Days: Sendable {
        /// Where the figures of some days are put.
        struct Columns {
            let at, equity, cash, gross: UnsafeMutablePointer<Int64>
        }

        public private(set) var count = 0
        /// Four columns, each with room for so many days; what lies behind the last day means nothing.
        private var words: [Int64] = []
        private var room = 0

        public init() {}

        public init(_ days: some Sequence<Day>) {
            for day in days { append(day) }
        }

        public mutating func reserveCapacity(_ days: Int) {
            guard days > room else { return }
            let (room, count) = (room, count)
            words = Array(unsafeUninitializedCapacity: 4 * days) { wider, initialized in
                initialized = 4 * days
                guard count > 0, let place = wider.baseAddress else { return }
                words.withUnsafeBufferPointer { narrow in
                    guard let base = narrow.baseAddress else { return }
                    for column in 0..<4 {
                        (place + column * days).initialize(from: base + column * room, count: count)
                    }
                }
            }
            self.room = days
        }

        public mutating func append(_ day: Day) {
            append(1) { columns in
                columns.at[0] = day.at.nanoseconds
                columns.equity[0] = day.equity.units
                columns.cash[0] = day.cash.units
                columns.gross[0] = day.gross.units
            }
        }

        /// Adds so many days at once; all of their figures have to be put.
        mutating func append(_ added: Int, _ put: (Columns) -> Void) {
            precondition(added >= 0, "days are added, not taken")
            if count + added > room { reserveCapacity(Swift.max(count + added, 2 * room)) }
            let (first, room) = (count, room)
            words.withUnsafeMutableBufferPointer { words in
                guard let base = words.baseAddress.map({ $0 + first }) else { return }
                put(
                    Columns(at: base, equity: base + room, cash: base + 2 * room, gross: base + 3 * room))
            }
            count += added
        }

        /// All equities, in units of money.
        func withEquities<R>(_ body: (UnsafeBufferPointer<Int64>) -> R) -> R {
            words.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[room..<(room + count)])) }
        }
    }
}

extension BacktestRecord.Days: RandomAccessCollection, MutableCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { count }

    public subscript(day: Int) -> BacktestRecord.Day {
        get {
            precondition(day >= 0 && day < count, "there is no such day")
            return BacktestRecord.Day(
                at: Timestamp(nanoseconds: words[day]), equity: Money(units: words[room + day]),
                cash: Money(units: words[2 * room + day]), gross: Money(units: words[3 * room + day]))
        }
        set {
            precondition(day >= 0 && day < count, "there is no such day")
            words[day] = newValue.at.nanoseconds
            words[room + day] = newValue.equity.units
            words[2 * room + day] = newValue.cash.units
            words[3 * room + day] = newValue.gross.units
        }
    }
}

extension BacktestRecord.Days: Equatable {
    public static func == (left: Self, right: Self) -> Bool { left.elementsEqual(right) }
}
