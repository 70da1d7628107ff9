import Indicators

/// A number that a bar gives by itself.
struct OfBar: SymbolFeature {
    let number: @Sendable (Reading) -> Double?

    init(_ number: @escaping @Sendable (Reading) -> Double?) { self.number = number }

    mutating func update(_ reading: Reading) -> Double? { number(reading) }
}

/// What an indicator says, made into a feature.
struct OfIndicator<Source: Indicator>: SymbolFeature {
    private var indicator: Source
    private let input: @Sendable (Reading) -> Source.Input?
    private let number: @Sendable (Source.Output, Reading) -> Double?

    init(
        _ indicator: Source, of input: @escaping @Sendable (Reading) -> Source.Input?,
        _ number: @escaping @Sendable (Source.Output, Reading) -> Double?
    ) {
        self.indicator = indicator
        self.input = input
        self.number = number
    }

    mutating func update(_ reading: Reading) -> Double? {
        guard let input = input(reading), let output = indicator.update(input) else { return nil }
        return number(output, reading)
    }
}

extension OfIndicator where Source.Input == Candle {
    init(_ indicator: Source, _ number: @escaping @Sendable (Source.Output, Reading) -> Double?) {
        self.init(indicator, of: { $0.candle }, number)
    }
}

extension OfIndicator where Source.Input == Double {
    init(_ indicator: Source, _ number: @escaping @Sendable (Source.Output, Reading) -> Double?) {
        self.init(indicator, of: { $0.candle.close }, number)
    }
}

/// The mean of a number over the last bars that have it, made into a feature.
struct WindowMean: SymbolFeature {
    private var sum: RollingSum
    private let number: @Sendable (Reading) -> Double?
    private let made: @Sendable (Double, Reading) -> Double?

    init(
        _ period: Int, of number: @escaping @Sendable (Reading) -> Double?,
        _ made: @escaping @Sendable (Double, Reading) -> Double? = { mean, _ in mean }
    ) {
        sum = RollingSum(count: period)
        self.number = number
        self.made = made
    }

    mutating func update(_ reading: Reading) -> Double? {
        guard let number = number(reading), let total = sum.update(number) else { return nil }
        return made(total / Double(sum.count), reading)
    }
}

/// Of what a window holds, the part that counts: the ratio of two sums. Nothing where there is nothing.
struct WindowShare: SymbolFeature {
    private var parts: RollingSum
    private var wholes: RollingSum
    private let numbers: @Sendable (Reading) -> (part: Double, whole: Double)?
    private let made: @Sendable (Double, Reading) -> Double?

    init(
        _ period: Int, of numbers: @escaping @Sendable (Reading) -> (part: Double, whole: Double)?,
        _ made: @escaping @Sendable (Double, Reading) -> Double? = { share, _ in share }
    ) {
        parts = RollingSum(count: period)
        wholes = RollingSum(count: period)
        self.numbers = numbers
        self.made = made
    }

    mutating func update(_ reading: Reading) -> Double? {
        guard let (part, whole) = numbers(reading) else { return nil }
        let parts = parts.update(part)
        guard let wholes = wholes.update(whole), let parts, wholes > 0 else { return nil }
        return made(parts / wholes, reading)
    }
}
