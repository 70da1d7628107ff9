import Statistics
import Strategies

/// The points of a sweep. Each follows from its number, so a plan of millions takes no memory, and a sweep can go on
/// anywhere.
public struct SweepPlan: Sendable {
    public enum Sampling: Sendable, Equatable {
        /// Every combination of the values, the last axis changing fastest.
        case grid
        /// So many points, each drawn anew.
        case random(Int)
        /// So many points of which each axis is covered evenly: it is cut into as many pieces, and each piece has one.
        case latinHypercube(Int)
    }

    public let axes: [SweepAxis]
    public let sampling: Sampling
    public let seed: UInt64
    /// How many points there are.
    public let count: Int
    private let base: Arguments
    /// Under `latinHypercube`, the piece of each point, axis by axis.
    private var pieces: [[UInt32]] = []

    /// More points than that are a mistake.
    public static let pointsMax = 10_000_000

    /// `axes` are texts as `SweepAxis` reads them; `given` holds for every point.
    public init(
        _ parameters: [Parameter], axes texts: [String], given: [(name: String, text: String)] = [],
        sampling: Sampling = .grid, seed: UInt64 = 1, of strategy: String
    ) throws(ParameterError) {
        try self.init(
            parameters, axes: texts, base: try Arguments(parameters, given: given, of: strategy),
            sampling: sampling, seed: seed, of: strategy)
    }

    /// `base` holds for every point, but for the axes.
    public init(
        _ parameters: [Parameter], axes texts: [String], base: Arguments, sampling: Sampling = .grid,
        seed: UInt64 = 1, of strategy: String
    ) throws(ParameterError) {
        precondition(base.names == parameters.map(\.name), "every parameter has a value beneath the axes")
        self.base = base
        var axes: [SweepAxis] = []
        for text in texts {
            let axis = try SweepAxis(text, parameters, of: strategy)
            guard !axes.contains(where: { $0.name == axis.name }) else {
                throw ParameterError(
                    "there are two axes of \(axis.name): one with all its values would be right")
            }
            axes.append(axis)
        }
        self.axes = axes
        self.sampling = sampling
        self.seed = seed
        switch sampling {
        case .grid: count = try SweepPlan.size(of: axes)
        case .random(let wanted): count = wanted
        case .latinHypercube(let wanted):
            count = wanted
            pieces = axes.indices.map { SweepPlan.shuffled(wanted, seed: seed, axis: $0) }
        }
        guard count <= SweepPlan.pointsMax else { throw SweepPlan.tooMany }
    }

    private static func size(of axes: [SweepAxis]) throws(ParameterError) -> Int {
        var size = 1
        for axis in axes {
            guard let count = axis.count else {
                throw ParameterError(
                    "\(axis.name) has no step, so there is no grid: a step such as 0.5..3/0.5, or samples (--random, "
                        + "--lhs) would be right")
            }
            size *= count
            guard size <= pointsMax else { throw tooMany }
        }
        return size
    }

    private static var tooMany: ParameterError {
        ParameterError("the sweep has more than \(pointsMax) points: larger steps or samples would be right")
    }

    private static func shuffled(_ count: Int, seed: UInt64, axis: Int) -> [UInt32] {
        var random = SeededGenerator(seed: seed &+ UInt64(axis) &* 0xA076_1D64_78BD_642F)
        var pieces = (0..<UInt32(clamping: count)).map { $0 }
        for last in pieces.indices.dropFirst().reversed() {
            pieces.swapAt(last, random.index(below: last + 1))
        }
        return pieces
    }

    /// The arguments of a point.
    public func arguments(_ point: Int) -> Arguments {
        var arguments = base
        switch sampling {
        case .grid:
            for (axis, value) in zip(axes, coordinates(point)) {
                arguments.set(axis.place, to: axis[value])
            }
        case .random, .latinHypercube:
            for (axis, share) in zip(axes, shares(point)) {
                arguments.set(axis.place, to: axis.argument(at: share))
            }
        }
        return arguments
    }

    /// Which value of each axis a point of the grid has.
    func coordinates(_ point: Int) -> [Int] {
        var rest = point
        var coordinates = Array(repeating: 0, count: axes.count)
        for place in axes.indices.reversed() {
            let count = axes[place].count ?? 1
            coordinates[place] = rest % count
            rest /= count
        }
        return coordinates
    }

    /// Where a sample lies on each axis, from 0 to below 1.
    private func shares(_ point: Int) -> [Double] {
        // A generator of its own for each point: the next numbers of a common one would depend on the order of work.
        var random = SeededGenerator(seed: (seed &+ 1) &* 0x9E6C_63D0_876A_46E5 ^ UInt64(point))
        return axes.indices.map { axis in
            let fraction = random.fraction()
            guard case .latinHypercube = sampling else { return fraction }
            return (Double(pieces[axis][point]) + fraction) / Double(count)
        }
    }

    /// Every listed value of every axis once, others at the first of theirs: among these the edges are.
    public var alongAxes: [Arguments] {
        var corner = base
        for axis in axes where axis.count != nil { corner.set(axis.place, to: axis[0]) }
        return axes.flatMap { axis in
            (0..<(axis.count ?? 0)).map { value in
                var arguments = corner
                arguments.set(axis.place, to: axis[value])
                return arguments
            }
        }
    }

    /// Where a point lies on each axis, from 0 to 1: for distances and maps.
    func position(_ point: Int) -> [Double] {
        let arguments = arguments(point)
        return axes.map { $0.share(of: arguments.values[$0.place]) }
    }
}
