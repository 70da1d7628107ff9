import Glibc

/// One step of a program: takes cells of a frame, and fills others.
struct Instruction: BitwiseCopyable, Sendable {
    enum Operation: UInt8 {
        case plus, minus, times, over, power
        case less, lessOrEqual, equal
        case and, or, not
        case negative, magnitude, smaller, larger, root, logarithm, exponential, sign, floor
        case choose, known, otherwise
        /// A move into another cell.
        case copy
        /// What it was `b` bars ago; the cells from `c` on hold a place and that many values.
        case ago
        /// 1 where a came to lie above b, -1 below, 0 else; cell `c` holds the side.
        case crossing
        /// Bars since a condition held; cell `c` counts.
        case since
        /// b as it was when a condition last held; cell `c` keeps it.
        case when
        /// Indicator number `b` with its input at `a`; `c` figures.
        case indicator
    }

    var operation: Operation
    var to: Int32
    var a: Int32 = 0
    var b: Int32 = 0
    var c: Int32 = 0
}

/// In a frame a figure that there is not is a NaN, and a condition is 1 or 0, or a NaN where it cannot be said: so what
/// hangs on nothing is nothing, without a question. Infinite results are nothing too, and nothing leaves a frame.
typealias Cells = UnsafeMutablePointer<Double>

@inline(__always) private func finite(_ value: Double) -> Double { value - value == 0 ? value : .nan }

extension Instruction.Operation {
    /// What hangs on the numbers alone; used at each bar, and once where all of them are known beforehand.
    @inline(__always)
    func result(_ a: Double, _ b: Double, _ c: Double) -> Double {
        switch self {
        case .plus: return finite(a + b)
        case .minus: return finite(a - b)
        case .times: return finite(a * b)
        case .over: return finite(a / b)
        case .power: return finite(pow(a, b))
        case .less: return a < b ? 1 : a >= b ? 0 : .nan
        case .lessOrEqual: return a <= b ? 1 : a > b ? 0 : .nan
        case .equal: return a == b ? 1 : a - b == a - b ? 0 : .nan
        case .and: return a * b
        case .or: return a + b - a * b
        case .not: return 1 - a
        case .negative: return -a
        case .magnitude: return a.magnitude
        case .smaller: return a < b ? a : a >= b ? b : .nan
        case .larger: return a > b ? a : a <= b ? b : .nan
        case .root: return finite(a.squareRoot())
        case .logarithm: return finite(log(a))
        case .exponential: return finite(exp(a))
        case .sign: return a > 0 ? 1 : a < 0 ? -1 : a
        case .floor: return a.rounded(.down)
        case .choose: return a == 1 ? b : a == 0 ? c : .nan
        case .known: return a == a ? 1 : 0
        case .otherwise: return a == a ? a : b
        case .copy: return a
        case .ago, .crossing, .since, .when, .indicator: return .nan
        }
    }
}
