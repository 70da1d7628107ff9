import Domain

/// Pairs what was bought with what was sold, first in first out, into trades with a beginning and an end.
public struct TradeLog: Sendable {
    /// A position, or a part of one, from its opening fill to the fill that closed it.
    public struct Trade: Sendable, Equatable {
        public var instrument: Int
        public var isLong: Bool
        public var quantity: Quantity
        public var entryAt: Timestamp
        public var entryPrice: Price
        public var exitAt: Timestamp
        public var exitPrice: Price
        /// Of both ends.
        public var fees: Money
        /// After fees.
        public var profit: Money
        /// How many instants of the run it lasted.
        public var instants: Int

        /// The profit as a share of what was put in.
        public var result: Double {
            let worth = Double(entryPrice * quantity)
            return worth == 0 ? 0 : Double(profit) / worth
        }
    }

    /// What was opened and not closed yet.
    public struct Lot: Sendable, Equatable {
        public var isLong: Bool
        public var quantity: Quantity
        public var at: Timestamp
        public var price: Price
        public var fee: Money
        public var instant: Int
    }

    public private(set) var closed: [Trade] = []
    public private(set) var lots: [[Lot]]

    public init(instruments: Int) { lots = Array(repeating: [], count: instruments) }

    public var openCount: Int { lots.reduce(0) { $0 + $1.count } }

    public mutating func onFill(_ fill: Fill, of instrument: Int, instant: Int) {
        let isBuy = fill.side == .buy
        var rest = fill.quantity
        var fee = fill.fee
        while rest.isPositive, let lot = lots[instrument].first, lot.isLong != isBuy {
            let part = min(rest, lot.quantity)
            let entryFee = share(lot.fee, part, of: lot.quantity)
            let exitFee = share(fee, part, of: rest)
            let gain = fill.price * part - lot.price * part
            let fees = entryFee + exitFee
            closed.append(
                Trade(
                    instrument: instrument, isLong: lot.isLong, quantity: part, entryAt: lot.at,
                    entryPrice: lot.price, exitAt: fill.at, exitPrice: fill.price, fees: fees,
                    profit: (lot.isLong ? gain : -gain) - fees, instants: instant - lot.instant))
            rest -= part
            fee -= exitFee
            if part == lot.quantity {
                lots[instrument].removeFirst()
            } else {
                lots[instrument][0].quantity -= part
                lots[instrument][0].fee -= entryFee
            }
        }
        guard rest.isPositive else { return }
        lots[instrument].append(
            Lot(
                isLong: isBuy, quantity: rest, at: fill.at, price: fill.price, fee: fee, instant: instant))
    }

    private func share(_ fee: Money, _ part: Quantity, of whole: Quantity) -> Money {
        if part == whole || fee == .zero { return fee }
        do {
            return try fee.scaled(part.units, over: whole.units)
        } catch {
            preconditionFailure("a part of a fee that fits fits too: \(error)")
        }
    }
}
