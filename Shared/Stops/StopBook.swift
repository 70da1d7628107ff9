import Domain

/// Follows positions and bars, and says which orders should guard each position: stops that rest at the exchange,
/// targets that rest beside them, and an exit where a position has been held long enough.
///
/// A stop rests as an order, so a gap fills it at the open and not at its price. It knows of a fill once the bar is
/// over in which that happened, and guards from the next bar on.
public struct StopBook: Sendable {
    public let plan: StopPlan
    private let lot: Quantity
    private var lines: [Line]
    /// Instruments whose orders should be looked at again, in order.
    public private(set) var stale: [Int] = []

    /// An instrument's position, as its stops see it.
    private struct Line: Sendable {
        var quantity: Quantity = .zero
        var entry: Price = .zero
        /// The best price since the entry.
        var best: Price = .zero
        var bars = 0
        var isAtBreakEven = false
        /// The range when the position was opened.
        var rangeAtEntry: Price?
        /// What each target closes, less what it has closed.
        var open: [Quantity] = []
        var range = AverageRange()

        var isLong: Bool { quantity.isPositive }
    }

    /// An order that should rest, alone or as one of a pair of which one cancels the other.
    public struct Leg: Sendable, Equatable {
        public var quantity: Quantity
        public var stop: Stop?
        /// The price of the target, and which step of the ladder it is.
        public var target: (price: Price, step: Int)?

        public static func == (left: Leg, right: Leg) -> Bool {
            left.quantity == right.quantity && left.stop == right.stop
                && left.target?.price == right.target?.price && left.target?.step == right.target?.step
        }
    }

    public struct Stop: Sendable, Equatable {
        public var price: Price
        /// It follows the best price at this distance, as an amount or as a share.
        public var trail: Price?
        public var trailShare = 0.0
    }

    public init(_ plan: StopPlan, instruments: Int, lot: Quantity) {
        self.plan = plan
        self.lot = lot
        lines = Array(repeating: Line(), count: instruments)
    }

    // MARK: What happens

    /// A position has changed; `average` is what a share of it cost.
    public mutating func onPosition(_ quantity: Quantity, average: Price, of instrument: Int) {
        let before = lines[instrument].quantity
        guard quantity != before else { return }
        lines[instrument].quantity = quantity
        if quantity != .zero, before == .zero || before.isNegative != quantity.isNegative {
            lines[instrument].entry = average
            lines[instrument].best = average
            lines[instrument].bars = 0
            lines[instrument].isAtBreakEven = false
            lines[instrument].rangeAtEntry = lines[instrument].range.value
            lines[instrument].open = shares(of: quantity.magnitude)
        } else if quantity.magnitude > before.magnitude {
            // What was added has moved the average, and with it everything that is measured from the entry.
            lines[instrument].entry = average
            lines[instrument].open = shares(of: quantity.magnitude)
        }
        touch(instrument)
    }

    /// A target has traded.
    public mutating func onTarget(_ step: Int, _ quantity: Quantity, of instrument: Int) {
        guard lines[instrument].open.indices.contains(step) else { return }
        lines[instrument].open[step] = max(.zero, lines[instrument].open[step] - quantity)
    }

    /// Orders that guard a position have ended or were taken down: they are looked at again.
    public mutating func touch(_ instrument: Int) {
        if !stale.contains(instrument) { stale.append(instrument) }
    }

    public mutating func onBar(high: Price, low: Price, close: Price, of instrument: Int) {
        if plan.needsRange { lines[instrument].range.update(high: high, low: low, close: close) }
        guard lines[instrument].quantity != .zero else { return }
        lines[instrument].bars += 1
        let isLong = lines[instrument].isLong
        lines[instrument].best =
            isLong ? max(lines[instrument].best, high) : min(lines[instrument].best, low)
        if !lines[instrument].isAtBreakEven, hasReachedBreakEven(lines[instrument]) {
            lines[instrument].isAtBreakEven = true
            touch(instrument)
        }
        if isOverdue(instrument) { touch(instrument) }
    }

    /// A split changes what is measured in shares and prices. The orders at the exchange are changed there.
    public mutating func onSplit(_ numerator: Int64, for denominator: Int64, of instrument: Int) {
        func price(_ price: Price) -> Price { (try? price.scaled(denominator, over: numerator)) ?? price }
        func shares(_ quantity: Quantity) -> Quantity {
            (try? quantity.scaled(numerator, over: denominator)) ?? quantity
        }
        lines[instrument].quantity = shares(lines[instrument].quantity)
        lines[instrument].entry = price(lines[instrument].entry)
        lines[instrument].best = price(lines[instrument].best)
        lines[instrument].rangeAtEntry = lines[instrument].rangeAtEntry.map(price)
        lines[instrument].open = lines[instrument].open.map(shares)
        lines[instrument].range.split(numerator, for: denominator)
    }

    public mutating func takeStale() -> [Int] {
        defer { stale.removeAll(keepingCapacity: true) }
        return stale
    }

    // MARK: What should be

    /// The position has been held for as many bars as it may be.
    public func isOverdue(_ instrument: Int) -> Bool {
        guard lines[instrument].quantity != .zero else { return false }
        return plan.rules.contains {
            if case .time(let bars) = $0 { lines[instrument].bars >= bars } else { false }
        }
    }

    /// The orders that should guard a position, all on the side that closes it.
    public func legs(of instrument: Int) -> [Leg] {
        let line = lines[instrument]
        guard line.quantity != .zero else { return [] }
        let stop = stop(line)
        var left = line.quantity.magnitude
        var legs: [Leg] = []
        for (step, target) in plan.targets.enumerated() {
            let quantity = min(line.open[step], left)
            guard quantity.isPositive,
                let distance = target.distance.price(from: line.entry, range: line.rangeAtEntry)
            else { continue }
            let price = StopBook.tick(line.isLong ? line.entry + distance : line.entry - distance)
            guard price.isPositive else { continue }
            legs.append(Leg(quantity: quantity, stop: stop, target: (price, step)))
            left -= quantity
        }
        if let stop, left.isPositive { legs.append(Leg(quantity: left, stop: stop, target: nil)) }
        return legs
    }

    /// How far a new position's stop would lie from a price.
    public func distance(from price: Price, of instrument: Int) -> Price? {
        plan.distance(from: price, range: lines[instrument].range.value)
    }

    /// The tightest of the rules.
    private func stop(_ line: Line) -> Stop? {
        var found: Stop?
        for rule in plan.rules {
            guard let next = stop(rule, line) else { continue }
            guard let known = found else {
                found = next
                continue
            }
            let isTighter = line.isLong ? next.price > known.price : next.price < known.price
            // A stop that trails goes on from the tightest price.
            var tightest = isTighter ? next : known
            let trailing = [next, known].first { $0.trail != nil || $0.trailShare > 0 }
            if let trailing, tightest.trail == nil, tightest.trailShare == 0 {
                tightest.trail = trailing.trail
                tightest.trailShare = trailing.trailShare
            }
            found = tightest
        }
        return found
    }

    private func stop(_ rule: StopPlan.Rule, _ line: Line) -> Stop? {
        switch rule {
        case .fixed(let distance):
            return distance.price(from: line.entry, range: line.rangeAtEntry).flatMap {
                level(line.entry, $0, line).map { Stop(price: $0) }
            }
        case .trailing(let distance):
            guard let amount = distance.price(from: line.best, range: line.rangeAtEntry),
                let price = level(line.best, amount, line)
            else { return nil }
            if case .share(let share) = distance { return Stop(price: price, trailShare: share) }
            return Stop(price: price, trail: amount)
        case .breakEven: return line.isAtBreakEven ? Stop(price: StopBook.tick(line.entry)) : nil
        case .time: return nil
        }
    }

    private func level(_ from: Price, _ distance: Price, _ line: Line) -> Price? {
        let price = StopBook.tick(line.isLong ? from - distance : from + distance)
        return price.isPositive ? price : nil
    }

    private func hasReachedBreakEven(_ line: Line) -> Bool {
        plan.rules.contains {
            guard case .breakEven(let distance) = $0,
                let distance = distance.price(from: line.entry, range: line.rangeAtEntry)
            else { return false }
            return line.isLong ? line.best >= line.entry + distance : line.best <= line.entry - distance
        }
    }

    /// What each target closes of a position: its share, in lots; targets that close all of it leave nothing over.
    private func shares(of whole: Quantity) -> [Quantity] {
        var left = whole
        var sum = 0.0
        return plan.targets.map { target in
            sum += target.share
            let part =
                sum > 1 - 1e-9
                ? left
                : ((try? whole.scaled(by: target.share).rounded(toMultipleOf: lot, .towardZero)) ?? .zero)
            let taken = min(part, left)
            left -= taken
            return taken
        }
    }

    /// The nearest price at which orders may be placed: cents, and hundredths of a cent below a dollar.
    static func tick(_ price: Price) -> Price {
        let tick = Price(units: price >= Price(1) ? 10_000 : 100)
        return (try? price.rounded(toMultipleOf: tick)) ?? price
    }

    // MARK: What is remembered

    mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.each(&lines) { (line, walk) throws(SnapshotMismatch) in
            try walk.amount(&line.quantity)
            try walk.amount(&line.entry)
            try walk.amount(&line.best)
            try walk.integer(&line.bars)
            try walk.flag(&line.isAtBreakEven)
            try walk.price(&line.rangeAtEntry)
            try walk.list(&line.open, blank: .zero) { (part, walk) throws(SnapshotMismatch) in
                try walk.amount(&part)
            }
            try line.range.remember(&walk)
        }
        try walk.places(&stale, below: lines.count)
    }
}
