/// The exchange's own name of an order: where it is kept, and which of the orders that were kept there it is.
public struct OrderHandle: Hashable, BitwiseCopyable, Sendable {
    var slot: Int32
    var generation: UInt32

    /// No order.
    public static let none = OrderHandle(slot: -1, generation: 0)

    /// The handle as one number, for whoever keeps it.
    public var number: UInt64 { UInt64(UInt32(bitPattern: slot)) << 32 | UInt64(generation) }

    init(slot: Int32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }

    public init(number: UInt64) {
        slot = Int32(bitPattern: UInt32(truncatingIfNeeded: number >> 32))
        generation = UInt32(truncatingIfNeeded: number)
    }
}
