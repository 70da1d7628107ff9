import Domain

extension Market {
    /// Takes the actions of instruments that are there, in the order of their ex-dates. A split that the prices do not
    /// show is left out: they are adjusted for it already, and to apply it would invent a gain or a loss.
    mutating func take(_ found: [CorporateAction]) {
        var taken: [MarketAction] = []
        for action in found {
            guard let number = bars.number(of: action.symbol) else { continue }
            let item = MarketAction(instrument: Int(number), action: action)
            // A file of actions and columns beside the bars may both tell of it.
            if taken.contains(where: { $0.isSame(as: item) }) { continue }
            if action.kind == .split, let (before, after) = prices(around: action, of: Int32(number)),
                !action.shows(from: before, to: after)
            {
                notes.append(
                    "the split \(action.numerator) for \(action.denominator) of \(action.symbol) on "
                        + "\(EasternTime.local(at: action.exAt).date) does not show in the prices (\(before), then "
                        + "\(after)): they are adjusted for it already, and it was left out")
                continue
            }
            taken.append(item)
        }
        // In a stable order, so that two of a day are applied as they stand in the file.
        actions = taken.enumerated().sorted {
            ($0.element.action.exAt, $0.offset) < ($1.element.action.exAt, $1.offset)
        }.map(\.element)
    }

    /// The last close before an ex-date and the first open after it.
    private func prices(around action: CorporateAction, of instrument: Int32) -> (Price, Price)? {
        var before: Price?
        for row in 0..<bars.count where bars.symbol[row] == instrument {
            if bars.closesAt[row] > action.exAt.nanoseconds {
                return before.map { ($0, Price(units: bars.open[row])) }
            }
            before = Price(units: bars.close[row])
        }
        return nil
    }
}

extension MarketAction {
    fileprivate func isSame(as other: MarketAction) -> Bool {
        instrument == other.instrument && action.kind == other.action.kind && action.exAt == other.action.exAt
    }
}
