import Domain

/// What stops trading, and what of it is in force.
///
/// A halt keeps everything from being added; where its policy says so, what is held is closed. It survives restarts as
/// bytes, and nothing here lifts one: a person does, by name.
public struct Halts: Sendable {
    /// A halt that holds.
    public struct Active: Sendable, Equatable {
        public var halt: Halt
        public var since: Timestamp
    }

    /// In the order of their beginnings, one of a kind.
    public private(set) var active: [Active] = []
    /// The highest equity since the beginning, or since a halt for drawdown was lifted.
    public private(set) var peak: Money = .zero
    private let account: String
    private var policy: HaltPolicy
    private var rejections = 0
    private var brokerErrors = 0

    public init(account: String, _ policy: HaltPolicy) {
        self.account = account
        self.policy = policy
    }

    /// Halts when others would, and keeps what it remembers.
    mutating func go(by other: Halts) { policy = other.policy }

    /// Gaps in the data are looked for.
    public var watchesData: Bool { policy.dataGapMax != nil }
    public var isHalted: Bool { !active.isEmpty }

    // MARK: What happens

    /// Looks at the equity: a halt where it has fallen too far.
    public mutating func onEquity(_ equity: Money, at now: Timestamp) -> Halt? {
        if equity > peak { peak = equity }
        guard peak.isPositive else { return nil }
        let fall = Double(peak.units - equity.units) / Double(peak.units)
        let known = active.first { $0.halt.kind == HaltKind.drawdown.rawValue }?.halt
        if let limit = policy.drawdownLiquidate, fall >= limit {
            // A halt without closing becomes one with it.
            if known?.flatten == true { return nil }
            return begin(
                .drawdown, drawdownReason(fall, limit), flatten: true, drawdown(fall, limit), at: now)
        }
        guard let limit = policy.drawdownHalt, fall >= limit, known == nil else { return nil }
        return begin(.drawdown, drawdownReason(fall, limit), drawdown(fall, limit), at: now)
    }

    private func drawdownReason(_ fall: Double, _ limit: Double) -> String {
        "the equity is \(percent(fall)) below its highest, \(peak); the limit is \(percent(limit))"
    }

    private func drawdown(_ fall: Double, _ limit: Double) -> [Figure] {
        [Figure(name: "drawdown", value: fall), Figure(name: "limit", value: limit)]
    }

    /// The broker refused an order.
    public mutating func onOrderRejected(_ reason: String, at now: Timestamp) -> Halt? {
        rejections += 1
        guard let limit = policy.rejectionsMax, rejections >= limit else { return nil }
        return begin(
            .rejections, "the broker rejected \(rejections) orders in a row, the last because \(reason)",
            [Figure(name: "rejections", value: Double(rejections))], at: now)
    }

    /// The broker took an order: rejections are counted anew.
    public mutating func onOrderAccepted() { rejections = 0 }

    /// The broker could not be reached, or answered nonsense.
    public mutating func onBrokerError(_ reason: String, at now: Timestamp) -> Halt? {
        brokerErrors += 1
        guard let limit = policy.brokerErrorsMax, brokerErrors >= limit else { return nil }
        return begin(
            .brokerErrors, "the broker failed \(brokerErrors) times in a row, the last time: \(reason)",
            [Figure(name: "errors", value: Double(brokerErrors))], at: now)
    }

    /// The broker answered: errors are counted anew.
    public mutating func onBrokerAnswer() { brokerErrors = 0 }

    /// No data came for so many intervals although the market was open.
    public mutating func onDataGap(intervals: Double, at now: Timestamp) -> Halt? {
        guard let limit = policy.dataGapMax, intervals > limit else { return nil }
        return onDataLoss("there was no bar for \(decimal(intervals)) intervals", at: now)
    }

    /// Data is known to be lost.
    public mutating func onDataLoss(_ reason: String, at now: Timestamp) -> Halt? {
        begin(.dataLoss, reason, at: now)
    }

    /// A person stops trading; with `flatten`, everything is closed too.
    public mutating func halt(
        by person: String, because reason: String, flatten: Bool = false, at now: Timestamp
    ) -> Halt? {
        begin(.manual, reason, by: person, flatten: flatten, at: now)
    }

    /// Nothing where the same halt holds already.
    private mutating func begin(
        _ kind: HaltKind, _ reason: String, by person: String = "risk", flatten: Bool = false,
        _ figures: [Figure] = [], at now: Timestamp
    ) -> Halt? {
        let closes = flatten || policy.flattens.contains(kind)
        if let known = active.first(where: { $0.halt.kind == kind.rawValue }),
            known.halt.flatten || !closes
        {
            return nil
        }
        let halt = Halt(
            account: account, active: true, kind: kind.rawValue, reason: reason, by: person,
            flatten: closes, figures: figures)
        active.removeAll { $0.halt.kind == kind.rawValue }
        active.append(Active(halt: halt, since: now))
        return halt
    }

    // MARK: What a person does

    /// Lifts a kind of halt, or all; what it lifted, as messages. Counting begins anew, and the drawdown is measured
    /// from the equity as it is now: otherwise it would halt again at once.
    public mutating func lift(
        _ kind: HaltKind? = nil, by person: String, equity: Money
    ) throws(HaltError) -> [Halt] {
        guard !person.isEmpty else { throw HaltError("a halt is lifted by a person, and none is named") }
        let lifted = active.filter { kind == nil || $0.halt.kind == kind?.rawValue }
        guard !lifted.isEmpty else {
            throw HaltError(kind.map { "there is no halt of kind \($0.rawValue)" } ?? "there is no halt")
        }
        active.removeAll { kind == nil || $0.halt.kind == kind?.rawValue }
        for each in lifted {
            switch HaltKind(rawValue: each.halt.kind) {
            case .drawdown: peak = equity
            case .rejections: rejections = 0
            case .brokerErrors: brokerErrors = 0
            case .dataLoss, .manual, nil: break
            }
        }
        return lifted.map {
            var halt = $0.halt
            halt.active = false
            halt.flatten = false
            halt.by = person
            return halt
        }
    }
}

extension Halts {
    public static let snapshotVersion: UInt32 = 1

    /// Everything that is remembered, as bytes: a restart halts nothing less than before.
    public func snapshot() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.put(peak.units)
        writer.put(rejections)
        writer.put(brokerErrors)
        writer.put(active.count)
        for each in active {
            writer.put(each.since.nanoseconds)
            writer.put(each.halt.kind)
            writer.put(each.halt.reason)
            writer.put(each.halt.by)
            writer.put(each.halt.flatten ? 1 : 0)
            writer.put(each.halt.figures.count)
            for figure in each.halt.figures {
                writer.put(figure.name)
                writer.put(figure.value)
            }
        }
        return writer.bytes
    }

    /// Becomes what a snapshot says.
    public mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {
        guard version == Halts.snapshotVersion else {
            throw SnapshotMismatch("the snapshot of the halts has version \(version), not 1")
        }
        var reader = SnapshotReader(bytes)
        var restored = self
        restored.peak = Money(units: try reader.integer())
        restored.rejections = Int(try reader.integer())
        restored.brokerErrors = Int(try reader.integer())
        restored.active = []
        for _ in 0..<(try reader.count()) {
            let since = Timestamp(nanoseconds: try reader.integer())
            let kind = try reader.text()
            guard HaltKind(rawValue: kind) != nil else {
                throw SnapshotMismatch("the snapshot names a halt of kind \(kind), which there is not")
            }
            var halt = Halt(account: account, active: true, kind: kind, reason: try reader.text())
            halt.by = try reader.text()
            halt.flatten = try reader.integer() != 0
            for _ in 0..<(try reader.count()) {
                halt.figures.append(Figure(name: try reader.text(), value: try reader.double()))
            }
            restored.active.append(Active(halt: halt, since: since))
        }
        guard reader.isAtEnd else {
            throw SnapshotMismatch("the snapshot of the halts goes on after its end")
        }
        self = restored
    }
}
