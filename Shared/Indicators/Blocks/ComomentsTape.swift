import CColumns

/// The sums of which variances and covariance of the windows of two columns are made: what `RollingComoments` keeps, the
/// same bits.
struct ComomentsTape: ~Copyable {
    private let firsts: Tape
    private let seconds: Tape
    private let count: Int
    private var kept: tradewind_comoments
    private var place = 0
    private var firstRun = EqualRun()
    private var secondRun = EqualRun()
    /// For each bar of the block.
    private let firstSums = Tape()
    private let firstSquares = Tape()
    private let secondSums = Tape()
    private let secondSquares = Tape()
    private let products = Tape()

    /// `first` is the first pair of all.
    init(count: Int, first: Pair) {
        self.count = count
        firsts = Tape(window: count, filledWith: first.first)
        seconds = Tape(window: count, filledWith: first.second)
        kept = tradewind_comoments(
            first: tradewind_moments(beginningAt: first.first),
            second: tradewind_moments(beginningAt: first.second), product: 0, fresh_product: 0)
    }

    /// Where the numbers of the block are to be put before they are summed.
    var first: UnsafeMutablePointer<Double> { firsts.numbers }
    var second: UnsafeMutablePointer<Double> { seconds.numbers }

    /// Sums what was put, and goes on to the next block.
    mutating func take(_ length: Int) -> Figures {
        let figures = take(UnsafePointer(firsts.numbers), UnsafePointer(seconds.numbers), length)
        firsts.advance(by: length)
        seconds.advance(by: length)
        return figures
    }

    /// Sums a block of two columns; all of their blocks are summed in this way.
    mutating func take(_ pairs: PairSource, _ bar: Int, _ length: Int) -> Figures {
        take(firsts.lend(pairs.first, bar, length), seconds.lend(pairs.second, bar, length), length)
    }

    private mutating func take(
        _ first: UnsafePointer<Double>, _ second: UnsafePointer<Double>, _ length: Int
    ) -> Figures {
        let count = count
        let figures = Figures(sums: sums(from: 0), count: count)
        var bar = 0
        while bar < length {
            let part = min(length &- bar, count &- place)
            var sums = sums(from: bar)
            tradewind_comoments_take(&kept, first + bar, second + bar, count, part, &sums)
            bar &+= part
            place &+= part
            if place == count {
                kept.renew(count)
                place = 0
                figures.put(kept, at: bar &- 1)
            }
        }
        // Where one of both is equal in all of the window, its variance and the covariance are zero.
        firstRun.take(first, length, equals: tradewind_equals(first, length), ofAtLeast: count) {
            figures.forget($0, figures.sums.first_squares)
        }
        secondRun.take(second, length, equals: tradewind_equals(second, length), ofAtLeast: count) {
            figures.forget($0, figures.sums.second_squares)
        }
        return figures
    }

    private func sums(from bar: Int) -> tradewind_comoment_sums {
        tradewind_comoment_sums(
            first: firstSums.numbers + bar, first_squares: firstSquares.numbers + bar,
            second: secondSums.numbers + bar, second_squares: secondSquares.numbers + bar,
            products: products.numbers + bar)
    }

    /// The figures of a block, by their places alone, as in `MomentsTape`.
    struct Figures {
        fileprivate let sums: tradewind_comoment_sums
        fileprivate let count: Int

        fileprivate func put(_ kept: tradewind_comoments, at bar: Int) {
            (sums.first[bar], sums.second[bar]) = (kept.first.sum, kept.second.sum)
            (sums.first_squares[bar], sums.second_squares[bar]) = (kept.first.squares, kept.second.squares)
            sums.products[bar] = kept.product
        }

        fileprivate func forget(_ bar: Int, _ squares: UnsafeMutablePointer<Double>) {
            (squares[bar], sums.first[bar], sums.products[bar]) = (-.infinity, 0, 0)
        }

        /// Of a bar of the block.
        @inline(__always)
        func covariance(_ bar: Int) -> Double {
            let product = sums.first[bar] * (sums.second[bar] / Double(count))
            return (sums.products[bar] - product) / Double(count)
        }

        @inline(__always)
        func secondVariance(_ bar: Int) -> Double {
            let (sum, squares) = (sums.second[bar], sums.second_squares[bar])
            let spread = squares - sum * (sum / Double(count))
            return (spread > 0 ? spread : 0) / Double(count)
        }

        /// Puts the correlation at each bar of the block; NaN where one of both does not move.
        func putCorrelations(_ length: Int, into out: UnsafeMutablePointer<Double>) {
            var sums = sums
            tradewind_correlations(&sums, Double(count), length, out)
        }
    }
}

extension tradewind_comoments {
    mutating func renew(_ count: Int) {
        first.renew(count)
        second.renew(count)
        (product, fresh_product) = (fresh_product, 0)
    }
}
