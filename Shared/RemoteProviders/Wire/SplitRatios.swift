import Domain

/// What shares became by splits, for prices that a provider gives as if all splits had been before them.
struct SplitRatios: Sendable {
    /// Oldest first.
    private(set) var splits: [(date: CivilDate, after: Int64, before: Int64)]

    init(_ splits: [(date: CivilDate, after: Int64, before: Int64)] = []) {
        self.splits = splits.sorted { $0.date < $1.date }
    }

    init(_ actions: [CorporateAction]) {
        self.init(
            actions.filter { $0.kind == .split }.map {
                (EasternTime.local(at: $0.exAt).date, $0.numerator, $0.denominator)
            })
    }

    /// What one share of that day became by all splits after it.
    func ratio(after date: CivilDate) -> (after: Int64, before: Int64) {
        var (after, before): (Int64, Int64) = (1, 1)
        for split in splits where split.date > date {
            let product = after.multipliedReportingOverflow(by: split.after)
            let divisor = before.multipliedReportingOverflow(by: split.before)
            // Nothing real is split so often; what comes out would not be a price.
            guard !product.overflow, !divisor.overflow else { return (after, before) }
            let reduced = ActionWire.split(Symbol(), on: date, product.partialValue, divisor.partialValue)
            (after, before) = (reduced.numerator, reduced.denominator)
        }
        return (after, before)
    }

    /// A price as it was traded. A division leaves crumbs, so it is rounded to a hundredth of a cent, the finest that a
    /// share's price ever had in the reports of its trades. Nothing where it is too large.
    static func raw(_ price: Price, _ ratio: (after: Int64, before: Int64)) -> Price? {
        if ratio.after == ratio.before { return price }
        return try? price.scaled(ratio.after, over: ratio.before).rounded(toMultipleOf: Price(units: 100))
    }

    /// A volume as it was traded: whole shares were.
    static func raw(_ volume: Volume, _ ratio: (after: Int64, before: Int64)) -> Volume? {
        if ratio.after == ratio.before { return volume }
        return try? volume.scaled(ratio.before, over: ratio.after).rounded(toMultipleOf: Volume(1))
    }
}
