import Domain

/// The length of the bars that a client asks for: `5Min`, `1Hour`, `1Day`, `1Week`, `3Month`.
struct Timeframe {
    enum Unit { case minute, hour, day, week, month }

    let count: Int
    let unit: Unit

    init(_ text: String) throws(Refusal) {
        let digits = text.prefix { $0.isNumber }
        let name = text.dropFirst(digits.count)
        let units: [String: (Unit, [Int])] = [
            "Min": (.minute, Array(1...59)), "T": (.minute, Array(1...59)), "Hour": (.hour, Array(1...23)),
            "H": (.hour, Array(1...23)), "Day": (.day, [1]), "D": (.day, [1]), "Week": (.week, [1]),
            "W": (.week, [1]), "Month": (.month, [1, 2, 3, 4, 6, 12]), "M": (.month, [1, 2, 3, 4, 6, 12]),
        ]
        guard let count = Int(digits), let (unit, counts) = units[String(name)], counts.contains(count) else {
            throw .badQuery("invalid timeframe: \(text)")
        }
        self.count = count
        self.unit = unit
    }

    /// When the bar begins that a moment belongs to. Days are New York's.
    func start(of moment: Timestamp) -> Timestamp {
        switch unit {
        case .minute: return moment.floored(to: Int64(count) * Nanoseconds.minute)
        case .hour:
            // Hours are counted from midnight in New York.
            let (date, since) = EasternTime.local(at: moment)
            let span = Int64(count) * Nanoseconds.hour
            return EasternTime.moment(on: date, at: since / span * span)
        case .day: return EasternTime.moment(on: VenueHours.day(of: moment), at: 0)
        case .week:
            let date = VenueHours.day(of: moment)
            let sinceMonday = (Int(date.days) + 3) % 7
            return EasternTime.moment(on: date - sinceMonday, at: 0)
        case .month:
            let (year, month, _) = VenueHours.day(of: moment).parts
            return EasternTime.moment(on: CivilDate(year, (month - 1) / count * count + 1, 1), at: 0)
        }
    }
}

/// A bar that is made of others.
struct MarketBar {
    var at: Timestamp
    var open: Price
    var high: Price
    var low: Price
    var close: Price
    var volume: Int64
    var trades: UInt64
    /// Price times shares, for the average.
    private var weighted: Int128

    init(_ bar: Bar, at start: Timestamp) {
        at = start
        (open, high, low, close) = (bar.open, bar.high, bar.low, bar.close)
        volume = bar.volume.units / Volume.scale
        trades = max(bar.trades, UInt64(BarTicks.count))
        weighted = Int128(BarTicks(bar, spread: .zero).average.units) * Int128(max(volume, 1))
    }

    mutating func add(_ bar: Bar) {
        let other = MarketBar(bar, at: at)
        high = max(high, other.high)
        low = min(low, other.low)
        close = other.close
        volume += other.volume
        trades += other.trades
        weighted += other.weighted
    }

    var document: Document {
        let average = Price(units: Int64(weighted / Int128(max(volume, 1))))
        let shown = (try? average.rounded(toMultipleOf: Price(units: 100))) ?? average
        return [
            "t": .moment(at), "o": .figure(open), "h": .figure(high), "l": .figure(low), "c": .figure(close),
            "v": .integer(volume), "n": .integer(Int64(trades)), "vw": .figure(shown),
        ]
    }
}

extension MarketMemory {
    /// The bars of a symbol from a moment through another, in a timeframe.
    func bars(_ symbol: Int, _ frame: Timeframe, from start: Timestamp, through end: Timestamp) -> [MarketBar]
    {
        var bars: [MarketBar] = []
        let own = instruments[symbol].bars
        var index = firstBar(symbol, at: frame.start(of: start))
        while index < own.count, own[index].openedAt <= end {
            let at = frame.start(of: own[index].openedAt)
            if bars.last?.at == at {
                bars[bars.count - 1].add(own[index])
            } else {
                bars.append(MarketBar(own[index], at: at))
            }
            index += 1
        }
        if let first = bars.first, first.at < start { bars.removeFirst() }
        return bars
    }

    /// The place of the first bar that opens at a moment or after it.
    func firstBar(_ symbol: Int, at moment: Timestamp) -> Int {
        let bars = instruments[symbol].bars
        var (low, high) = (0, bars.count)
        while low < high {
            let middle = (low + high) / 2
            if bars[middle].openedAt < moment { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
