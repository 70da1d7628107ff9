extension Matrix {
    /// The inverse, by elimination with the firmest pivot; none where there is none.
    func inverse() -> Matrix? {
        var left = self
        var right = Matrix(rows: rows, columns: rows)
        for place in 0..<rows { right[place, place] = 1 }
        for column in 0..<rows {
            var firmest = column
            for row in column..<rows where left[row, column].magnitude > left[firmest, column].magnitude {
                firmest = row
            }
            guard left[firmest, column].magnitude > 1e-13 else { return nil }
            if firmest != column {
                for place in 0..<rows {
                    (left[column, place], left[firmest, place]) = (left[firmest, place], left[column, place])
                    (right[column, place], right[firmest, place]) = (
                        right[firmest, place], right[column, place]
                    )
                }
            }
            let factor = 1 / left[column, column]
            left.scaleRow(column, by: factor)
            right.scaleRow(column, by: factor)
            for row in 0..<rows where row != column && left[row, column] != 0 {
                let share = left[row, column]
                left.takeRow(column, times: share, from: row)
                right.takeRow(column, times: share, from: row)
            }
        }
        return right
    }

    fileprivate mutating func scaleRow(_ row: Int, by factor: Double) {
        for place in (row * columns)..<((row + 1) * columns) { numbers[place] *= factor }
    }

    fileprivate mutating func takeRow(_ other: Int, times share: Double, from row: Int) {
        let columns = columns
        numbers.withUnsafeMutableBufferPointer { numbers in
            for place in 0..<columns {
                numbers[row * columns + place] -= share * numbers[other * columns + place]
            }
        }
    }
}
