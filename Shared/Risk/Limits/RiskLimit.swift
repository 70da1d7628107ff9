/// Everything about risk that can be set, by the name that settings and `--limit` know.
public enum RiskLimit: String, CaseIterable, Sendable {
    case positionSize = "position_size"
    case grossExposure = "gross_exposure"
    case shortShare = "short_share"
    case positions
    case sectorExposure = "sector_exposure"
    case correlatedExposure = "correlated_exposure"
    case correlation
    case cashReserve = "cash_reserve"
    case buyingPower = "buying_power"
    case liquidity
    case dailyDrawdown = "daily_drawdown"
    case lossPerTrade = "loss_per_trade"
    case stopRanges = "stop_ranges"
    case lossesInARow = "losses_in_a_row"
    case var95 = "var_95"
    case var99 = "var_99"
    case cvar95 = "cvar_95"
    case cvar99 = "cvar_99"
    case volatilityRegime = "volatility_regime"
    case tradesADay = "trades_a_day"
    case ordersAMinute = "orders_a_minute"
    case orderWorth = "order_worth"
    case orderQuantity = "order_quantity"
    case duplicateSeconds = "duplicate_seconds"
    case priceCollar = "price_collar"
    case dataAge = "data_age"
    case marketHours = "market_hours"
    case drawdownReduce = "drawdown_reduce"
    case drawdownHalt = "drawdown_halt"
    case drawdownLiquidate = "drawdown_liquidate"
    case haltRejections = "halt_rejections"
    case haltBrokerErrors = "halt_broker_errors"
    case haltDataGap = "halt_data_gap"

    /// What it means, and which values make sense.
    public struct Meaning: Sendable {
        public let range: ClosedRange<Double>
        public let isWhole: Bool
        /// What the presets `basic`, `dynamic` and `advanced` say; nothing where they set no limit.
        let presets: (basic: Double?, dynamic: Double?, advanced: Double?)
        public let text: String
    }

    public var meaning: Meaning {
        switch self {
        case .positionSize: share(nil, 0.2, 0.05, "A position, as a share of the equity.")
        case .grossExposure: share(1, 1, 0.5, to: 10, "All positions together, long and short.")
        case .shortShare: share(nil, 0.5, 0.5, "What is short, as a share of gross_exposure.")
        case .positions: count(nil, 30, 30, "How many positions there are at a time.")
        case .sectorExposure: share(nil, 0.4, 0.2, to: 10, "The positions of one sector.")
        case .correlatedExposure:
            share(nil, 0.6, 0.2, to: 10, "A position and those that move with it.")
        case .correlation: share(nil, 0.8, 0.8, "The correlation from which on positions move together.")
        case .cashReserve: share(0, 0.02, 0.05, "What stays in cash, as a share of the equity.")
        case .buyingPower: share(1, 1, 1, "An order, as a share of the account's buying power.")
        case .liquidity: share(nil, 0.05, 0.01, "An order, as a share of what a day trades on average.")
        case .dailyDrawdown: share(nil, 0.02, 0.02, "The day's loss from its high: then nothing is added.")
        case .lossPerTrade: share(nil, 0.004, 0.004, "What a position loses at its stop, of the equity.")
        case .stopRanges:
            Meaning(
                range: 0.1...100, isWhole: false, presets: (nil, 2, 2),
                text: "How many average ranges away the stop is thought to be where there is none.")
        case .lossesInARow: count(nil, 3, 3, "Lost trades in a row: then a pause until the next session.")
        case .var95: share(nil, 0.025, 0.0125, "The loss that 95 % of days stay within, of the equity.")
        case .var99: share(nil, 0.05, 0.025, "The loss that 99 % of days stay within, of the equity.")
        case .cvar95: share(nil, 0.04, 0.02, "The mean loss of the worst 5 % of days, of the equity.")
        case .cvar99: share(nil, 0.06, 0.03, "The mean loss of the worst 1 % of days, of the equity.")
        case .volatilityRegime:
            Meaning(
                range: 1...100, isWhole: false, presets: (nil, 2, 1.5),
                text: "The last month's volatility over the year's: beyond it positions shrink.")
        case .tradesADay: count(nil, 100, 100, "Orders that are approved in a day.")
        case .ordersAMinute: count(600, 100, 60, "Orders that are approved in a minute.")
        case .orderWorth:
            Meaning(
                range: 0...1e12, isWhole: false, presets: (10_000_000, 10_000_000, 10_000_000),
                text: "An order's worth: more looks like a mistake.")
        case .orderQuantity:
            Meaning(
                range: 0...9e9, isWhole: false, presets: (1_000_000, 1_000_000, 1_000_000),
                text: "An order's quantity: more looks like a mistake.")
        case .duplicateSeconds:
            Meaning(
                range: 0...86_400, isWhole: false, presets: (1, 1, 1),
                text: "For so long the same order again is a duplicate.")
        case .priceCollar: share(0.1, 0.05, 0.03, "How far a limit or stop may be from the market.")
        case .dataAge:
            Meaning(
                range: 0...10_000, isWhole: false, presets: (5, 3, 2),
                text: "How many of its intervals the last bar may be old.")
        case .marketHours:
            Meaning(
                range: 0...1, isWhole: true, presets: (1, 1, 1),
                text: "1: orders only while the market is open, or on its last bar.")
        case .drawdownReduce:
            share(nil, 0.1, 0.1, "The fall from the highest equity that halves gross_exposure.")
        case .drawdownHalt: share(nil, 0.15, 0.15, "The fall from the highest equity that halts trading.")
        case .drawdownLiquidate:
            share(nil, 0.2, 0.2, "The fall from the highest equity that closes every position, and halts.")
        case .haltRejections: count(nil, 5, 5, "The broker's rejections in a row that halt trading.")
        case .haltBrokerErrors: count(nil, 5, 5, "Errors of the broker in a row that halt trading.")
        case .haltDataGap:
            Meaning(
                range: 1...1_000_000, isWhole: false, presets: (nil, nil, nil),
                text: "Intervals without any bar, while the market is open, that halt trading.")
        }
    }

    private func share(
        _ basic: Double?, _ dynamic: Double?, _ advanced: Double?, to most: Double = 1, _ text: String
    ) -> Meaning {
        Meaning(range: 0...most, isWhole: false, presets: (basic, dynamic, advanced), text: text)
    }

    private func count(_ basic: Double?, _ dynamic: Double?, _ advanced: Double?, _ text: String) -> Meaning {
        Meaning(range: 0...1_000_000, isWhole: true, presets: (basic, dynamic, advanced), text: text)
    }

    /// What a preset says; nothing where it sets no limit.
    public func value(in preset: RiskPreset) -> Double? {
        switch preset {
        case .none: nil
        case .basic: meaning.presets.basic
        case .dynamic: meaning.presets.dynamic
        case .advanced: meaning.presets.advanced
        }
    }
}
