import Domain

/// What has to happen at a time of its own, soonest first: orders arrive, are cancelled, expire. An entry whose order
/// has ended meanwhile is dropped when its time comes.
struct Agenda: ~Copyable {
    enum Kind: UInt8 {
        case arrival, cancellation, expiry
    }

    struct Entry: BitwiseCopyable {
        var at: Int64
        /// Entries of one time keep the order in which they were made.
        var sequence: UInt64
        var handle: OrderHandle
        var kind: Kind

        static func < (left: Entry, right: Entry) -> Bool {
            left.at < right.at || left.at == right.at && left.sequence < right.sequence
        }
    }

    var heap = Shelf<Entry>()
    var sequence: UInt64 = 0

    var count: Int { heap.count }
    /// The soonest time; the largest number where nothing is due.
    var next: Int64 { heap.count > 0 ? heap[0].at : .max }

    mutating func add(_ kind: Kind, of handle: OrderHandle, at time: Timestamp) {
        sequence += 1
        heap.append(
            Entry(at: time.nanoseconds, sequence: sequence, handle: handle, kind: kind))
        rise(from: heap.count - 1)
    }

    mutating func removeFirst() -> Entry {
        let first = heap[0]
        let last = heap.removeLast()
        if heap.count > 0 {
            heap[0] = last
            sink(from: 0)
        }
        return first
    }

    /// Keeps only what `isNeeded`: called when most entries belong to orders that have ended.
    mutating func compact(_ isNeeded: (OrderHandle) -> Bool) {
        var kept = 0
        for index in 0..<heap.count where isNeeded(heap[index].handle) {
            heap[kept] = heap[index]
            kept += 1
        }
        while heap.count > kept { heap.removeLast() }
        for index in stride(from: kept / 2 - 1, through: 0, by: -1) { sink(from: index) }
    }

    private mutating func rise(from start: Int) {
        var index = start
        while index > 0 {
            let above = (index - 1) / 2
            guard heap[index] < heap[above] else { return }
            swap(index, above)
            index = above
        }
    }

    private mutating func sink(from start: Int) {
        var index = start
        while true {
            var least = index
            for below in (2 * index + 1)..<min(2 * index + 3, max(heap.count, 2 * index + 1))
            where heap[below] < heap[least] {
                least = below
            }
            guard least != index else { return }
            swap(index, least)
            index = least
        }
    }

    private mutating func swap(_ left: Int, _ right: Int) {
        let kept = heap[left]
        heap[left] = heap[right]
        heap[right] = kept
    }
}
