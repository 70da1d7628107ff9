import Domain

/// Lays new bars over those that are there.
struct SeriesMerge {
    private(set) var current = SeriesRows()
    /// Those that others took the place of, beside what was replaced before.
    private(set) var replaced: SeriesRows
    private(set) var outcome = Appended()
    private var isReplacedSorted = true

    /// `new` is sorted, with each time once; `moments` says since when each of its rows is known if it changes one.
    init(
        _ old: SeriesRows, replaced: SeriesRows, with new: BarSeries, _ rows: Range<Int>, provider: String,
        at moments: [Int64]
    ) {
        self.replaced = replaced
        let oldNumbers = old.names.map { current.number(of: $0) }
        let replacedNumbers = old.names.map { self.replaced.number(of: $0) }
        let own = current.number(of: provider)
        current.bars.reserve(old.count + rows.count)
        var at = 0
        for row in rows {
            let opened = new.openedAt[row]
            while at < old.count, old.bars.openedAt[at] < opened {
                current.append(at, of: old, numbers: oldNumbers)
                at += 1
            }
            guard at < old.count, old.bars.openedAt[at] == opened else {
                put(row, of: new, own, SeriesRows.atClose)
                outcome.added += 1
                continue
            }
            defer { at += 1 }
            if new.isSame(row, as: old.bars, at) {
                current.append(at, of: old, numbers: oldNumbers)
                outcome.same += 1
                continue
            }
            self.replaced.append(at, of: old, numbers: replacedNumbers)
            self.replaced.replacedAt.append(moments[row])
            put(row, of: new, own, moments[row])
            outcome.replaced += 1
        }
        while at < old.count {
            current.append(at, of: old, numbers: oldNumbers)
            at += 1
        }
    }

    private mutating func put(_ row: Int, of new: BarSeries, _ provider: Int32, _ knownAt: Int64) {
        current.bars.append(row, of: new)
        current.provider.append(provider)
        current.knownAt.append(knownAt)
    }
}

extension BarSeries {
    /// Sorted by time, of each time the bar that came last; and how many that left out.
    func sorted() -> (bars: BarSeries, repeated: Int) {
        var isSorted = true
        for row in openedAt.indices.dropFirst() where openedAt[row] <= openedAt[row - 1] {
            isSorted = false
            break
        }
        if isSorted { return (self, 0) }
        let order = openedAt.indices.sorted { (openedAt[$0], $0) < (openedAt[$1], $1) }
        var sorted = BarSeries()
        sorted.reserve(count)
        for (place, row) in order.enumerated() {
            if place + 1 < order.count, openedAt[order[place + 1]] == openedAt[row] { continue }
            sorted.append(row, of: self)
        }
        return (sorted, count - sorted.count)
    }

    /// The first row that opens at a moment or later; rows are sorted.
    func row(notBefore moment: Int64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if openedAt[middle] >= moment { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
