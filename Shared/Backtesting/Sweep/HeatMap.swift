/// The scores of a sweep over two of its parameters: each cell the mean of the points that fall into it.
public struct HeatMap: Sendable {
    public struct Side: Sendable {
        public let name: String
        /// What each cell stands for: a value, or the first of several.
        public let labels: [String]
    }

    /// To the right, and downwards.
    public let across: Side
    public let down: Side
    /// Row by row; nothing where no point of the cell has a score.
    public let cells: [[Double?]]
    /// A cell is the mean of several points: there are other axes, or more values than cells.
    public let isMean: Bool

    public static let sideMax = 60

    /// Of two axes by their place in the plan, with at most so many cells a side.
    public init(_ survey: SweepSurvey, across: Int, down: Int, columns: Int = sideMax, rows: Int = sideMax) {
        let plan = survey.plan
        let width = HeatMap.cells(plan, across, columns)
        let height = HeatMap.cells(plan, down, rows)
        self.across = HeatMap.side(plan.axes[across], width)
        self.down = HeatMap.side(plan.axes[down], height)
        var sums = Array(repeating: Array(repeating: (sum: 0.0, count: 0), count: width), count: height)
        for number in 0..<survey.count {
            guard let score = survey.score(of: number) else { continue }
            let (column, row) = HeatMap.place(plan, number, across, down, width, height)
            sums[row][column].sum += score
            sums[row][column].count += 1
        }
        isMean = sums.contains { $0.contains { $0.count > 1 } }
        cells = sums.map { $0.map { $0.count == 0 ? nil : $0.sum / Double($0.count) } }
    }

    private static func cells(_ plan: SweepPlan, _ axis: Int, _ most: Int) -> Int {
        let values = plan.axes[axis].count ?? Int.max
        guard case .grid = plan.sampling else {
            // Samples are thin: so many cells that most have one.
            return max(1, min(values, most, max(2, Int(Double(plan.count).squareRoot() / 1.5))))
        }
        return max(1, min(values, most))
    }

    private static func place(
        _ plan: SweepPlan, _ number: Int, _ across: Int, _ down: Int, _ width: Int, _ height: Int
    ) -> (Int, Int) {
        if case .grid = plan.sampling {
            let coordinates = plan.coordinates(number)
            return (
                coordinates[across] * width / (plan.axes[across].count ?? 1),
                coordinates[down] * height / (plan.axes[down].count ?? 1)
            )
        }
        let position = plan.position(number)
        return (
            min(Int(position[across] * Double(width)), width - 1),
            min(Int(position[down] * Double(height)), height - 1)
        )
    }

    private static func side(_ axis: SweepAxis, _ count: Int) -> Side {
        Side(
            name: axis.name,
            labels: (0..<count).map { cell in
                if let values = axis.count { return "\(axis[(cell * values + count - 1) / count])" }
                return short("\(axis.argument(at: Double(cell) / Double(count)))")
            })
    }

    private static func short(_ text: String) -> String {
        guard let point = text.firstIndex(of: ".") else { return text }
        return String(text[..<(text.index(point, offsetBy: 4, limitedBy: text.endIndex) ?? text.endIndex)])
    }

    /// The lowest and the highest cell.
    public var range: ClosedRange<Double>? {
        let known = cells.joined().compactMap { $0 }
        guard let low = known.min(), let high = known.max() else { return nil }
        return low...high
    }

    /// Where a cell lies between the lowest and the highest, from 0 to 1.
    public func level(_ score: Double) -> Double {
        guard let range, range.upperBound > range.lowerBound else { return 1 }
        return (score - range.lowerBound) / (range.upperBound - range.lowerBound)
    }
}
