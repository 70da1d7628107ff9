import Domain

/// Goes with a price that leaves the channel of the bars before it: the rule of Donchian, and of the turtles after him.
///
/// Prices are compared as they are, in whole numbers.
public struct DonchianBreakout: Strategy {
    public static let name = "donchian"
    public static let summary =
        "buy a close above the highest high of the bars before, leave below their lowest low"
    public static let rule = [
        "Buys where the close lies above the highest high of the `enter` bars before.",
        "Sells where it lies below the lowest low of the `leave` bars before.",
        "With short=true it does the same the other way round.",
    ]
    public static let example = StrategyExample(["enter=40", "leave=20"])
    public static let parameters: [Parameter] = [
        .integer("enter", 1...2000, default: 20, "Bars of the channel to break out of."),
        .integer("leave", 1...2000, default: 10, "Bars of the channel that ends it, at most enter."),
        .flag("short", default: false, "Sell short below the lowest low, too."),
    ]

    private let sides: Slots<Int8>
    /// Highs, and the opposites of lows.
    private let highsToEnter: HighestPrices
    private let highsToLeave: HighestPrices
    private let lowsToEnter: HighestPrices
    private let lowsToLeave: HighestPrices
    private let goesShort: Bool
    public let warmUp: Int

    public init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) {
        let (enter, leave) = (arguments.integer("enter"), arguments.integer("leave"))
        guard leave <= enter else {
            throw ParameterError("leave must be at most enter, but leave is \(leave) and enter is \(enter)")
        }
        goesShort = arguments.flag("short")
        sides = Slots(repeating: 0, count: symbols.count)
        highsToEnter = HighestPrices(window: enter, instruments: symbols.count)
        highsToLeave = HighestPrices(window: leave, instruments: symbols.count)
        lowsToEnter = HighestPrices(window: enter, instruments: symbols.count)
        lowsToLeave = HighestPrices(window: leave, instruments: symbols.count)
        warmUp = enter + 1
    }

    public mutating func onBar(
        _ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {
        look(bar.close.units, instrument, &opinions)
        highsToEnter.update(bar.high.units, of: instrument)
        highsToLeave.update(bar.high.units, of: instrument)
        lowsToEnter.update(-bar.low.units, of: instrument)
        lowsToLeave.update(-bar.low.units, of: instrument)
    }

    /// The bar itself is no part of the channels yet.
    private func look(_ close: Int64, _ instrument: Int, _ opinions: inout Opinions) {
        guard let top = highsToEnter.highest(of: instrument),
            let opposite = lowsToEnter.highest(of: instrument),
            let near = highsToLeave.highest(of: instrument),
            let nearOpposite = lowsToLeave.highest(of: instrument)
        else { return }
        let (bottom, side) = (-opposite, sides[instrument])
        if side <= 0, close > top {
            say(1, instrument, "the close broke out above the channel", close, top, &opinions)
        } else if side >= 0, goesShort, close < bottom {
            say(-1, instrument, "the close broke out below the channel", close, bottom, &opinions)
        } else if side > 0, close < -nearOpposite {
            say(0, instrument, "the close is below the lowest low", close, -nearOpposite, &opinions)
        } else if side < 0, close > near {
            say(0, instrument, "the close is above the highest high", close, near, &opinions)
        }
    }

    private func say(
        _ side: Int8, _ instrument: Int, _ reason: StaticString, _ close: Int64, _ level: Int64,
        _ opinions: inout Opinions
    ) {
        sides[instrument] = side
        opinions.say(
            Double(side), of: instrument, because: reason,
            [
                Figure(name: "close", value: Double(Price(units: close))),
                Figure(name: "level", value: Double(Price(units: level))),
            ])
    }
}
