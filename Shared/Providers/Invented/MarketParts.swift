/// What an invented market has beyond a walk of steady volatility with the volume of a day.
public struct MarketParts: Equatable, Sendable {
    /// Volatility that comes in waves, and rises where prices fall.
    public var volatility = false
    /// Jumps, most of them over night.
    public var jumps = false
    /// Shares that move with the market, and more so with those of their sector.
    public var sectors = false
    /// Days that are calm, rise, fall or panic, for all symbols together.
    public var regimes = false
    public var splits = false
    public var dividends = false

    /// The names of the parts, as settings call them.
    public static let names = ["volatility", "jumps", "sectors", "regimes", "splits", "dividends"]
    public static let plain = MarketParts()
    public static let real = MarketParts(market: "real") { _ in "market" }

    public init() {}

    /// The parts of the market `plain` or `real`, each `with` or `without` where `part` says so of its name, and else
    /// as the `market` has it.
    public init(market: String, part: (String) -> String) {
        func has(_ name: String) -> Bool {
            let word = part(name)
            return word == "with" || (word == "market" && market == "real")
        }
        volatility = has("volatility")
        jumps = has("jumps")
        sectors = has("sectors")
        regimes = has("regimes")
        splits = has("splits")
        dividends = has("dividends")
    }
}
