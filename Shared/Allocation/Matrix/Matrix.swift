import CMatrix

/// A table of numbers, row after row in one piece of memory.
public struct Matrix: Sendable, Equatable {
    public let rows: Int
    public let columns: Int
    public internal(set) var numbers: [Double]

    public init(rows: Int, columns: Int, repeating number: Double = 0) {
        self.rows = rows
        self.columns = columns
        numbers = Array(repeating: number, count: rows * columns)
    }

    public init(rows: Int, columns: Int, _ numbers: [Double]) {
        precondition(numbers.count == rows * columns, "a number for each place")
        self.rows = rows
        self.columns = columns
        self.numbers = numbers
    }

    public subscript(row: Int, column: Int) -> Double {
        @inline(__always) get { numbers[row * columns + column] }
        @inline(__always) set { numbers[row * columns + column] = newValue }
    }

    public var diagonal: [Double] { (0..<min(rows, columns)).map { self[$0, $0] } }

    public func row(_ row: Int) -> ArraySlice<Double> { numbers[(row * columns)..<((row + 1) * columns)] }

    /// Puts numbers into a row, from a column on.
    mutating func put(_ numbers: ArraySlice<Double>, at row: Int, _ column: Int) {
        let from = row * columns + column
        self.numbers.withUnsafeMutableBufferPointer { own in
            for (place, number) in numbers.enumerated() { own[from + place] = number }
        }
    }

    /// Adds numbers to a row.
    mutating func add(_ numbers: ArraySlice<Double>, times factor: Double, to row: Int) {
        let from = row * columns
        self.numbers.withUnsafeMutableBufferPointer { own in
            for (place, number) in numbers.enumerated() { own[from + place] += factor * number }
        }
    }

    /// The matrix times a column of numbers.
    public func times(_ vector: [Double]) -> [Double] {
        precondition(vector.count == columns)
        return (0..<rows).map { dot(row($0), vector[...]) }
    }

    /// What `vector` gives on both sides: vᵀ · self · v.
    public func form(_ vector: [Double]) -> Double {
        var sum = 0.0
        for row in 0..<rows where vector[row] != 0 { sum += vector[row] * dot(self.row(row), vector[...]) }
        return sum
    }

    /// The rows and columns of these places alone.
    public func part(_ places: [Int]) -> Matrix {
        var part = Matrix(rows: places.count, columns: places.count)
        for (i, row) in places.enumerated() {
            for (j, column) in places.enumerated() { part[i, j] = self[row, column] }
        }
        return part
    }

    /// As many as the processors that there are: it changes the time, and not a bit of the outcome.
    public static let threads = Int(tradewind_processors())

    /// The products of its columns with its columns, each less its mean where means are given. `lanesMax` and `threads` are
    /// for tests, which hold narrow vectors against wide ones, and one thread against several.
    public func gram(
        around means: [Double]? = nil, lanesMax: Int = 8, threads: Int = Matrix.threads
    ) -> Matrix {
        precondition(means.map { $0.count == columns } ?? true)
        var gram = Matrix(rows: columns, columns: columns)
        func multiply(_ means: UnsafePointer<Double>?) {
            gram.numbers.withUnsafeMutableBufferPointer { out in
                numbers.withUnsafeBufferPointer { from in
                    guard let from = from.baseAddress, let out = out.baseAddress else { return }
                    tradewind_gram(
                        from, means, rows, columns, columns, out, columns, 0, Int32(lanesMax), Int32(threads))
                }
            }
        }
        if let means { means.withUnsafeBufferPointer { multiply($0.baseAddress) } } else { multiply(nil) }
        gram.mirrorUpper()
        return gram
    }

    /// The mean of each column.
    var means: [Double] {
        var means = Array(repeating: 0.0, count: columns)
        let (rows, count) = (rows, columns)
        numbers.withUnsafeBufferPointer { numbers in
            means.withUnsafeMutableBufferPointer { means in
                for row in 0..<rows {
                    for column in 0..<count { means[column] += numbers[row * count + column] }
                }
                for column in 0..<count { means[column] /= Double(rows) }
            }
        }
        return means
    }

    /// Copies what stands above the diagonal below it.
    mutating func mirrorUpper() {
        let count = columns
        numbers.withUnsafeMutableBufferPointer { numbers in
            // In squares that stay in the cache: column by column would fetch a line for each number.
            for top in stride(from: 0, to: count, by: 32) {
                for left in stride(from: 0, through: top, by: 32) {
                    for row in top..<min(top + 32, count) {
                        for column in left..<min(left + 32, row) {
                            numbers[row * count + column] = numbers[column * count + row]
                        }
                    }
                }
            }
        }
    }
}

/// The sum of products, from the first to the last.
func dot(_ one: ArraySlice<Double>, _ other: ArraySlice<Double>) -> Double {
    precondition(one.count == other.count)
    return one.withUnsafeBufferPointer { one in
        other.withUnsafeBufferPointer { other in
            // Four sums side by side: one alone would wait for itself at every step. Their order is fixed, so the bits are.
            var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
            var place = 0
            while place + 4 <= one.count {
                a += one[place] * other[place]
                b += one[place + 1] * other[place + 1]
                c += one[place + 2] * other[place + 2]
                d += one[place + 3] * other[place + 3]
                place += 4
            }
            while place < one.count {
                a += one[place] * other[place]
                place += 1
            }
            return (a + b) + (c + d)
        }
    }
}

func dot(_ one: [Double], _ other: [Double]) -> Double { dot(one[...], other[...]) }
