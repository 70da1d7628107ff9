/// A candlestick pattern: when there are bars enough, and whether the last ones form it: 1 for a rise to come, -1 for a
/// fall, 0 for none.
protocol CandlePattern: ListedIndicator where Input == Candle, Output == Double {
    static var warmUp: Int { get }
    /// What `match` compares with what was usual.
    static var usual: UsualSizes { get }
    static func match(_ bars: PatternBars) -> Double
    /// Whether the pattern is rare, so that a column is first looked through for where it could be. A rare pattern compares
    /// nothing but the last bar with what was usual.
    static var isRare: Bool { get }
    /// What a rare pattern takes, apart from what was usual.
    static func couldMatch(_ bars: PatternBars) -> Bool
    var window: PatternWindow { get set }
    init()
}

/// Sizes of bars that are compared with their mean over bars before.
struct UsualSizes: OptionSet {
    let rawValue: Int
    static let body = UsualSizes(rawValue: 1)
    static let range = UsualSizes(rawValue: 2)
    static let rangeOfFive = UsualSizes(rawValue: 4)
}

extension CandlePattern {
    var warmUp: Int { Self.warmUp }
    init(_ chosen: Chosen) { self.init() }

    static var isRare: Bool { false }
    static func couldMatch(_ bars: PatternBars) -> Bool { true }

    @inline(__always)
    mutating func update(_ candle: Candle) -> Double? {
        window.update(candle) && window.count >= Self.warmUp ? Self.match(window.bars) : nil
    }

    func fill(_ answers: inout Answers<Double>, from source: CandleSource) {
        guard window.count == 0 else { return fillByUpdates(&answers, from: source) }
        if Self.isRare { return fillRarely(&answers, from: source) }
        var window = window
        var usual = UsualTapes(Self.usual)
        let isDone = answers.putBlocks(
            from: Self.warmUp - 1, of: patternBlock,
            where: { source.areUsable($0) }, alwaysFinite: true
        ) { bar, length, out in
            usual.take(source, bar, length)
            // The first bars have no three before them.
            let early = bar == 0 ? min(3, length) : 0
            for place in 0..<early {
                _ = window.update(source[place])
                out[place] = Self.match(window.bars)
            }
            let bars = usual.bars(of: source, bar)
            var place = early
            while place < length {
                out[place] = Self.match(bars[place])
                place &+= 1
            }
        }
        if !isDone { fillByUpdates(&answers, from: source) }
    }

    /// Works out what was usual only where all else fits.
    @inline(__always)
    private func fillRarely(_ answers: inout Answers<Double>, from source: CandleSource) {
        let begin = Self.warmUp - 1
        let isDone = answers.putBlocks(
            from: begin,
            where: { source.areUsable($0) }, alwaysFinite: true
        ) { bar, length, out in
            let bars = UsualTapes.Bars(withoutUsual: source, bar)
            let early = max(0, min(begin &- bar, length))
            var (found, place) = (0.0, early)
            while place < length {
                let could = Self.couldMatch(bars[place]) ? 1.0 : 0
                out[place] = could
                found += could
                place &+= 1
            }
            guard found > 0 else { return }
            for place in early..<length where out[place] > 0 {
                var bars = bars[place]
                bars.now.setUsual(Self.usual, source, bar &+ place)
                out[place] = Self.match(bars)
            }
        }
        if !isDone { fillByUpdates(&answers, from: source) }
    }
}

extension Listing {
    /// A pattern that TA-Lib knows by that name.
    static func pattern(
        _ name: String, _ summary: String, warmUp: Int, formula: String, _ function: String
    ) -> Listing {
        Listing(
            name, summary, inputs: InputColumn.candle, warmUp: "\(warmUp)", formula: formula,
            .taLib(function, remark: "1 and -1 for 100 and -100"))
    }
}
