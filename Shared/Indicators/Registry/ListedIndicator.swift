/// An indicator that can be had by name.
public protocol ListedIndicator: Indicator {
    static var listing: Listing { get }
    /// The indicator with those parameters, which are of the listing and in range.
    init(_ chosen: Chosen) throws(ParameterError)
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
    /// The type, for those who want the state rather than columns.
    public let type: any ListedIndicator.Type

    init(_ type: any ListedIndicator.Type) {
        self.type = type
        listing = type.listing
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
