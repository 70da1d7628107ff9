import Domain

/// What each of several strategies holds of an account, by the fills. What guards the account's position is nobody's own:
/// its fills are divided among those that hold it, in the order of the account, as the ledger divides them.
struct Sharing {
    /// All strategies of the account, in its order; none where every fill is somebody's own.
    private let labels: [String]
    /// By instrument, and by strategy.
    private var held: [[Quantity]]

    init(_ labels: [String], instruments: Int) {
        self.labels = labels
        held = Array(repeating: Array(repeating: .zero, count: labels.count), count: instruments)
    }

    var isOn: Bool { !labels.isEmpty }

    /// Counts a fill, and gives to whom it is shown. What the venue closed for want of margin is shown to nobody.
    mutating func take(_ fill: Fill, of instrument: Int) -> [(label: String, fill: Fill)] {
        let own = labels.firstIndex(of: fill.strategy)
        let parts = own.map { [(holder: $0, fill: fill)] } ?? divided(fill, of: instrument)
        for part in parts {
            held[instrument][part.holder] += fill.side == .buy ? part.fill.quantity : -part.fill.quantity
        }
        return fill.orderId == Fill.liquidation ? [] : parts.map { (labels[$0.holder], $0.fill) }
    }

    private func divided(_ fill: Fill, of instrument: Int) -> [(holder: Int, fill: Fill)] {
        var rest = fill
        var parts: [(holder: Int, fill: Fill)] = []
        for (holder, quantity) in held[instrument].enumerated() where rest.quantity != .zero {
            guard fill.side == .sell ? quantity.isPositive : quantity.isNegative else { continue }
            var part = rest
            part.quantity = min(quantity.magnitude, rest.quantity)
            parts.append((holder, part))
            rest.quantity -= part.quantity
            rest.fee = .zero
        }
        if rest.quantity != .zero { parts.append((0, rest)) }
        return parts
    }

    /// A company has done something to its shares. What cannot be counted stays as it was, and the ledger tells of it.
    mutating func apply(_ action: CorporateAction, to instrument: Int) {
        switch action.kind {
        case .split:
            let whole = held[instrument].reduce(.zero, +)
            guard (try? action.checkRatio()) != nil,
                let after = try? whole.scaled(action.numerator, over: action.denominator)
            else { return }
            for holder in labels.indices {
                let scaled = Int128(held[instrument][holder].units) * Int128(action.numerator)
                held[instrument][holder] = Quantity(
                    units: Int64(scaled.divided(by: Int128(action.denominator), rounding: .toNearestOrEven)))
            }
            let sum = held[instrument].reduce(.zero, +)
            guard let first = held[instrument].firstIndex(where: { $0 != .zero }) else { return }
            held[instrument][first] += after - sum
        case .merger, .delisting: held[instrument] = held[instrument].map { _ in .zero }
        case .dividend, .symbolChange: break
        }
    }

    mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.each(&held) { (row, walk) throws(SnapshotMismatch) in
            try walk.each(&row) { (quantity, walk) throws(SnapshotMismatch) in try walk.amount(&quantity) }
        }
    }
}
