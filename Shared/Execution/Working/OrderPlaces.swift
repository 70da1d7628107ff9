import Domain

/// Finds the place of an order by its id. An id is a hash already, so its end serves as one: a dictionary of texts, which
/// hashes all of it again, took a tenth of what an order costs in a backtest.
struct OrderPlaces: Sendable {
    private struct Slot: BitwiseCopyable, Sendable {
        /// What the end of the id comes to: of an order that is another one's it is seldom the same, and then the order
        /// need not be looked at, which in a long run lies far away in memory.
        var hash: UInt32 = 0
        /// Below zero where there is none.
        var place: Int32 = -1
    }

    /// An id is looked for from the slot on that its hash names.
    private var slots: [Slot] = []
    private var count = 0

    /// The place of the order of that id among `orders`; nothing where there is none.
    func place(of id: String, in orders: [TrackedOrder]) -> Int? {
        guard count > 0 else { return nil }
        let hash = OrderPlaces.hash(id)
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot].place >= 0 {
            let place = Int(slots[slot].place)
            if slots[slot].hash == hash, orders[place].order.id == id { return place }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Notes the place of an order whose id no other one has.
    mutating func add(_ id: String, at place: Int) {
        // Half of the slots at least are empty, so that a search is short.
        if 2 * (count + 1) > slots.count { grow() }
        enter(Slot(hash: OrderPlaces.hash(id), place: Int32(place)))
        count += 1
    }

    private mutating func enter(_ new: Slot) {
        var slot = Int(new.hash) & (slots.count - 1)
        while slots[slot].place >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = new
    }

    private mutating func grow() {
        let before = slots
        slots = Array(repeating: Slot(), count: max(64, 2 * slots.count))
        for slot in before where slot.place >= 0 { enter(slot) }
    }

    private static func hash(_ id: String) -> UInt32 {
        let end =
            id.utf8.withContiguousStorageIfAvailable { bytes in
                bytes.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            } ?? 0
        // Digits differ in their lowest bits; the product's high bits depend on all of them.
        return UInt32(truncatingIfNeeded: (end &* 0x9e37_79b9_7f4a_7c15) >> 32)
    }
}
