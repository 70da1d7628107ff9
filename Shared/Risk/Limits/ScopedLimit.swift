import Domain

/// A limit that somebody gave, and what it is for: `position_size=0.1`, `position_size@AAPL=2%`,
/// `gross_exposure@strategy:momentum=0.3`, `positions@account:main=10`, `var_95=off`.
public struct ScopedLimit: Sendable, Equatable {
    public enum Scope: Sendable, Equatable {
        /// Every account, or the one of that name.
        case account(String?)
        case strategy(String)
        case symbol(Symbol)
    }

    public var limit: RiskLimit
    public var scope: Scope
    /// Nothing: no such limit.
    public var value: Double?

    public init(_ limit: RiskLimit, for scope: Scope = .account(nil), _ value: Double?) {
        self.limit = limit
        self.scope = scope
        self.value = value
    }

    /// Reads what a person wrote.
    public init(_ text: String) throws(RiskLimitError) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw RiskLimitError(
                "the limit \(text.prefix(60)) has no value: position_size=0.1 would be right")
        }
        let target = text[..<equals].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(target[0])
        guard let limit = RiskLimit(rawValue: name) else {
            let known = RiskLimit.allCases.map(\.rawValue)
            throw RiskLimitError(
                "there is no limit \(name.prefix(60)); there are \(known.joined(separator: ", "))",
                unknown: name, known: known)
        }
        self.limit = limit
        scope = target.count == 2 ? try ScopedLimit.scope(target[1], of: text) : .account(nil)
        value = try ScopedLimit.value(text[text.index(after: equals)...], of: limit)
        if case .strategy = scope, !limit.isForStrategies {
            let known = RiskLimit.allCases.filter(\.isForStrategies).map(\.rawValue)
            throw RiskLimitError(
                "\(name) cannot be limited by strategy; \(known.joined(separator: ", ")) can")
        }
    }

    private static func scope(_ text: Substring, of whole: String) throws(RiskLimitError) -> Scope {
        for (prefix, make) in [
            ("strategy:", { Scope.strategy($0) }), ("account:", { Scope.account($0) }),
        ] where text.hasPrefix(prefix) && text.count > prefix.count {
            return make(String(text.dropFirst(prefix.count)))
        }
        guard !text.isEmpty, !text.contains(":"), let symbol = Symbol(text) else {
            throw RiskLimitError(
                "\(whole.prefix(60)) is for nothing that there is: NAME@SYMBOL, NAME@strategy:NAME or "
                    + "NAME@account:NAME would be right")
        }
        return .symbol(symbol)
    }

    /// Reads `0.05`, `5%`, `off`; nothing for off.
    static func value(_ text: Substring, of limit: RiskLimit) throws(RiskLimitError) -> Double? {
        if text == "off" { return nil }
        let meaning = limit.meaning
        let isPercent = text.hasSuffix("%")
        let number = Double(isPercent ? text.dropLast() : text).map { isPercent ? $0 / 100 : $0 }
        guard let number, meaning.range.contains(number), !meaning.isWhole || number == number.rounded()
        else {
            let kind = meaning.isWhole ? "a whole number" : "a number"
            throw RiskLimitError(
                "\(limit.rawValue) must be \(kind) from \(decimal(meaning.range.lowerBound)) to "
                    + "\(decimal(meaning.range.upperBound)), or off, not \(text.prefix(60))")
        }
        return number
    }
}

extension RiskLimit {
    /// Limits that can be told of what one strategy holds and does; others are about the whole account or the market.
    public var isForStrategies: Bool {
        switch self {
        case .positionSize, .grossExposure, .shortShare, .positions, .sectorExposure, .lossPerTrade,
            .lossesInARow, .tradesADay, .ordersAMinute, .orderWorth, .orderQuantity, .duplicateSeconds,
            .priceCollar, .liquidity:
            true
        case .correlatedExposure, .correlation, .cashReserve, .buyingPower, .dailyDrawdown, .stopRanges,
            .var95, .var99, .cvar95, .cvar99, .volatilityRegime, .dataAge, .marketHours, .drawdownReduce,
            .drawdownHalt, .drawdownLiquidate, .haltRejections, .haltBrokerErrors, .haltDataGap:
            false
        }
    }
}
