/// An indicator that can be had by name.
public protocol ListedIndicator: Indicator {
    static var listing: Listing { get }
    /// The indicator with those parameters, which are of the listing and in range.
    init(_ chosen: Chosen) throws(ParameterError)
    /// Takes the input that stands at a place, and puts what it says at another; false where it says nothing, and then
    /// nothing is put. It is asked for here so that each indicator has one of its own, made for its types: behind a
    /// protocol it costs a call and no more.
    mutating func step(_ input: UnsafePointer<Double>, _ output: UnsafeMutablePointer<Double>) -> Bool
}

extension ListedIndicator {
    public mutating func step(_ input: UnsafePointer<Double>, _ output: UnsafeMutablePointer<Double>) -> Bool
    {
        guard let value = update(Input.load(from: input)) else { return false }
        value.store(at: output, stride: 1)
        return true
    }
}

extension ListedIndicator {
    /// The indicator by its listed parameters.
    static func made(_ given: [(name: String, value: Double)]) throws(ParameterError) -> Self {
        try Self(Chosen(given, for: listing))
    }
}

/// One line of a registry: what an indicator is, and how it is run over bars.
public struct IndicatorEntry: Sendable {
    public let listing: Listing
    /// What it takes at each bar.
    public enum InputKind: Sendable { case number, pair, candle }
    public let input: InputKind
    /// The type, for those who want the state rather than columns.
    public let type: any ListedIndicator.Type

    init<Listed: ListedIndicator>(_ type: Listed.Type) {
        self.type = type
        listing = type.listing
        input = Listed.Input.self == Double.self ? .number : Listed.Input.self == Pair.self ? .pair : .candle
    }

    /// How many bars there are to the first value.
    public func warmUp(_ given: [(name: String, value: Double)] = []) throws(ParameterError) -> Int {
        try make(given).warmUp
    }

    /// The indicator with those parameters.
    public func make(
        _ given: [(name: String, value: Double)] = []
    ) throws(ParameterError) -> any ListedIndicator {
        try type.made(given)
    }

    /// Each number of the indicator over bars. What takes one series is given the close, or the first column that
    /// its listing names; what relates two is given that and the other.
    public func series(
        _ given: [(name: String, value: Double)] = [], over candles: Candles, other: [Double]? = nil
    ) throws(ParameterError) -> [[Double?]] {
        series(of: try make(given), over: candles, other: other)
    }

    private func series<Listed: ListedIndicator>(
        of indicator: Listed, over candles: Candles, other: [Double]?
    ) -> [[Double?]] {
        let main = listing.inputs.first == .volume ? candles.volume : candles.close
        let column: Column<Listed.Output>
        if let one = indicator as? any Indicator<Double, Listed.Output> {
            column = one.column(over: main)
        } else if let many = indicator as? any Indicator<Candle, Listed.Output> {
            column = many.column(over: candles)
        } else if let two = indicator as? any Indicator<Pair, Listed.Output> {
            column = two.column(over: main, other ?? main)
        } else {
            preconditionFailure("\(listing.name) takes an input that no column has")
        }
        return (0..<Listed.Output.width).map { column.series($0) }
    }
}
