/// What of an order has been traded, exactly: the average price is a quotient that is rounded only when read.
public struct OrderFills: Hashable, Sendable {
    /// One execution, as the venue named it.
    public struct Execution: Hashable, Sendable {
        public let id: String
        public let quantity: Quantity
        public let price: Price

        public init(id: String, quantity: Quantity, price: Price) {
            self.id = id
            self.quantity = quantity
            self.price = price
        }
    }

    /// In the order in which they were reported.
    public private(set) var executions: [Execution] = []
    public private(set) var quantity: Quantity = .zero
    /// The sum of price × quantity in units of both: 10^-15 of the currency.
    public private(set) var worth: Int128 = 0

    public init() {}

    /// The fills as a snapshot remembers them.
    public init(restoring executions: [Execution], quantity: Quantity, worth: Int128) {
        self.executions = executions
        self.quantity = quantity
        self.worth = worth
    }

    public var isEmpty: Bool { executions.isEmpty }

    /// The price at which all of it was traded on average, rounded half to even; zero where nothing was.
    public var averagePrice: Price {
        guard quantity.units != 0 else { return .zero }
        let average = worth.divided(by: Int128(quantity.units), rounding: .toNearestOrEven)
        return Price(units: Int64(average))
    }

    public func execution(_ id: String) -> Execution? { executions.first { $0.id == id } }

    /// Counts an execution that has not been counted before.
    public mutating func add(_ execution: Execution) throws(OverflowError) {
        quantity = try quantity.adding(execution.quantity)
        worth += Int128(execution.price.units) * Int128(execution.quantity.units)
        executions.append(execution)
    }

    /// Counts what was traded in shares after a split, at the same worth; the executions stay as the venue
    /// reported them.
    mutating func split(_ numerator: Int64, for denominator: Int64) throws(OverflowError) {
        let after = try quantity.scaled(numerator, over: denominator)
        if after.units != 0 {
            let average = worth.divided(by: Int128(after.units), rounding: .toNearestOrEven)
            guard Int64(exactly: average) != nil else {
                throw OverflowError("\(averagePrice) × \(denominator) ÷ \(numerator)", Price.self)
            }
        }
        quantity = after
    }
}
