import Glibc

/// A small picture of a series in text: a line of dots, eight to a character, with the extremes beside it.
///
///     0.71 ┤⠀⠀⣠⠞⠳⡄
///    -0.20 ┤⠴⠋⠀⠀⠀⠹
public struct Plot: Sendable {
    private let rows: Int
    private let columns: Int
    private let labelWidth: Int

    /// As wide as that many characters, labels included, and so many lines high.
    public init(width: Int, height: Int, labelWidth: Int = 9) {
        precondition(width > labelWidth + 2 && height >= 1, "a plot of \(width) × \(height) shows nothing")
        self.labelWidth = labelWidth
        columns = width - labelWidth - 2
        rows = height
    }

    /// The lines of the picture; none where there is no number. Where a value is missing, nothing is drawn.
    public func lines(_ numbers: [Double?], paint: Paint = .plain, style: Style = .cyan) -> [String] {
        let known = numbers.compactMap { $0 }.filter(\.isFinite)
        guard let least = known.min(), let most = known.max() else { return [] }
        var cells = Array(repeating: Array(repeating: UInt32(0), count: columns), count: rows)
        draw(numbers, least, most, into: &cells)
        return cells.enumerated().map { row, dots in
            let label = row == 0 ? Plot.label(most) : row == rows - 1 ? Plot.label(least) : ""
            let pad = String(repeating: " ", count: max(0, labelWidth - label.count))
            let picture = dots.map { Character(Unicode.Scalar(0x2800 + $0) ?? " ") }
            return pad + label + paint(label.isEmpty ? " │" : " ┤", .dim) + paint(String(picture), style)
        }
    }

    /// Each column of dots goes from the smallest to the largest number that it stands for, and reaches to the column
    /// before it, so that the line does not break.
    private func draw(_ numbers: [Double?], _ least: Double, _ most: Double, into cells: inout [[UInt32]]) {
        let (wide, high) = (columns * 2, rows * 4)
        var before: ClosedRange<Int>?
        for column in 0..<wide {
            let first = column * numbers.count / wide
            let end = max(first + 1, (column + 1) * numbers.count / wide)
            let here = numbers[first..<min(end, numbers.count)].compactMap { $0 }.filter(\.isFinite)
            guard let low = here.min(), let top = here.max() else {
                before = nil
                continue
            }
            var dots = level(low, least, most, high)...level(top, least, most, high)
            let own = dots
            if let before {
                if before.upperBound < dots.lowerBound {
                    dots = before.upperBound + 1...dots.upperBound
                } else if before.lowerBound > dots.upperBound {
                    dots = dots.lowerBound...before.lowerBound - 1
                }
            }
            for dot in dots { Plot.set(column, high - 1 - dot, in: &cells) }
            before = own
        }
    }

    private func level(_ number: Double, _ least: Double, _ most: Double, _ high: Int) -> Int {
        // Halved, so that the difference of the largest numbers there are does not overflow.
        let span = most / 2 - least / 2
        guard span > 0 else { return high / 2 }
        return min(high - 1, max(0, Int((number / 2 - least / 2) / span * Double(high - 1) + 0.5)))
    }

    /// The dots of a character of Braille are numbered down the left side, down the right side, and then the last row.
    private static func set(_ x: Int, _ y: Int, in cells: inout [[UInt32]]) {
        let bits: [[UInt32]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]
        cells[y / 4][x / 2] |= bits[x % 2][y % 4]
    }

    /// A number in four digits.
    public static func label(_ number: Double) -> String {
        var text = [CChar](repeating: 0, count: 32)
        let count = withVaList([number]) { vsnprintf(&text, text.count, "%.4g", $0) }
        return String(decoding: text.prefix(Int(count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
