/// The sums of which variances and covariance of the windows of two columns are made: what `RollingComoments` keeps, the
/// same bits. Both columns are summed side by side.
struct ComomentsTape: ~Copyable {
    private let firsts: Tape
    private let seconds: Tape
    private let count: Int
    private var kept: Kept
    private var place = 0
    private var firstRun = EqualRun()
    private var secondRun = EqualRun()
    /// For each bar of the block.
    private let firstSums = Tape()
    private let firstSquares = Tape()
    private let secondSums = Tape()
    private let secondSquares = Tape()
    private let products = Tape()

    private struct Kept {
        var shift: SIMD2<Double>
        var sum = SIMD2<Double>.zero
        var squares = SIMD2<Double>.zero
        var product = 0.0
        var freshShift: SIMD2<Double>
        var freshSum = SIMD2<Double>.zero
        var freshSquares = SIMD2<Double>.zero
        var freshProduct = 0.0

        @inline(__always)
        mutating func take(_ entering: SIMD2<Double>, _ leaving: SIMD2<Double>) {
            let (into, out, distance) = (entering - shift, leaving - shift, entering - freshShift)
            product += into.x * into.y - out.x * out.y
            freshProduct += distance.x * distance.y
            sum += into - out
            squares += into * into - out * out
            freshSum += distance
            freshSquares += distance * distance
        }

        mutating func renew(_ count: Int) {
            (sum, squares, product, shift) = (freshSum, freshSquares, freshProduct, freshShift)
            (freshSum, freshSquares, freshProduct) = (.zero, .zero, 0)
            freshShift = shift + sum / Double(count)
        }
    }

    /// `first` is the first pair of all.
    init(count: Int, first: Pair) {
        self.count = count
        firsts = Tape(window: count, filledWith: first.first)
        seconds = Tape(window: count, filledWith: first.second)
        let shift = SIMD2(first.first, first.second)
        kept = Kept(shift: shift, freshShift: shift)
    }

    /// Where the numbers of the block are to be put before they are summed.
    var first: UnsafeMutablePointer<Double> { firsts.numbers }
    var second: UnsafeMutablePointer<Double> { seconds.numbers }

    /// Sums what was put, and goes on to the next block.
    mutating func take(_ length: Int) {
        let (count, first, second) = (count, firsts.numbers, seconds.numbers)
        var bar = 0
        while bar < length {
            let begin = bar
            let end = min(length, bar &+ (count &- place))
            var kept = kept
            while bar < end {
                let old = bar &- count
                kept.take(SIMD2(first[bar], second[bar]), SIMD2(first[old], second[old]))
                put(kept, at: bar)
                bar &+= 1
            }
            place &+= end &- begin
            if place == count {
                kept.renew(count)
                place = 0
                put(kept, at: bar &- 1)
            }
            self.kept = kept
        }
        // Where one of both is equal in all of the window, its variance and the covariance are zero.
        let (sums, products) = (firstSums.numbers, products.numbers)
        let (ones, others) = (firstSquares.numbers, secondSquares.numbers)
        firstRun.take(first, length, ofAtLeast: count) {
            (ones[$0], sums[$0], products[$0]) = (-.infinity, 0, 0)
        }
        secondRun.take(second, length, ofAtLeast: count) {
            (others[$0], sums[$0], products[$0]) = (-.infinity, 0, 0)
        }
        firsts.advance(by: length)
        seconds.advance(by: length)
    }

    @inline(__always)
    private func put(_ kept: Kept, at bar: Int) {
        (firstSums.numbers[bar], secondSums.numbers[bar]) = (kept.sum.x, kept.sum.y)
        (firstSquares.numbers[bar], secondSquares.numbers[bar]) = (kept.squares.x, kept.squares.y)
        products.numbers[bar] = kept.product
    }

    /// Of a bar of the block.
    @inline(__always)
    func covariance(_ bar: Int) -> Double {
        let product = firstSums.numbers[bar] * (secondSums.numbers[bar] / Double(count))
        return (products.numbers[bar] - product) / Double(count)
    }

    @inline(__always)
    func firstVariance(_ bar: Int) -> Double { variance(firstSums.numbers[bar], firstSquares.numbers[bar]) }

    @inline(__always)
    func secondVariance(_ bar: Int) -> Double {
        variance(secondSums.numbers[bar], secondSquares.numbers[bar])
    }

    @inline(__always)
    private func variance(_ sum: Double, _ squares: Double) -> Double {
        let spread = squares - sum * (sum / Double(count))
        return (spread > 0 ? spread : 0) / Double(count)
    }
}
