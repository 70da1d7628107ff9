import Domain

/// Where the exchange keeps its orders: places are used again, so that memory follows the orders that work at the same
/// time, not those that ever did.
struct OrderShelf: ~Copyable {
    var places = Shelf<WorkingOrder>()
    var free = Shelf<Int32>()

    var count: Int { places.count - free.count }
    var highest: Int { places.count }

    subscript(slot: Int32) -> WorkingOrder {
        @inline(__always) _read { yield places[Int(slot)] }
        @inline(__always) _modify { yield &places[Int(slot)] }
    }

    mutating func add(_ ticket: Ticket, arrives: Timestamp) -> Int32 {
        if free.count > 0 {
            let slot = free.removeLast()
            let generation = places[Int(slot)].generation &+ 1
            places[Int(slot)] = WorkingOrder(ticket, arrives: arrives, generation: generation)
            return slot
        }
        places.append(WorkingOrder(ticket, arrives: arrives, generation: 1))
        return Int32(places.count - 1)
    }

    mutating func remove(_ slot: Int32) {
        places[Int(slot)].phase = .ended
        free.append(slot)
    }

    /// Where the order of a handle is kept, or nothing once it has ended.
    func slot(of handle: OrderHandle) -> Int32? {
        guard handle.slot >= 0, Int(handle.slot) < places.count,
            places[Int(handle.slot)].generation == handle.generation,
            places[Int(handle.slot)].phase != .ended
        else { return nil }
        return handle.slot
    }
}
