import Domain

/// Finds the place of an order by its name. That is a hash already, so a part of it serves as one: a dictionary, which
/// hashes all of it again, took a tenth of what an order costs in a backtest.
struct OrderPlaces: Sendable {
    private struct Slot: BitwiseCopyable, Sendable {
        /// The name's digest: that of another order's is seldom the same, and then the order need not be looked at, which
        /// in a long run lies far away in memory.
        var digest: UInt32 = 0
        /// Below zero where there is none.
        var place: Int32 = -1
    }

    /// A name is looked for from the slot on that its digest tells.
    private var slots: [Slot] = []
    private var count = 0

    /// The place of the order of that name among `orders`; nothing where there is none.
    func place(of name: OrderName, in orders: [TrackedOrder]) -> Int? {
        guard count > 0 else { return nil }
        let digest = name.digest
        var slot = Int(digest) & (slots.count - 1)
        while slots[slot].place >= 0 {
            let place = Int(slots[slot].place)
            if slots[slot].digest == digest, orders[place].order.name == name { return place }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Notes the place of an order whose name no other one has.
    mutating func add(_ name: OrderName, at place: Int) {
        // Half of the slots at least are empty, so that a search is short.
        if 2 * (count + 1) > slots.count { grow() }
        enter(Slot(digest: name.digest, place: Int32(place)))
        count += 1
    }

    private mutating func enter(_ new: Slot) {
        var slot = Int(new.digest) & (slots.count - 1)
        while slots[slot].place >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = new
    }

    private mutating func grow() {
        let before = slots
        slots = Array(repeating: Slot(), count: max(64, 2 * slots.count))
        for slot in before where slot.place >= 0 { enter(slot) }
    }
}
