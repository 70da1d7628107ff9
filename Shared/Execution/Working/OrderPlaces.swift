import Domain

/// Finds the place of an order by its id. An id is a hash already, so its end serves as one: a dictionary of texts, which
/// hashes all of it again, took a tenth of what an order costs in a backtest.
struct OrderPlaces: Sendable {
    /// Places, or -1 where there is none; an id is looked for from the slot on that its end names.
    private var slots: [Int32] = []
    private var count = 0

    /// The place of the order of that id among `orders`; nothing where there is none.
    func place(of id: String, in orders: [TrackedOrder]) -> Int? {
        guard count > 0 else { return nil }
        var slot = firstSlot(for: id)
        while slots[slot] >= 0 {
            let place = Int(slots[slot])
            if orders[place].order.id == id { return place }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Notes the place of an order whose id no other one has.
    mutating func add(_ id: String, at place: Int, in orders: [TrackedOrder]) {
        // Half of the slots at least are empty, so that a search is short.
        if 2 * (count + 1) > slots.count { grow(orders) }
        enter(place, id)
    }

    private mutating func enter(_ place: Int, _ id: String) {
        var slot = firstSlot(for: id)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(place)
        count += 1
    }

    private mutating func grow(_ orders: [TrackedOrder]) {
        let places = slots.filter { $0 >= 0 }
        slots = Array(repeating: -1, count: max(16, 2 * slots.count))
        count = 0
        for place in places { enter(Int(place), orders[Int(place)].order.id) }
    }

    private func firstSlot(for id: String) -> Int {
        let end =
            id.utf8.withContiguousStorageIfAvailable { bytes in
                bytes.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            } ?? 0
        // Digits differ in their lowest bits; the product's high bits depend on all of them.
        return Int(truncatingIfNeeded: (end &* 0x9e37_79b9_7f4a_7c15) >> 32) & (slots.count - 1)
    }
}
