/// How many bars a block has: what is kept of them stays in the nearest cache.
let blockLength = 512

extension Answers {
    /// For indicators that have something better than updates for many bars: goes through a column in blocks. Each is
    /// first checked, then computed by `put`, which is given its first bar, its length and where its numbers go. From
    /// `begin` on there is a value at each bar where the numbers are finite.
    ///
    /// False, as if nothing had been put, if not all bars are usable.
    @inline(__always)
    mutating func putBlocks(
        from begin: Int, where areUsable: (Range<Int>) -> Bool, alwaysFinite: Bool = false,
        _ put: (_ bar: Int, _ length: Int, _ out: UnsafeMutablePointer<Double>) -> Void
    ) -> Bool {
        var bar = 0
        while bar < count {
            let length = min(blockLength, count &- bar)
            guard areUsable(bar..<bar &+ length) else {
                self = Answers(at: place, count: count)
                return false
            }
            put(bar, length, place + bar)
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
        var undefined = 0
        for index in 0..<Output.width {
            let numbers = place + (index &* count &+ bar)
            var place = 0
            while place < length {
                undefined &+= numbers[place].magnitude <= .greatestFiniteMagnitude ? 0 : 1
                place &+= 1
            }
        }
        return undefined == 0
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

    /// Whether indicators take all numbers of a range; several are looked at at a time.
    @inline(__always)
    func areUsable(_ range: Range<Int>) -> Bool {
        let (numbers, length) = (from(range.lowerBound), range.upperBound &- range.lowerBound)
        var (refused, place) = (0, 0)
        while place < length {
            refused &+= numbers[place].isUsable ? 0 : 1
            place &+= 1
        }
        return refused == 0
    }
}

extension CandleSource {
    @inline(__always)
    func haveUsableRange(_ bars: Range<Int>) -> Bool { high.areUsable(bars) && low.areUsable(bars) }
    @inline(__always)
    func haveUsablePrices(_ bars: Range<Int>) -> Bool { haveUsableRange(bars) && close.areUsable(bars) }
}

extension UnsafeMutablePointer<Double> {
    /// Makes so many numbers their square roots. On its own: the C library's root is asked for one number at a time, and
    /// would keep a loop around it from taking several.
    func takeRoots(_ length: Int) {
        for place in 0..<length { self[place] = self[place].squareRoot() }
    }

    /// Divides each of so many numbers by another one; where that is not above zero, there is none.
    @inline(__always)
    func divide(by divisors: UnsafePointer<Double>, _ length: Int) {
        var place = 0
        while place < length {
            let quotient = self[place] / divisors[place]
            self[place] = divisors[place] > 0 ? quotient : .nan
            place &+= 1
        }
    }
}
