/// The least of cost · x where rows · x and x lie between bounds, by the revised simplex method with bounds.
///
/// Each row has a variable of its own that stands for its product and bears its bounds, so there is always a basis to begin
/// with. The inverse of the basis is kept whole: allocation has few rows and many columns.
struct LinearProgram {
    var cost: [Double]
    var rows: Matrix
    var rowBounds: [ClosedRange<Double>]
    var bounds: [ClosedRange<Double>]

    struct Answer {
        var x: [Double]
        /// What a row's bound costs: the rise of the least when the bound rises by one.
        var multipliers: [Double]
        /// Variables between their bounds, and rows whose products are at theirs: as many as the former.
        var free: [Int]
        var tight: [(row: Int, isUpper: Bool)]
    }

    func solve() throws(SolverFailure) -> Answer {
        var simplex = Simplex(self)
        try simplex.findFeasible()
        try simplex.improve()
        return try simplex.answer()
    }
}
