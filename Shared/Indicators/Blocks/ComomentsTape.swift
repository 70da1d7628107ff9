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

    fileprivate struct Kept {
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
    mutating func take(_ length: Int) -> Figures {
        let (count, first, second) = (count, firsts.numbers, seconds.numbers)
        let figures = Figures(
            firstSums: firstSums.numbers, firstSquares: firstSquares.numbers, secondSums: secondSums.numbers,
            secondSquares: secondSquares.numbers, products: products.numbers, count: count)
        var bar = 0
        while bar < length {
            let begin = bar
            let end = min(length, bar &+ (count &- place))
            var kept = kept
            while bar < end {
                let old = bar &- count
                kept.take(SIMD2(first[bar], second[bar]), SIMD2(first[old], second[old]))
                figures.put(kept, at: bar)
                bar &+= 1
            }
            place &+= end &- begin
            if place == count {
                kept.renew(count)
                place = 0
                figures.put(kept, at: bar &- 1)
            }
            self.kept = kept
        }
        // Where one of both is equal in all of the window, its variance and the covariance are zero.
        firstRun.take(first, length, ofAtLeast: count) {
            figures.forget($0, figures.firstSquares)
        }
        secondRun.take(second, length, ofAtLeast: count) {
            figures.forget($0, figures.secondSquares)
        }
        firsts.advance(by: length)
        seconds.advance(by: length)
        return figures
    }

    /// The figures of a block, by their places alone, as in `MomentsTape`.
    struct Figures {
        fileprivate let firstSums: UnsafeMutablePointer<Double>
        fileprivate let firstSquares: UnsafeMutablePointer<Double>
        fileprivate let secondSums: UnsafeMutablePointer<Double>
        fileprivate let secondSquares: UnsafeMutablePointer<Double>
        fileprivate let products: UnsafeMutablePointer<Double>
        fileprivate let count: Int

        @inline(__always)
        fileprivate func put(_ kept: Kept, at bar: Int) {
            (firstSums[bar], secondSums[bar]) = (kept.sum.x, kept.sum.y)
            (firstSquares[bar], secondSquares[bar]) = (kept.squares.x, kept.squares.y)
            products[bar] = kept.product
        }

        fileprivate func forget(_ bar: Int, _ squares: UnsafeMutablePointer<Double>) {
            (squares[bar], firstSums[bar], products[bar]) = (-.infinity, 0, 0)
        }

        /// Of a bar of the block.
        @inline(__always)
        func covariance(_ bar: Int) -> Double {
            let product = firstSums[bar] * (secondSums[bar] / Double(count))
            return (products[bar] - product) / Double(count)
        }

        @inline(__always)
        func firstVariance(_ bar: Int) -> Double { variance(firstSums[bar], firstSquares[bar]) }
        @inline(__always)
        func secondVariance(_ bar: Int) -> Double { variance(secondSums[bar], secondSquares[bar]) }

        @inline(__always)
        private func variance(_ sum: Double, _ squares: Double) -> Double {
            let spread = squares - sum * (sum / Double(count))
            return (spread > 0 ? spread : 0) / Double(count)
        }
    }
}
