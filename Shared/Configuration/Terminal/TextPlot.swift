/// A curve in letters: each holds two columns and four rows of dots.
public struct TextPlot: Sendable {
    private let values: [Double]
    private let width: Int
    private let height: Int

    /// In letters.
    public init(_ values: [Double], width: Int = 60, height: Int = 8) {
        self.values = values.filter(\.isFinite)
        self.width = max(width, 2)
        self.height = max(height, 2)
    }

    /// The lines from the top; none where there are no two values. The first and last bear the greatest and the least.
    public func lines(label: (Double) -> String) -> [String] {
        guard values.count > 1, let low = values.min(), let high = values.max() else { return [] }
        var dots = Array(repeating: Array(repeating: UInt32(0), count: width), count: height)
        let (columns, rows) = (2 * width, 4 * height)
        var before: Int?
        for column in 0..<columns {
            let row = self.row(at: column, columns, rows, low, high)
            // A steep curve has no holes: it is drawn from the dot before to this one.
            for each in min(row, before ?? row)...max(row, before ?? row) { set(column, each, &dots) }
            before = row
        }
        let labels = dots.indices.map { $0 == 0 ? label(high) : $0 == height - 1 ? label(low) : "" }
        let room = labels.map(\.count).max() ?? 0
        return zip(labels, dots).map { label, letters in
            let text = letters.map { String(UnicodeScalar(0x2800 + $0).map(Character.init) ?? " ") }.joined()
            return String(repeating: " ", count: room - label.count) + label + " ┤" + text
        }
    }

    /// The row from the top at which a column has its dot: of the values that share it, their mean.
    private func row(at column: Int, _ columns: Int, _ rows: Int, _ low: Double, _ high: Double) -> Int {
        let from = column * (values.count - 1) / (columns - 1)
        let to = max(from + 1, (column + 1) * (values.count - 1) / (columns - 1))
        let shared = values[from..<min(to, values.count)]
        let mean = shared.reduce(0, +) / Double(shared.count)
        guard high > low else { return rows / 2 }
        return min(rows - 1, max(0, Int(((high - mean) / (high - low) * Double(rows - 1)).rounded())))
    }

    private func set(_ column: Int, _ row: Int, _ dots: inout [[UInt32]]) {
        let bits: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
        dots[row / 4][column / 2] |= bits[row % 4][column % 2]
    }
}
