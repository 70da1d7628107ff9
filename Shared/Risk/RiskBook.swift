import Domain

/// What the gate knows of an account: what portfolio last said of its money and positions, and what has been
/// approved since and is still on its way.
public struct RiskBook: Sendable {
    /// A position or an order on its way, in money: below zero where it is short or sells.
    public struct Exposure: Sendable {
        public var held: Money = .zero
        public var onTheWay: Money = .zero
        public var quantity: Quantity = .zero

        /// What it comes to if all goes as asked.
        public var total: Money { held + onTheWay }
        public var isEmpty: Bool { quantity == .zero && onTheWay == .zero }
    }

    public private(set) var account = Account()
    /// The highest equity of the day that has been told.
    public private(set) var dayHigh: Money = .zero
    public private(set) var exposures: [Exposure]
    private var day: CivilDate?
    /// Orders that were approved and have not ended.
    private var approved: [String: (instrument: Int, worth: Money)] = [:]
    public private(set) var tradesToday = 0
    /// The moment of the last approval for each instrument and side, so that a repeat is noticed.
    public private(set) var latest: [Int: (at: Timestamp, side: Side, quantity: Quantity)] = [:]

    public init(instruments: Int) {
        exposures = Array(repeating: Exposure(), count: instruments)
    }

    public mutating func update(_ account: Account, at now: Timestamp) {
        self.account = account
        if now.dateUTC != day {
            day = now.dateUTC
            tradesToday = 0
            dayHigh = account.equity
        }
        dayHigh = max(dayHigh, account.equity)
    }

    public mutating func update(_ position: Position, of instrument: Int) {
        exposures[instrument].quantity = position.quantity
        exposures[instrument].held = position.quantity * position.marketPrice
    }

    /// Notes an approval until the order has ended.
    public mutating func note(_ order: Order, worth: Money, of instrument: Int, at now: Timestamp) {
        let signed = order.side == .buy ? worth : -worth
        exposures[instrument].onTheWay += signed
        approved[order.id] = (instrument, signed)
        latest[instrument] = (now, order.side, order.quantity)
        tradesToday += 1
    }

    /// An order has ended: what it did is in the position now.
    public mutating func forget(_ orderId: String) {
        guard let gone = approved.removeValue(forKey: orderId) else { return }
        exposures[gone.instrument].onTheWay -= gone.worth
    }

    /// The sum of what is held and on its way, without regard to sides.
    public var gross: Money { exposures.reduce(.zero) { $0 + $1.total.magnitude } }
    public var short: Money { exposures.reduce(.zero) { $0 + max(.zero, -$1.total) } }
    public var positions: Int { exposures.count { !$0.isEmpty } }
    /// Money that is promised to orders that buy.
    public var promised: Money { approved.values.reduce(.zero) { $0 + max(.zero, $1.worth) } }
}
