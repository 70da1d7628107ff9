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

    /// Most orders are traded at once: what comes first is kept here, and only what follows in a list, which has to be
    /// allocated.
    private var first = Execution(id: "", quantity: .zero, price: .zero)
    private var later: [Execution] = []
    public private(set) var count = 0
    public private(set) var quantity: Quantity = .zero
    /// The sum of price × quantity in units of both: 10^-15 of the currency.
    public private(set) var worth: Int128 = 0

    public init() {}

    /// The fills as a snapshot remembers them.
    public init(restoring executions: [Execution], quantity: Quantity, worth: Int128) {
        first = executions.first ?? first
        later = Array(executions.dropFirst())
        count = executions.count
        self.quantity = quantity
        self.worth = worth
    }

    /// In the order in which they were reported.
    public var executions: [Execution] { isEmpty ? [] : [first] + later }
    public var isEmpty: Bool { count == 0 }

    /// The price at which all of it was traded on average, rounded half to even; zero where nothing was.
    public var averagePrice: Price {
        guard quantity.units != 0 else { return .zero }
        let average = worth.divided(by: Int128(quantity.units), rounding: .toNearestOrEven)
        return Price(units: Int64(average))
    }

    public func execution(_ id: String) -> Execution? {
        if isEmpty { return nil }
        return first.id == id ? first : later.first { $0.id == id }
    }

    /// Counts an execution that has not been counted before.
    public mutating func add(_ execution: Execution) throws(OverflowError) {
        quantity = try quantity.adding(execution.quantity)
        worth += Int128(execution.price.units) * Int128(execution.quantity.units)
        if isEmpty { first = execution } else { later.append(execution) }
        count += 1
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
