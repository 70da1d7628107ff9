import Domain

/// An order as it is placed. An order of an id that works already is changed by it.
public struct TWSOrder: Equatable, Sendable {
    /// A number of the session: greater than all before it.
    public var id = 0
    public var contract = TWSContract()
    public var isBuy = true
    public var quantity: Quantity = .zero
    /// `MKT`, `LMT`, `STP`, `STP LMT`, `TRAIL`, `MOC`, `LOC`.
    public var type = "MKT"
    public var limit: Price?
    /// The stop's price, or a trailing stop's distance.
    public var auxiliary: Price?
    /// A trailing stop's distance in percent.
    public var trailingPercent: Price?
    /// `DAY`, `GTC`, `IOC`, `FOK`, `OPG`, `GTD`.
    public var time = "DAY"
    public var goodTill = ""
    /// Of all orders of a group, the first that trades ends the others.
    public var group = ""
    /// 1 ends the others; 2 and 3 make them smaller.
    public var groupKind = 0
    public var account = ""
    /// The house's own name of it, which comes back with all that is told of it.
    public var reference = ""
    /// An order that is held back waits at the gateway for one of its family that is not.
    public var isTransmitted = true
    public var parent = 0
    public var isOutsideHours = false

    public init() {}

    func write(_ letter: inout TWSLetter, _ version: Int) {
        letter.add(3, id)
        contract.write(&letter)
        letter.addUnset(2)
        letter.add(isBuy ? "BUY" : "SELL")
        letter.add(quantity)
        letter.add(type)
        letter.add(limit)
        letter.add(auxiliary)
        letter.add(time)
        letter.add(group)
        letter.add(account)
        letter.addUnset(1)
        letter.add(0)
        letter.add(reference)
        letter.add(isTransmitted)
        letter.add(parent)
        // Block, sweep, shown size, trigger method.
        letter.add(0, 0, 0, 0)
        letter.add(isOutsideHours)
        letter.add(0)
        letter.addUnset(1)
        letter.add(0)
        letter.addUnset(1)
        letter.add(goodTill)
        // Advisors' groups and the model.
        letter.addUnset(version < 177 ? 5 : 4)
        letter.add(0)
        letter.addUnset(1)
        letter.add(-1, groupKind)
        letter.addUnset(2)
        letter.add(0)
        letter.addUnset(2)
        letter.add(0, 0)
        letter.addUnset(1)
        letter.add(0)
        letter.addUnset(5)
        letter.add(0)
        // Volatility, delta neutral.
        letter.addUnset(4)
        letter.add(0)
        letter.addUnset(2)
        letter.add(trailingPercent)
        // Scale, times of activity, hedge.
        letter.addUnset(7)
        letter.add(0)
        letter.addUnset(2)
        letter.add(0, 0)
        // Algorithm.
        letter.addUnset(2)
        letter.add(0)
        letter.addUnset(1)
        letter.add(0, 0, 0, 0)
        // What it is adjusted to.
        letter.addUnset(6)
        letter.add(0)
        letter.addUnset(8)
        letter.add(0, 0, 0)
        // The price's management, and what came later.
        letter.addUnset(1)
        if version >= 158 { letter.addUnset(1) }
        if version >= 160 { letter.addUnset(1) }
        if version >= 162 { letter.add(0) }
        if version >= 166 { letter.addUnset(1) }
        if version >= 169 { letter.addUnset(1) }
    }
}
