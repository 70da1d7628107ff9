import Domain

/// Ways to divide a range of days.
enum Pieces {
    /// Calendar months, the first and last as far as they are in the range.
    static func months(_ days: ClosedRange<CivilDate>) -> [ClosedRange<CivilDate>] {
        var pieces: [ClosedRange<CivilDate>] = []
        var from = days.lowerBound
        while from <= days.upperBound {
            let (year, month, _) = from.parts
            let end = CivilDate(year, month, CivilDate.length(ofMonth: month, in: year))
            pieces.append(from...min(end, days.upperBound))
            from = end + 1
        }
        return pieces
    }

    /// So many days each.
    static func days(_ count: Int, _ days: ClosedRange<CivilDate>) -> [ClosedRange<CivilDate>] {
        stride(from: days.lowerBound, through: days.upperBound, by: count).map {
            $0...min($0 + (count - 1), days.upperBound)
        }
    }
}
