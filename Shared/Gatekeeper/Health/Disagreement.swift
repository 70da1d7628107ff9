import Domain

/// Two providers' bars of one symbol, held against each other.
extension SeriesHealth {
    /// What differs by more than the tolerance; bars that only one has are told by their number.
    mutating func compare(with other: SeriesHealth) {
        var (left, right) = (0, 0)
        var (worst, worstAt, differing, both, alone) = (0.0, 0, 0, 0, 0)
        while left < rows.count, right < other.rows.count {
            let (mine, theirs) = (rows[left].bar, other.rows[right].bar)
            if mine.openedAt != theirs.openedAt {
                alone += 1
                if mine.openedAt < theirs.openedAt { left += 1 } else { right += 1 }
                continue
            }
            both += 1
            let apart = SeriesHealth.distance(mine, theirs)
            if apart > limits.tolerance { differing += 1 }
            if apart > worst { (worst, worstAt) = (apart, left) }
            left += 1
            right += 1
        }
        if differing > 0 {
            let row = rows[worstAt]
            find(
                .disagreement, row.bar, row.line,
                "\(differing) of \(both) bars differ from \(other.file) by more than "
                    + "\(SeriesHealth.share(limits.tolerance)); this one by \(SeriesHealth.share(worst))",
                [Figure(name: "bars", value: Double(differing)), Figure(name: "worst", value: worst)])
        }
        if alone > 0, let first = rows.first {
            find(
                .disagreement, first.bar, first.line,
                "\(alone) bars between the first and the last of both are only in one of it and \(other.file)",
                [Figure(name: "alone", value: Double(alone))])
        }
    }

    /// The farthest of the four prices, as a share.
    private static func distance(_ bar: Bar, _ other: Bar) -> Double {
        zip([bar.open, bar.high, bar.low, bar.close], [other.open, other.high, other.low, other.close])
            .map { abs(Double($0) / Double($1) - 1) }.max()!
    }

    private static func share(_ share: Double) -> String {
        let hundredths = Int((share * 10_000).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) %"
    }
}
