@testable import Allocation

/// Numbers drawn by chance, the same ones for the same seed.
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    mutating func number(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &self) }

    mutating func matrix(_ rows: Int, _ columns: Int, _ range: ClosedRange<Double> = -1...1) -> Matrix {
        Matrix(rows: rows, columns: columns, (0..<(rows * columns)).map { _ in number(range) })
    }

    /// Returns of some days, with something in common between instruments.
    mutating func returns(_ days: Int, _ count: Int) -> Matrix {
        let shares = (0..<count).map { _ in number(0.3...1.5) }
        let noise = (0..<count).map { _ in number(0.005...0.03) }
        var returns = Matrix(rows: days, columns: count)
        for day in 0..<days {
            let common = number(-0.015...0.015)
            for column in 0..<count {
                returns[day, column] =
                    0.002 + shares[column] * common + number(-noise[column]...noise[column])
            }
        }
        return returns
    }

    /// A covariance of so many instruments.
    mutating func covariance(_ count: Int) -> Matrix {
        CovarianceEstimate.sample.matrix(returns(3 * count + 10, count))
    }

    mutating func question(_ days: Int, _ count: Int) -> AllocationQuestion {
        let returns = returns(days, count)
        return AllocationQuestion(
            (0..<count).map { place in
                AllocationQuestion.Wish(
                    strength: number(0.1...1), confidence: number(0.1...1), volatility: number(0.1...0.6),
                    held: 1 / Double(count), sector: place % 3)
            }, returns: returns)
    }
}
