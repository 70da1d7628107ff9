/// What an order is called where it is kept and compared.
///
/// Our own orders are called by a hash (`OrderId`), and so it stays: a text has to be allocated, counted at every copy
/// and compared byte by byte, and most are never read. One is made where somebody reads the name or sends it.
public struct OrderName: Hashable, Sendable {
    /// The hash in two words, because a whole one wants to lie at a multiple of 16 bytes.
    private let high, low: UInt64
    /// The name that somebody else has given; nothing where it is a hash.
    private let other: String?

    public init(_ id: OrderId) {
        self.init(hash: id.hash, other: nil)
    }

    /// The name that is written so: what looks like a hash is one.
    public init(_ text: String) {
        let hash = OrderId(text: text)?.hash
        self.init(hash: hash ?? 0, other: hash == nil ? text : nil)
    }

    /// Of no order.
    public init() {
        high = 0
        low = 0
        other = ""
    }

    private init(hash: UInt128, other: String?) {
        high = UInt64(truncatingIfNeeded: hash >> 64)
        low = UInt64(truncatingIfNeeded: hash)
        self.other = other
    }

    /// In words, made anew each time.
    public var text: String { other ?? OrderId.text(of: hash) }

    private var hash: UInt128 { UInt128(high) << 64 | UInt128(low) }

    public static func == (left: OrderName, right: OrderName) -> Bool {
        left.low == right.low && left.high == right.high && left.other == right.other
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(low)
        hasher.combine(other)
    }

    /// A few bits of the name, which most others do not share: for whoever looks for one among many.
    public var digest: UInt32 {
        let bits = other.map { $0.utf8.reduce(UInt64(0)) { $0 &* 31 &+ UInt64($1) } } ?? low
        // The product's high bits depend on all of them.
        return UInt32(truncatingIfNeeded: (bits &* 0x9e37_79b9_7f4a_7c15) >> 32)
    }

    /// Adds the two words of a hash, the higher first, or the text that somebody else has given.
    func add(to digest: inout WordHash) {
        if let other { return digest.add(text: other) }
        digest.add(high)
        digest.add(low)
    }
}
