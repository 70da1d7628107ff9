import Dispatch
import Domain
import Portfolio
import Strategies
import Synchronization

/// Runs a strategy at every point of a plan, on all cores, through the very machines of a single run.
///
/// Points are handed out in order and given back in order, whatever the number of cores and whichever is done first. A
/// run leaves nothing behind but its figures, and only a few parcels are under way at a time, so memory does not grow
/// with the plan.
public enum Sweep {
    /// - Parameters:
    ///   - first: the point to begin with; those before it are known already.
    ///   - isStopped: asked before each point; once it says so, what is under way is finished and nothing else begun.
    ///   - take: gets the points in order, one after the other.
    public static func run(
        _ blueprint: some Blueprint, _ plan: SweepPlan, from first: Int = 0, on market: Market,
        _ settings: BacktestSettings, cores: Int,
        isStopped: @escaping @Sendable () -> Bool = { false },
        take: @escaping @Sendable (SweepPoint) throws -> Void
    ) throws {
        let parcel = parcelSize(bars: market.bars.count, points: plan.count - first, cores: cores)
        let queue = Mutex(ParcelQueue(first: first, count: plan.count, parcel: parcel))
        // So many parcels may be ahead of the first that is not done. It begins at zero, because one that ends lower than
        // it began, as after a stop, takes the process with it.
        let room = DispatchSemaphore(value: 0)
        for _ in 0..<(8 * cores) { room.signal() }
        DispatchQueue.concurrentPerform(iterations: cores) { _ in
            while true {
                room.wait()
                guard let range = queue.withLock({ $0.next() }) else {
                    room.signal()
                    return
                }
                let done = Result { try points(blueprint, range, plan, market, settings, isStopped) }
                let freed = queue.withLock { $0.hand(in: done, of: range, to: take) }
                for _ in 0..<freed { room.signal() }
            }
        }
        if let failure = queue.withLock({ $0.failure }) { throw failure }
    }

    /// A parcel's work is worth more than handing it out, and there are enough of them for every core to the end.
    private static func parcelSize(bars: Int, points: Int, cores: Int) -> Int {
        max(1, min(64, min(200_000 / max(bars, 1), points / (8 * cores))))
    }

    private static func points(
        _ blueprint: some Blueprint, _ range: Range<Int>, _ plan: SweepPlan, _ market: Market,
        _ settings: BacktestSettings, _ isStopped: () -> Bool
    ) throws -> [SweepPoint] {
        var points: [SweepPoint] = []
        points.reserveCapacity(range.count)
        for number in range where !isStopped() {
            let arguments = plan.arguments(number)
            var figures: SweepPoint.Figures?
            do {
                let settings = try settings.with(arguments)
                figures = try SweepPoint.Figures(try Backtest.run(blueprint, arguments, on: market, settings))
            } catch is ParameterError {
                figures = nil
            } catch {
                throw SweepError("\(arguments): \(error)")
            }
            // After a stop in between, what follows would leave a gap.
            guard points.count == number - range.lowerBound else { break }
            points.append(SweepPoint(number: number, arguments: arguments, figures: figures))
        }
        return points
    }
}

/// Parcels of points on their way: handed out in order, and passed on in order.
private struct ParcelQueue {
    private(set) var failure: (any Error)?
    private var unassigned: Int
    private let count: Int
    private let parcel: Int
    /// The point that is to be passed on next, and the parcels that were done before their turn.
    private var awaited: Int
    private var early: [Int: [SweepPoint]] = [:]
    private var hasEnded = false

    init(first: Int, count: Int, parcel: Int) {
        unassigned = first
        awaited = first
        self.count = count
        self.parcel = parcel
    }

    mutating func next() -> Range<Int>? {
        guard !hasEnded, unassigned < count else { return nil }
        let range = unassigned..<min(unassigned + parcel, count)
        unassigned = range.upperBound
        return range
    }

    /// Passes on what is complete, and tells how many parcels that were.
    mutating func hand(
        in done: Result<[SweepPoint], any Error>, of range: Range<Int>, to take: (SweepPoint) throws -> Void
    ) -> Int {
        do {
            early[range.lowerBound] = try done.get()
            var passed = 0
            while failure == nil, let points = early.removeValue(forKey: awaited) {
                let end = min(awaited + parcel, count)
                for point in points {
                    try take(point)
                    awaited = point.number + 1
                }
                passed += 1
                // A parcel that was broken off is the last one: what follows would leave a gap.
                if awaited < end {
                    hasEnded = true
                    break
                }
            }
            // Whoever waits has to come and see that there is nothing more.
            return hasEnded ? 1 : passed
        } catch {
            failure = failure ?? error
            hasEnded = true
            return 1
        }
    }
}

/// Something that keeps a sweep from going on, or from beginning.
public struct SweepError: Error, Equatable, CustomStringConvertible {
    public let description: String

    public init(_ sentence: String) { description = sentence }
}

extension BacktestSettings {
    /// What parameters of the allocation are called where a sweep varies them beside those of the strategy.
    public static let allocationPrefix = "allocation."

    /// The settings with what arguments say of the allocation.
    func with(_ arguments: Arguments) throws(ParameterError) -> BacktestSettings {
        let own = zip(arguments.names, arguments.values).filter {
            $0.0.hasPrefix(BacktestSettings.allocationPrefix)
        }
        guard !own.isEmpty else { return self }
        var settings = self
        settings.allocation.rule = try allocation.rule.with(
            own.map { (String($0.0.dropFirst(BacktestSettings.allocationPrefix.count)), $0.1) })
        return settings
    }

    /// The parameters of the allocation that axes such as `allocation.history=60,120` name, so that a plan can vary them.
    public func parameters(of axes: [String]) throws(ParameterError) -> [Parameter] {
        let prefix = BacktestSettings.allocationPrefix
        let own = AllocationRule.listed.first { $0.name == allocation.rule.name }?.parameters ?? []
        var parameters: [Parameter] = []
        for axis in axes where axis.hasPrefix(prefix) {
            let name = axis.dropFirst(prefix.count).prefix { $0 != "=" }
            guard let found = own.first(where: { $0.name == name }) else {
                let list = own.isEmpty ? "it has none" : "it has \(own.map(\.name).joined(separator: ", "))"
                throw ParameterError(
                    "the allocation \(allocation.rule.name) has no parameter \(name); \(list)",
                    unknown: String(name), known: own.map(\.name))
            }
            parameters.append(Parameter(prefix + found.name, found.kind, found.meaning))
        }
        return parameters
    }
}
