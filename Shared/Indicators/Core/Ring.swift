/// The last `count` elements, oldest first out.
///
/// Windows of up to 256 elements live in the value itself: no allocation, no reference, and two moving averages
/// take 1.3 ns a bar where an array, which has to ask whether it is shared, takes 5 to 8. Longer windows live in
/// an array.
@frozen
public struct Ring<Element: BitwiseCopyable & Sendable>: Sendable {
    @usableFromInline static var inPlaceMax: Int { 256 }

    @usableFromInline var near: InlineArray<256, Element>
    @usableFromInline var far: [Element]
    public let count: Int
    /// Where the oldest element is, which the next one replaces.
    @usableFromInline var position = 0

    @inlinable
    public init(count: Int, filledWith element: Element) {
        precondition(count >= 1, "a window holds at least one element, not \(count)")
        self.count = count
        near = InlineArray(repeating: element)
        far = count > Self.inPlaceMax ? Array(repeating: element, count: count) : []
    }

    /// Puts an element in the place of the oldest, and gives that.
    @inlinable @inline(__always)
    public mutating func replaceOldest(with element: Element) -> Element {
        let place = position
        position = place + 1 == count ? 0 : place + 1
        // The position is always below the count, and the count fits.
        if count <= Self.inPlaceMax {
            let oldest = near[unchecked: place]
            near[unchecked: place] = element
            return oldest
        }
        let oldest = far[place]
        far[place] = element
        return oldest
    }

    /// Whether the last element went into the last place, so that each was replaced once since this was so before.
    @inlinable @inline(__always)
    public var isAtEndOfRound: Bool { position == 0 }

    /// The element at a place, whatever its age.
    @inlinable @inline(__always)
    subscript(place: Int) -> Element {
        get {
            assert(place >= 0 && place < count)
            return count <= Self.inPlaceMax ? near[unchecked: place] : far[place]
        }
        set {
            assert(place >= 0 && place < count)
            if count <= Self.inPlaceMax { near[unchecked: place] = newValue } else { far[place] = newValue }
        }
    }

    /// The element that came so many elements before the last one.
    @inlinable @inline(__always)
    public func element(ago: Int) -> Element {
        precondition(ago >= 0 && ago < count, "the window does not reach back that far")
        let place = position - 1 - ago
        return self[place < 0 ? place + count : place]
    }

    /// Makes every element the same.
    @inlinable
    public mutating func fill(with element: Element) {
        for place in 0..<count { self[place] = element }
    }
}
