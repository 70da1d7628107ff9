/// A growing row of plain values in memory of its own: an array without reference counts and without the question
/// whether it is shared, for state that is touched at every bar (a Swift array in a struct takes twice as long).
public struct Shelf<Element: BitwiseCopyable>: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<Element>
    @usableFromInline var capacity: Int
    public private(set) var count: Int

    public init(repeating element: Element, count: Int) {
        precondition(count >= 0, "a shelf holds no fewer than 0 elements")
        capacity = max(count, 4)
        base = .allocate(capacity: capacity)
        base.initialize(repeating: element, count: count)
        self.count = count
    }

    public init() {
        capacity = 4
        base = .allocate(capacity: 4)
        count = 0
    }

    deinit { base.deallocate() }

    @inlinable public subscript(index: Int) -> Element {
        @inline(__always) _read {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "the shelf is shorter than that")
            yield base[index]
        }
        @inline(__always) _modify {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "the shelf is shorter than that")
            yield &base[index]
        }
    }

    public mutating func append(_ element: Element) {
        if count == capacity { grow() }
        (base + count).initialize(to: element)
        count += 1
    }

    @discardableResult
    public mutating func removeLast() -> Element {
        precondition(count > 0, "the shelf is empty")
        count -= 1
        return base[count]
    }

    public mutating func removeAll() { count = 0 }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        base = larger
        capacity *= 2
    }
}

/// One owner has the memory, and hands it on as a whole: nothing is shared between threads.
extension Shelf: @unchecked Sendable where Element: Sendable {}
