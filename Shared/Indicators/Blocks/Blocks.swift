import CColumns

/// How many bars a block has at most: what is kept of them stays in the nearest cache.
let blockLength = 512
/// Where bars wait for one another. What is done of a block before and after that is few enough instructions for the
/// processor to look beyond them, so the next block's is done while this one's bars wait.
let shortBlock = 64
/// The same for patterns, in rounds of ten bars: where each ends the same, no branch is guessed wrong.
let patternBlock = 80
/// Of whole rounds of a window where that is short enough, four and four: so `SumTape` has four sums under way.
func roundBlock(_ window: Int) -> Int {
    let rounds = 4 &* window
    return rounds <= blockLength ? (shortBlock &+ rounds &- 1) / rounds &* rounds : blockLength
}
/// Where several rows are kept of a block.
let middleBlock = 256

extension Answers {
    /// For indicators that have something better than updates for many bars: goes through a column in blocks. Each is
    /// computed by `put`, which is given its first bar, its length and where its numbers go, and says whether all of its
    /// bars are usable. From `begin` on there is a value at each bar where the numbers are finite.
    ///
    /// Where the first bar has no number to sum, the first block has that one more, so that the rounds of the others
    /// begin with them.
    ///
    /// False, as if nothing had been put, if not all bars are usable.
    @inline(__always)
    mutating func putBlocks(
        from begin: Int, of size: Int = blockLength, oneMoreFirst: Bool = false, alwaysFinite: Bool = false,
        checking put: (_ bar: Int, _ length: Int, _ out: UnsafeMutablePointer<Double>) -> Bool
    ) -> Bool {
        var bar = 0
        while bar < count {
            let length = min(size &+ (oneMoreFirst && bar == 0 ? 1 : 0), count &- bar)
            for index in 0..<Output.width { tradewind_fetch_ahead(place + (index &* count &+ bar), length) }
            guard put(bar, length, place + bar) else {
                self = Answers(at: place, count: count)
                return false
            }
            let early = max(0, min(begin &- bar, length))
            if early > 0 { putNothing(bar..<bar &+ early) }
            if alwaysFinite || allAreFinite(bar &+ early, length &- early) {
                if early < length { first = min(first, bar &+ early) }
            } else {
                dropUndefined(bar &+ early..<bar &+ length)
            }
            bar &+= length
        }
        return true
    }

    /// The same where bars are checked before they are looked at.
    @inline(__always)
    mutating func putBlocks(
        from begin: Int, of size: Int = blockLength, oneMoreFirst: Bool = false,
        where areUsable: (Range<Int>) -> Bool, alwaysFinite: Bool = false,
        _ put: (_ bar: Int, _ length: Int, _ out: UnsafeMutablePointer<Double>) -> Void
    ) -> Bool {
        putBlocks(from: begin, of: size, oneMoreFirst: oneMoreFirst, alwaysFinite: alwaysFinite) {
            bar, length, out in
            guard areUsable(bar..<bar &+ length) else { return false }
            put(bar, length, out)
            return true
        }
    }

    /// The same for what is a formula of a few bars and gives one number.
    @inline(__always)
    mutating func putEach(
        from begin: Int, where areUsable: (Range<Int>) -> Bool, alwaysFinite: Bool = false,
        _ formula: (_ bar: Int) -> Double
    ) -> Bool {
        putBlocks(from: begin, where: areUsable, alwaysFinite: alwaysFinite) { bar, length, out in
            var place = max(0, min(begin &- bar, length))
            while place < length {
                out[place] = formula(bar &+ place)
                place &+= 1
            }
        }
    }

    @inline(__always)
    private func allAreFinite(_ bar: Int, _ length: Int) -> Bool {
        (0..<Output.width).allSatisfy { tradewind_undefined(place + ($0 &* count &+ bar), length) == 0 }
    }

    @inline(never)
    private mutating func dropUndefined(_ bars: Range<Int>) {
        for bar in bars {
            if (0..<Output.width).allSatisfy({ place[$0 * count + bar].isFinite }) {
                first = min(first, bar)
            } else {
                putNothing(bar..<bar + 1)
            }
        }
    }
}

extension UnsafeBufferPointer<Double> {
    /// The numbers from a bar on.
    @inline(__always)
    func from(_ bar: Int) -> UnsafePointer<Double> { baseAddress.unsafelyUnwrapped + bar }

    /// Whether indicators take all numbers of a range.
    @inline(__always)
    func areUsable(_ range: Range<Int>) -> Bool {
        tradewind_refused(from(range.lowerBound), range.upperBound &- range.lowerBound) == 0
    }
}

extension CandleSource {
    @inline(__always)
    func haveUsableRange(_ bars: Range<Int>) -> Bool { high.areUsable(bars) && low.areUsable(bars) }
    @inline(__always)
    func haveUsablePrices(_ bars: Range<Int>) -> Bool { haveUsableRange(bars) && close.areUsable(bars) }
    /// All prices of the bars.
    @inline(__always)
    func areUsable(_ bars: Range<Int>) -> Bool {
        let bar = bars.lowerBound
        return tradewind_refused_bars(
            open.from(bar), high.from(bar), low.from(bar), close.from(bar), bars.upperBound &- bar) == 0
    }
}
