import Testing

@testable import Allocation

@Suite struct MatrixTests {
    /// The products summed one after the other.
    private func plain(_ matrix: Matrix) -> Matrix {
        var gram = Matrix(rows: matrix.columns, columns: matrix.columns)
        for i in 0..<matrix.columns {
            for j in 0..<matrix.columns {
                var sum = 0.0
                for row in 0..<matrix.rows { sum += matrix[row, i] * matrix[row, j] }
                gram[i, j] = sum
            }
        }
        return gram
    }

    @Test(
        "products of columns have the same bits as sums from the first to the last, however wide vectors are",
        arguments: [(1, 1), (3, 2), (255, 23), (256, 24), (257, 25), (600, 49), (2, 60)])
    func gram(rows: Int, columns: Int) {
        var chance = Chance(rows * 1000 + columns)
        let matrix = chance.matrix(rows, columns)
        let right = plain(matrix)
        for lanes in [1, 2, 4, 8] { #expect(matrix.gram(lanesMax: lanes) == right, "lanes \(lanes)") }
    }

    @Test("however many threads there are, the bits are the same", arguments: [95, 96, 97, 240])
    func threads(columns: Int) {
        var chance = Chance(columns)
        // So large that it is divided.
        let matrix = chance.matrix(4_500_000 / (columns * columns), columns)
        let alone = matrix.gram(threads: 1)
        for threads in [2, 3, 4, 9] { #expect(matrix.gram(threads: threads) == alone, "\(threads) threads") }
        #expect(alone == plain(matrix))
        #expect(matrix.gram(around: matrix.means) == Centred(matrix).numbers.gram(threads: 1))
    }

    @Test("what is solved gives the right side back", arguments: [1, 2, 31, 32, 33, 70, 130])
    func solves(count: Int) throws {
        var chance = Chance(count)
        let matrix = chance.covariance(count)
        let right = (0..<count).map { _ in chance.number(-1...1) }
        let factor = try #require(Cholesky(matrix))
        for (one, other) in zip(matrix.times(factor.solve(right)), right) { #expect(abs(one - other) < 1e-9) }
    }

    @Test(
        "what is known of the rest is taken from it",
        arguments: [(1, 1), (31, 5), (32, 32), (33, 40), (70, 2)])
    func reduces(count: Int, width: Int) throws {
        var chance = Chance(count)
        let (matrix, block) = (chance.covariance(count), chance.matrix(count, width))
        let whole = chance.covariance(width)
        let (factor, rest) = try #require(Cholesky.reducing(matrix, block, from: whole, tolerance: 1e-10))
        let alone = try #require(Cholesky(matrix))
        let one = (0..<count).map { Double($0) }
        #expect(factor.solve(one) == alone.solve(one), "to the last bit")
        for column in 0..<width {
            let solved = alone.solve((0..<count).map { block[$0, column] })
            for row in 0..<width {
                let known = (0..<count).reduce(0) { $0 + block[$1, row] * solved[$1] }
                let scale = max(1, known.magnitude)
                #expect(abs(whole[row, column] - known - rest[row, column]) < 1e-8 * scale)
            }
        }
        #expect(
            Cholesky.reducing(
                Matrix(rows: 1, columns: 1), Matrix(rows: 1, columns: 1), from: whole.part([0]), tolerance: 0)
                == nil)
    }

    @Test("what is known of a diagonal is the same in less work", arguments: [1, 2, 31, 32, 33, 70, 130])
    func reducesDiagonal(count: Int) throws {
        var chance = Chance(count)
        let (matrix, whole) = (chance.covariance(count), chance.covariance(count))
        let diagonal = (0..<count).map { _ in chance.number(0...1) }
        var block = Matrix(rows: count, columns: count)
        for place in 0..<count { block[place, place] = diagonal[place] }
        let long = try #require(Cholesky.reducing(matrix, block, from: whole, tolerance: 1e-10))
        let short = try #require(
            Cholesky.reducing(matrix, diagonal: diagonal, from: whole, tolerance: 1e-10))
        #expect(short.rest == long.rest, "to the last bit")
        let one = (0..<count).map { Double($0) }
        #expect(short.factor.solve(one) == long.factor.solve(one))
    }

    @Test("a matrix whose rows say the same is not solved")
    func singular() {
        var chance = Chance(5)
        let short = chance.returns(20, 30)
        #expect(Cholesky(CovarianceEstimate.sample.matrix(short)) == nil, "20 days of 30 instruments")
        var twins = chance.returns(100, 3)
        for row in 0..<100 { twins[row, 2] = 2 * twins[row, 0] }
        #expect(Cholesky(CovarianceEstimate.sample.matrix(twins)) == nil, "one is twice another")
        #expect(Cholesky(Matrix(rows: 2, columns: 2, [1, 2, 2, 1])) == nil, "no covariance at all")
    }

    @Test("a triangle that grew and shrank is that of what is left", arguments: 0..<20)
    func grows(seed: Int) throws {
        var chance = Chance(seed)
        let matrix = chance.covariance(12)
        var triangle = GrowingCholesky(capacity: 12)
        var members: [Int] = []
        for _ in 0..<60 {
            let absent = (0..<12).filter { !members.contains($0) }
            if let next = absent.randomElement(using: &chance), chance.number(0...1) < 0.6 {
                let row = (members + [next]).map { matrix[next, $0] }
                let isNew = triangle.append(row, tolerance: 1e-12)
                #expect(isNew)
                members.append(next)
            } else if let place = members.indices.randomElement(using: &chance) {
                triangle.remove(at: place)
                members.remove(at: place)
            }
        }
        var x = members.map { _ in chance.number(-1...1) }
        let right = x
        triangle.solveLower(&x)
        triangle.solveUpper(&x)
        for (one, other) in zip(matrix.part(members).times(x), right) { #expect(abs(one - other) < 1e-8) }
        let again = members.first.map { first in (members + [first]).map { matrix[first, $0] } }
        if let again {
            let isNew = triangle.append(again, tolerance: 1e-11)
            #expect(!isNew, "what is there already adds nothing")
        }
    }

    @Test("an inverse is one, and a matrix without one has none")
    func inverts() throws {
        var chance = Chance(9)
        let matrix = chance.matrix(17, 17)
        let inverse = try #require(matrix.inverse())
        for row in 0..<17 {
            let product = inverse.times((0..<17).map { matrix[$0, row] })
            var rest = product
            rest[row] -= 1
            #expect(rest.allSatisfy { $0.magnitude < 1e-9 })
        }
        #expect(Matrix(rows: 2, columns: 2, [1, 2, 2, 4]).inverse() == nil)
    }
}
