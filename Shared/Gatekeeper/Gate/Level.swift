import Domain

/// Where a price stands, as the last data that passed said, and what contradicts it.
struct Level: Equatable {
    /// The last price that passed, after the actions since; nothing before the first.
    private(set) var price: Price?
    /// A price far from it, and how many data in a row have stood near it.
    private var other = Price.zero
    private var count = 0

    enum Verdict: Equatable { case near, jumps(by: Double) }

    /// Holds a price against the level, and moves the level where it is near, or was confirmed.
    mutating func judge(_ next: Price, _ limits: GateLimits) -> Verdict {
        guard let price else {
            self.price = next
            return .near
        }
        let change = Level.change(from: price, to: next)
        if abs(change) > limits.jump {
            let isSame = count > 0 && abs(Level.change(from: other, to: next)) <= limits.jump
            count = isSame ? count + 1 : 1
            other = next
            // One wrong datum stands alone; a market that has moved says so again.
            guard count > limits.confirmations else { return .jumps(by: change) }
        }
        self.price = next
        count = 0
        return .near
    }

    /// What an action does to a price: the next one is expected there.
    mutating func follow(_ action: CorporateAction) {
        guard let price else { return }
        guard action.kind == .split || action.kind == .dividend else { return self = Level() }
        // What cannot be scaled, or is nothing after it, is not expected anywhere.
        let after = try? action.price(after: price)
        self.price = after.flatMap { $0.isPositive ? $0 : nil }
        count = 0
    }

    static func change(from: Price, to: Price) -> Double { Double(to) / Double(from) - 1 }

    // MARK: in a snapshot

    func write(to writer: inout SnapshotWriter) {
        writer.put(price?.units ?? 0)
        writer.put(other.units)
        writer.put(count)
    }

    init() {}

    init(_ reader: inout SnapshotReader) throws(SnapshotMismatch) {
        let units = try reader.integer()
        price = units == 0 ? nil : Price(units: units)
        other = Price(units: try reader.integer())
        count = Int(try reader.integer())
    }
}

extension CorporateAction {
    /// What a price of before becomes by a split or a dividend.
    func price(after price: Price) throws -> Price {
        switch kind {
        case .split:
            try checkRatio()
            return try price.scaled(denominator, over: numerator)
        case .dividend: return !amount.isNegative && amount < price ? price - amount : price
        default: return price
        }
    }
}
