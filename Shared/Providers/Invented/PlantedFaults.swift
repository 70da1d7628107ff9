import Domain

/// Defects planted into the bars of one symbol, as lines of a CSV file: each kind once, and far enough from the others
/// that each can be told from them.
///
/// The same bars, kinds and seed have the same defects in the same places.
public struct PlantedFaults {
    /// A defect, and where it stands.
    public struct Planted: Equatable, Sendable {
        public var kind: FaultKind
        /// The line of the file, the header's being 1; 0 where nothing stands there.
        public var line: Int
        public var at: Timestamp
        /// What is found beside it, for a row that cannot be is no bar, and leaves its place empty.
        public var also: FaultKind?
    }

    /// Every kind that files of bars can have.
    public static let kinds: [FaultKind] = [
        .unreadable, .nonFinite, .nonPositive, .highBelowLow, .openOutside, .closeOutside, .negativeVolume,
        .spike, .scale, .jump, .split, .zeroVolume, .volumeSpike, .frozen, .duplicate, .conflict, .outOfOrder,
        .outOfSession, .misaligned, .missing, .future, .stale, .disagreement,
    ]
    public static let header = "symbol,time,open,high,low,close,volume,trades"

    /// The file's lines, without its header.
    public private(set) var lines: [String] = []
    public private(set) var planted: [Planted] = []

    private var bars: [Bar]
    private var chance: SplitMix64
    /// What becomes of a row: the lines in its place, or none where it stays as it is, and which of them is the defect.
    private var edits: [Int: (rows: [String], planted: Planted, line: Int)] = [:]
    private var removed: Set<Int> = []

    /// `bars` are those of one symbol, oldest first, and without a fault; `actions` are what its company did. Nothing
    /// that has to do with an action is touched, and no restless stretch: there a defect may pass for the market's own.
    public init(
        _ bars: [Bar], _ kinds: [FaultKind], actions: [CorporateAction], seed: UInt64
    ) throws(SourceError) {
        if let other = kinds.first(where: { !PlantedFaults.kinds.contains($0) }) {
            throw SourceError("\(other) cannot be planted into bars")
        }
        self.bars = bars
        chance = SplitMix64(seed: seed)
        if kinds.contains(.stale) { try cutEnd() }
        var places = QuietPlaces(self.bars, actions)
        // What goes on to the end comes first: the others are planted into its prices.
        let order: [FaultKind] = [.jump, .split]
        for kind in order + PlantedFaults.kinds.filter({ !order.contains($0) }) where kinds.contains(kind) {
            if kind == .stale || kind == .future { continue }
            guard let place = places.next(&chance) else {
                throw SourceError(
                    "\(bars.first?.symbol.text ?? "") has no quiet place left for \(kind) in \(bars.count) bars; more "
                        + "days, or fewer kinds, would be right")
            }
            try plant(kind, at: place)
        }
        write()
        if kinds.contains(.future) { try addFuture(after: bars) }
        planted.sort { ($0.at, $0.line) < ($1.at, $1.line) }
    }

    private var isDaily: Bool { bars[0].span == Nanoseconds.day }

    // MARK: planting

    private mutating func plant(_ kind: FaultKind, at place: Int) throws(SourceError) {
        let (bar, before) = (bars[place], bars[place - 1])
        func edit(_ rows: [String], line: Int = 0, also: FaultKind? = nil) {
            edits[place] = (rows, Planted(kind: kind, line: 0, at: bar.openedAt, also: also), line)
        }
        let line = PlantedFaults.line(of: bar)
        switch kind {
        case .jump: scaleRest(from: place, by: 0.44 * Double(before.close) / Double(bar.close), kind)
        case .split: scaleRest(from: place, by: 0.5 * Double(before.close) / Double(bar.close), kind)
        case .spike: edit([scaled(bar, 1.6 * Double(before.close) / Double(bar.close))])
        case .scale: edit([scaled(bar, 100 * Double(before.close) / Double(bar.close))])
        case .unreadable: edit([changed(bar, 5, "n/a")], also: .missing)
        case .nonFinite: edit([changed(bar, 2, "NaN")], also: .missing)
        case .nonPositive: edit([changed(bar, 4, "-1")], also: .missing)
        case .negativeVolume: edit([changed(bar, 6, "-7")], also: .missing)
        case .highBelowLow: edit([changed(bar, 3, "\(bar.low - PlantedFaults.cent)")], also: .missing)
        case .openOutside: edit([changed(bar, 2, "\(bar.high + PlantedFaults.cent)")], also: .missing)
        case .closeOutside: edit([changed(bar, 5, "\(bar.low - PlantedFaults.cent)")], also: .missing)
        case .zeroVolume: edit([changed(bar, 6, "0")])
        case .volumeSpike: edit([changed(bar, 6, "\(Volume(units: bar.volume.units * 2000))")])
        case .disagreement: edit([scaled(bar, 1.02)])
        case .duplicate: edit([line, line], line: 1)
        case .conflict:
            edit([line, changed(bar, 6, "\(Volume(units: bar.volume.units + 1000))")], line: 1)
        case .outOfSession: edit([line, outOfSession(bar)], line: 1)
        case .misaligned:
            let moment = bar.openedAt + bar.span / 3
            guard !isDaily else {
                throw SourceError(
                    "bars of days cannot be misaligned; --interval 1m, or another kind, would be right")
            }
            edit([changed(bar, 1, "\(moment)")], also: .missing)
        case .frozen: freeze(from: place)
        case .outOfOrder: moveBack(place)
        case .missing:
            for at in place..<place + (isDaily ? 1 : 3) { removed.insert(at) }
            planted.append(Planted(kind: kind, line: 0, at: bar.openedAt))
        // Of the end of the series, or of no bar at all.
        default: break
        }
    }

    private static let cent = Price(units: 10_000)

    /// The rest of the series stands elsewhere from a row on, as if by an action that nobody tells of.
    private mutating func scaleRest(from place: Int, by factor: Double, _ kind: FaultKind) {
        for at in place..<bars.count { bars[at] = PlantedFaults.bar(bars[at], factor) }
        edits[place] = ([], Planted(kind: kind, line: 0, at: bars[place].openedAt), 0)
    }

    /// Six rows with the figures of the first.
    private mutating func freeze(from place: Int) {
        let first = bars[place]
        edits[place] = ([], Planted(kind: .frozen, line: 0, at: first.openedAt), 0)
        for at in place + 1..<place + 6 {
            (bars[at].open, bars[at].high, bars[at].low) = (first.open, first.high, first.low)
            (bars[at].close, bars[at].volume) = (first.close, first.volume)
        }
    }

    /// The row comes after the eighth of those that follow it.
    private mutating func moveBack(_ place: Int) {
        let bar = bars[place]
        removed.insert(place)
        let later = place + QuietPlaces.room - 1
        edits[later] = (
            [PlantedFaults.line(of: bars[later]), PlantedFaults.line(of: bar)],
            Planted(kind: .outOfOrder, line: 0, at: bar.openedAt, also: .missing), 1
        )
    }

    /// A row of a Saturday, or of five minutes after the close.
    private func outOfSession(_ bar: Bar) -> String {
        let date = EasternTime.local(at: bar.openedAt).date
        guard isDaily else {
            let close = TradingCalendar.xnys.session(on: date)?.close ?? bar.openedAt
            return changed(bar, 1, "\(close + 5 * Nanoseconds.minute)")
        }
        var saturday = date
        while saturday.weekday != .saturday { saturday = saturday + 1 }
        return changed(bar, 1, "\(saturday)")
    }

    /// The last three sessions are not there.
    private mutating func cutEnd() throws(SourceError) {
        let last = EasternTime.local(at: bars[bars.count - 1].openedAt).date
        guard
            let first = TradingCalendar.xnys.sessions(from: bars[0].openedAt.dateUTC, to: last).suffix(3)
                .first,
            let end = bars.firstIndex(where: { $0.openedAt >= first.open }), end > QuietPlaces.behind
        else { throw SourceError("\(bars.count) bars are too few to leave out three sessions") }
        bars.removeSubrange(end...)
        planted.append(Planted(kind: .stale, line: 0, at: bars[end - 1].openedAt))
    }

    /// A bar of the session after the last.
    private mutating func addFuture(after whole: [Bar]) throws(SourceError) {
        let last = bars[bars.count - 1]
        guard let end = whole.last,
            let next = TradingCalendar.xnys.next(after: EasternTime.local(at: end.openedAt).date)
        else { throw SourceError("the calendar ends with these bars, and no bar can come after them") }
        var bar = last
        bar.openedAt = next.open
        lines.append(PlantedFaults.line(of: bar))
        planted.append(Planted(kind: .future, line: lines.count + 1, at: bar.openedAt))
    }

    // MARK: rows

    private mutating func write() {
        lines.reserveCapacity(bars.count + 8)
        for (at, bar) in bars.enumerated() where !removed.contains(at) {
            guard let edit = edits[at] else {
                lines.append(PlantedFaults.line(of: bar))
                continue
            }
            var planted = edit.planted
            planted.line = lines.count + 2 + edit.line
            lines += edit.rows.isEmpty ? [PlantedFaults.line(of: bar)] : edit.rows
            self.planted.append(planted)
        }
        for at in planted.indices where planted[at].kind == .stale { planted[at].line = lines.count + 1 }
    }

    /// A row with another text in one of its columns.
    private func changed(_ bar: Bar, _ column: Int, _ text: String) -> String {
        var fields = PlantedFaults.line(of: bar).split(separator: ",", omittingEmptySubsequences: false)
            .map(String.init)
        fields[column] = text
        return fields.joined(separator: ",")
    }

    private func scaled(_ bar: Bar, _ factor: Double) -> String {
        PlantedFaults.line(of: PlantedFaults.bar(bar, factor))
    }

    private static func bar(_ bar: Bar, _ factor: Double) -> Bar {
        func scaled(_ price: Price) -> Price {
            Price(units: Int64(Double(price.units) * factor / 10_000 + 0.5) * 10_000)
        }
        var bar = bar
        (bar.open, bar.high) = (scaled(bar.open), scaled(bar.high))
        (bar.low, bar.close) = (scaled(bar.low), scaled(bar.close))
        return bar
    }

    /// A bar as a row of CSV in our own layout; a daily one has a date, which means its session.
    public static func line(of bar: Bar) -> String {
        let isDaily = bar.span == Nanoseconds.day
        let time = isDaily ? "\(EasternTime.local(at: bar.openedAt).date)" : "\(bar.openedAt)"
        let prices = "\(bar.open),\(bar.high),\(bar.low),\(bar.close)"
        return "\(bar.symbol),\(time),\(prices),\(bar.volume),\(bar.trades)"
    }
}
