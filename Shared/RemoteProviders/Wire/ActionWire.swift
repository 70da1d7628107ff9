import Domain

/// What all decoders of splits and dividends share. An action is known on its ex-date where the provider does not say
/// when it was told.
enum ActionWire {
    static func split(
        _ symbol: Symbol, on date: CivilDate, after: JSONBody, before: JSONBody
    ) throws(ProviderFault) -> CorporateAction {
        let (shares, each): (Price, Price) = (try after.decimal(), try before.decimal())
        guard shares.isPositive, each.isPositive else { throw after.wrong("a split has shares above 0") }
        return split(symbol, on: date, shares.units, each.units)
    }

    static func split(_ symbol: Symbol, on date: CivilDate, _ after: Int64, _ before: Int64)
        -> CorporateAction
    {
        var (large, small) = (after, before)
        while small != 0 { (large, small) = (small, large % small) }
        let at = BarWire.midnight(of: date)
        return CorporateAction(
            symbol: symbol, kind: .split, exAt: at, knownAt: at, numerator: after / large,
            denominator: before / large)
    }

    static func dividend(
        _ symbol: Symbol, on date: CivilDate, _ amount: JSONBody
    ) throws(ProviderFault) -> CorporateAction {
        let cash: Price = try amount.decimal()
        guard !cash.isNegative else { throw amount.wrong("a dividend is not below 0") }
        let at = BarWire.midnight(of: date)
        return CorporateAction(symbol: symbol, kind: .dividend, exAt: at, knownAt: at, amount: cash)
    }
}
