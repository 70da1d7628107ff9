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
        // The place is always below the count, and the count fits.
        if _fastPath(count <= Self.inPlaceMax) {
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

    /// The element that the next one will replace.
    @inlinable @inline(__always)
    public mutating func oldest() -> Element {
        let place = position
        return _fastPath(count <= Self.inPlaceMax) ? near[unchecked: place] : far[place]
    }

    /// The element that came so many elements before the last one.
    @inlinable @inline(__always)
    public mutating func element(ago: Int) -> Element {
        precondition(ago >= 0 && ago < count, "the window does not reach back that far")
        let place = position - 1 - ago
        let count = count
        return withPlaces { $0[place < 0 ? place + count : place] }
    }

    /// Lends the elements in their places, whatever their age. Mutating, because the compiler copies the whole
    /// array to read one element of it otherwise.
    @inlinable @inline(__always)
    public mutating func withPlaces<Result>(_ body: (UnsafeMutablePointer<Element>) -> Result) -> Result {
        if _fastPath(count <= Self.inPlaceMax) {
            // An InlineArray is its elements one after the other.
            return withUnsafeMutablePointer(to: &near) {
                body(UnsafeMutableRawPointer($0).assumingMemoryBound(to: Element.self))
            }
        }
        return far.withUnsafeMutableBufferPointer { body($0.baseAddress.unsafelyUnwrapped) }
    }

    /// Makes every element the same.
    @inlinable
    public mutating func fill(with element: Element) {
        let count = count
        withPlaces { $0.update(repeating: element, count: count) }
    }
}
