import Domain
import Execution
import Portfolio
import Strategies

/// What a run leaves behind: everything that a report is made of.
public struct BacktestRecord: Sendable {
    /// What the run is held against: an equity at the end of each of `days`.
    public struct Benchmark: Sendable, Equatable {
        public var name: String
        public var values: [Double]

        public init(name: String, values: [Double]) {
            self.name = name
            self.values = values
        }
    }

    /// A corporate action that was applied, and what it changed.
    public struct Action: Sendable, Equatable {
        public var instrument: Int
        public var action: CorporateAction
        /// What was held before, and after.
        public var held: Quantity
        public var after: Quantity
        /// What the account received, or paid where it is below zero.
        public var cash: Money
    }

    /// What a strategy did of it all, in one instrument.
    public struct Share: Sendable, Equatable {
        public var strategy: Int
        public var instrument: Int
        /// What it earned after fees, with what it holds at the last price.
        public var profit: Money
        public var fees: Money
        /// What it bought and sold in all.
        public var traded: Money
    }

    /// A strategy of the run, and the part of the cash that it began with.
    public struct Part: Sendable, Equatable {
        public var label: String
        public var arguments: Arguments
        public var cash: Money

        /// `fast=10 slow=30`
        public var parameters: String { arguments.description }
    }

    /// The equity at the end of an instant.
    public struct Moment: Sendable, Equatable {
        public var at: Timestamp
        public var equity: Money
    }

    public var symbols: [Symbol]
    public var cash: Money
    public var parts: [Part] = []
    /// By strategy, and by instrument; only where something was done.
    public var shares: [Share] = []
    public var benchmark: Benchmark?
    /// In the order of their ex-dates.
    public var actions: [Action] = []
    /// What there is to know about the data, in sentences.
    public var notes: [String] = []
    public var finalEquity: Money
    public var finalCash: Money = .zero
    public var days = Days()
    /// Every instant of a run that has few of them and was asked to keep them; else nothing.
    public var course: [Moment] = []
    /// What was opened and closed again, in the order of closing.
    public var trades: [ClosedLot] = []
    public var orders: [TrackedOrder] = []
    /// Why each order was proposed, and why it was trimmed or rejected; in the order of `orders`.
    public var reasons: [String] = []
    public var proposedAt: [Timestamp] = []
    public var fills: [Fill] = []
    /// What was held at the end.
    public var positions: [(instrument: Int, holding: Holding)] = []
    public var fees: Money = .zero
    /// Interest, dividends and other sums that are neither trades nor their fees.
    public var otherCash: Money = .zero
    public var maxDrawdown = 0.0
    public var bars = 0
    /// Quotes and trades.
    public var ticks = 0
    public var instants = 0
    /// Instants at whose end something was held.
    public var instantsHeld = 0
    public var trimmed = 0
    public var rejected = 0
    /// Fills by which the exchange closed positions for want of margin.
    public var liquidations = 0
    /// How often each check trimmed or rejected, by name.
    public var interventions: [(check: String, count: Int)] = []
    /// Halts that began and were lifted, and when.
    public var halts: [(at: Timestamp, halt: Halt)] = []
    public var warmUp = 0

    public init(symbols: [Symbol], cash: Money) {
        self.symbols = symbols
        self.cash = cash
        finalEquity = cash
    }

    /// Names the decisions of a run: two runs with the same orders and fills have the same hash, and a change of one
    /// order changes it.
    public var ordersHash: String {
        var hash = WordHash()
        hash.add(UInt64(orders.count))
        // Orders and fills are looked at where they lie: to copy one, with its texts, takes as long as to hash it.
        orders.withUnsafeBufferPointer { orders in
            for place in orders.indices {
                hash.add(orders[place].order.name)
                hash.add(orders[place].order.symbol)
                hash.add(
                    UInt64(orders[place].order.side.rawValue) << 32
                        | UInt64(orders[place].order.kind.rawValue))
                hash.add(orders[place].order.quantity.units)
                hash.add(orders[place].order.limit?.units ?? -1)
                hash.add(orders[place].order.stop?.units ?? -1)
                hash.add(orders[place].order.notional?.units ?? -1)
                hash.add(UInt64(orders[place].status.rawValue))
            }
        }
        hash.add(UInt64(fills.count))
        for place in fills.indices {
            hash.add(text: fills[place].id)
            hash.add(fills[place].orderName)
            hash.add(fills[place].quantity.units)
            hash.add(fills[place].price.units)
            hash.add(fills[place].fee.units)
            hash.add(fills[place].at.nanoseconds)
        }
        return OrderId.text(of: hash.value)
    }
}
