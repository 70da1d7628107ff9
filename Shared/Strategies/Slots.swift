import Domain

/// A fixed number of plain values at fixed addresses: what a machine keeps for each instrument.
///
/// An array would be asked at each write whether it is shared, which is a third of what a bar may cost. The price:
/// copies share their memory, so whoever holds a `Slots` is moved and never copied.
public struct Slots<Element: BitwiseCopyable> {
    @usableFromInline let memory: Memory
    @usableFromInline let base: UnsafeMutablePointer<Element>
    public let count: Int

    public init(repeating value: Element, count: Int) {
        memory = Memory(repeating: value, count: count)
        base = memory.base
        self.count = count
    }

    public var indices: Range<Int> { 0..<count }

    @inlinable public subscript(index: Int) -> Element {
        get {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "there is no such slot")
            return base[index]
        }
        // A class holds the memory, so changing it changes no struct; only a machine's mutating functions do it.
        nonmutating _modify {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "there is no such slot")
            yield &base[index]
        }
    }

    /// Some of the values, for whoever goes over them without leaving the range: nothing is asked at each of them. Good
    /// for as long as the slots are held.
    @inlinable func row(_ range: Range<Int>) -> UnsafeMutablePointer<Element> {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "there are no such slots")
        return base + range.lowerBound
    }

    @usableFromInline final class Memory {
        @usableFromInline let base: UnsafeMutablePointer<Element>

        init(repeating value: Element, count: Int) {
            base = .allocate(capacity: max(count, 1))
            base.initialize(repeating: value, count: count)
        }

        deinit { base.deallocate() }
    }
}

extension Slots: SharedMemory {
    public func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.count(count)
        try walk.values(at: base, count: count)
    }
}
