import Domain

/// In the mesh the gatekeeper takes what an edge brings in, and sends on what passes.
extension Gatekeeper: Machine {
    /// On it come bars that correct one that went.
    public static let correction = Topic("local/correction")

    public mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        switch message.body {
        case .bar(let bar) where message.topic == Gatekeeper.correction: correct(bar, at: now, &outbox)
        case .bar(let bar):
            pass(message.body, judge(bar, at: now), on: .bar(Gatekeeper.span(of: bar), bar.symbol), &outbox)
        case .quote(let quote):
            pass(message.body, judge(quote, at: now), on: .quote(quote.symbol), &outbox)
        case .trade(let trade):
            pass(message.body, judge(trade, at: now), on: .trade(trade.symbol), &outbox)
        case .corporateAction(let action):
            heed(action)
            outbox.send(message.body, on: .action(action.symbol))
        case .dataFault(let mark): outbox.send(message.body, on: .standIn(mark.symbol))
        case .tick: for fault in silence(at: now) { outbox.send(fault.body, on: .fault(fault.symbol)) }
        default: break
        }
        if limits.silenceMax > 0 { outbox.wake(at: now + limits.silenceMax) }
    }

    private func pass(_ body: Body, _ fault: DataFault?, on topic: Topic, _ outbox: inout Outbox) {
        guard let fault else { return outbox.send(body, on: topic) }
        outbox.send(fault.body, on: .fault(fault.symbol))
    }

    /// A correction of a bar that was never said is that bar. Any other is told as the conflict that it is, and goes to
    /// those who keep bars if it can be one.
    private mutating func correct(_ bar: Bar, at now: Timestamp, _ outbox: inout Outbox) {
        let span = Gatekeeper.span(of: bar)
        guard let last = lastBar(of: bar.symbol, span: bar.span), bar.openedAt <= last else {
            return pass(.bar(bar), judge(bar, at: now), on: .bar(span, bar.symbol), &outbox)
        }
        let fault = fault(ofCorrection: bar)
        outbox.send(fault.body, on: .fault(bar.symbol))
        if fault.kind == .conflict { outbox.send(.bar(bar), on: .correction(span, bar.symbol)) }
    }

    private static func span(of bar: Bar) -> String {
        bar.span > 0 ? Interval(nanoseconds: bar.span).description : "0"
    }

    // MARK: snapshots

    public static let snapshotVersion: UInt32 = 1

    public func snapshot() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.put(series.count)
        for (name, series) in series.sorted(by: { $0.key < $1.key }) {
            writer.put(name.symbol.text)
            writer.put(name.kind.rawValue)
            writer.put(name.span)
            writer.put(series.last.nanoseconds)
            series.level.write(to: &writer)
            writer.put(series.print)
            writer.put(series.crossedSince?.nanoseconds ?? .min)
        }
        let heeded = actions.sorted { $0.key < $1.key }.flatMap(\.value)
        writer.put(heeded.count)
        for action in heeded { Gatekeeper.write(action, to: &writer) }
        writer.put(silent.count)
        for symbol in silent.sorted() { writer.put(symbol.text) }
        return writer.bytes
    }

    public mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {
        guard version == Gatekeeper.snapshotVersion else {
            throw SnapshotMismatch("the gatekeeper's snapshot has version \(version), and this reads 1")
        }
        var reader = SnapshotReader(bytes)
        var restored = Gatekeeper(limits, provider: provider)
        for _ in 0..<(try reader.integer()) {
            let symbol = try Gatekeeper.symbol(&reader)
            guard let kind = Kind(rawValue: try reader.integer()) else {
                throw SnapshotMismatch("the gatekeeper's snapshot names a kind of data that is none")
            }
            let name = Name(symbol: symbol, kind: kind, span: try reader.integer())
            var known = Series()
            known.last = Timestamp(nanoseconds: try reader.integer())
            known.level = try Level(&reader)
            known.print = try reader.count()
            let since = try reader.integer()
            known.crossedSince = since == .min ? nil : Timestamp(nanoseconds: since)
            restored.series[name] = known
        }
        for _ in 0..<(try reader.integer()) { restored.heed(try Gatekeeper.action(&reader)) }
        for _ in 0..<(try reader.integer()) { restored.silent.insert(try Gatekeeper.symbol(&reader)) }
        self = restored
    }

    private static func symbol(_ reader: inout SnapshotReader) throws(SnapshotMismatch) -> Symbol {
        let text = try reader.text()
        guard let symbol = Symbol(text) else { throw SnapshotMismatch("\(text) is no symbol") }
        return symbol
    }

    private static func write(_ action: CorporateAction, to writer: inout SnapshotWriter) {
        writer.put(action.symbol.text)
        for number in [
            Int64(action.kind.rawValue), action.exAt.nanoseconds, action.knownAt.nanoseconds,
            action.numerator, action.denominator, action.amount.units,
        ] { writer.put(number) }
        writer.put(action.newSymbol.text)
    }

    private static func action(_ reader: inout SnapshotReader) throws(SnapshotMismatch) -> CorporateAction {
        var action = CorporateAction(symbol: try symbol(&reader))
        guard let kind = ActionKind(rawValue: Int32(truncatingIfNeeded: try reader.integer())) else {
            throw SnapshotMismatch("the gatekeeper's snapshot names an action that is none")
        }
        action.kind = kind
        action.exAt = Timestamp(nanoseconds: try reader.integer())
        action.knownAt = Timestamp(nanoseconds: try reader.integer())
        action.numerator = try reader.integer()
        action.denominator = try reader.integer()
        action.amount = Price(units: try reader.integer())
        action.newSymbol = Symbol(try reader.text()) ?? Symbol()
        return action
    }
}
