import Domain
import Indicators

/// The cells of a program for each instrument, and the indicators that belong to them.
///
/// They lie in plain memory: an array would be asked at each write whether it is shared. Copies share that memory, so
/// whoever holds frames is moved and never copied.
public struct Frames: SharedMemory {
    private let memory: Memory
    private let cells: Cells
    private let indicators: UnsafeMutablePointer<any ListedIndicator>
    private let code: UnsafePointer<Instruction>
    private let length: Int
    private let size: Int
    private let indicatorsOfEach: Int
    private let needsTime: Bool
    private let program: Program
    public let count: Int

    public init(_ program: Program, count: Int) {
        self.program = program
        self.count = count
        memory = Memory(program, count: count)
        cells = memory.cells
        indicators = memory.indicators
        code = UnsafePointer(memory.code)
        length = program.code.count
        size = program.initial.count
        indicatorsOfEach = program.indicators.count
        needsTime = program.usesClock || program.usesSession
    }

    /// What the rules hold of an instrument.
    public func hold(_ position: Double, entry: Double, bars: Double, of instrument: Int) {
        let frame = frame(of: instrument)
        frame[Series.position.rawValue] = position
        frame[Series.entry.rawValue] = entry
        frame[Series.barsSinceEntry.rawValue] = bars
    }

    /// The result of a rule after the last bar; nothing where it cannot be said.
    @inline(__always) public subscript(place: Place, of instrument: Int) -> Double? {
        let value = frame(of: instrument)[place.cell]
        return value == value ? value : nil
    }

    /// Whether a condition held in the last bar.
    @inline(__always) public func holds(_ place: Place, of instrument: Int) -> Bool {
        frame(of: instrument)[place.cell] == 1
    }

    @inline(__always) private func frame(of instrument: Int) -> Cells {
        precondition(UInt(bitPattern: instrument) < UInt(bitPattern: count), "there is no such frame")
        return cells + instrument * size
    }

    /// Takes a bar, and works out everything anew.
    public func update(_ bar: Bar, of instrument: Int, at now: Timestamp) {
        let frame = frame(of: instrument)
        frame[Series.open.rawValue] = Double(bar.open)
        frame[Series.high.rawValue] = Double(bar.high)
        frame[Series.low.rawValue] = Double(bar.low)
        frame[Series.close.rawValue] = Double(bar.close)
        frame[Series.volume.rawValue] = Double(bar.volume)
        if needsTime { memory.clocks[instrument].fill(frame, bar, at: now, program) }
        run(frame, indicators + instrument * indicatorsOfEach)
    }

    @inline(__always)
    private func run(_ frame: Cells, _ indicators: UnsafeMutablePointer<any ListedIndicator>) {
        for place in 0..<length {
            let step = code[place]
            let (to, a, b, c) = (Int(step.to), Int(step.a), Int(step.b), Int(step.c))
            switch step.operation {
            case .indicator:
                if !indicators[b].step(UnsafePointer(frame + a), frame + to) {
                    for each in 0..<c { frame[to + each] = .nan }
                }
            case .crossing: frame[to] = crossing(frame[a], frame[b], &frame[c])
            case .ago: frame[to] = ago(frame[a], bars: b, frame + c)
            case .since:
                frame[c] = frame[a] == 1 ? 0 : frame[c] + 1
                frame[to] = frame[a] == frame[a] ? frame[c] : .nan
            case .when:
                if frame[a] == 1 { frame[c] = frame[b] }
                frame[to] = frame[a] == frame[a] ? frame[c] : .nan
            default: frame[to] = step.operation.result(frame[a], frame[b], frame[c])
            }
        }
    }

    /// Prices are decimals and averages of them are rounded: what differs in the last places of a double alone is equal.
    /// So a crossing of averages is decided as it is on whole numbers.
    @inline(__always)
    private func crossing(_ a: Double, _ b: Double, _ side: inout Double) -> Double {
        let distance = a - b
        guard distance == distance else { return .nan }
        if distance.magnitude <= 1e-12 * (a.magnitude + b.magnitude) { return 0 }
        let now = distance > 0 ? 1.0 : -1
        let before = side
        side = now
        // Where both stand when they are first known is no crossing.
        return before == 0 || before == now ? 0 : now
    }

    @inline(__always)
    private func ago(_ value: Double, bars: Int, _ ring: Cells) -> Double {
        let place = Int(ring[0])
        let old = ring[1 + place]
        ring[1 + place] = value
        ring[0] = place + 1 == bars ? 0 : Double(place + 1)
        return old
    }

    // MARK: What is remembered

    public func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        var written = program.fingerprint
        try walk.integer(&written)
        guard written == program.fingerprint else {
            throw SnapshotMismatch("the rules or the model are not those that the snapshot was made with")
        }
        try walk.count(count)
        try walk.values(at: cells, count: count * size)
        for place in 0..<(count * indicatorsOfEach) { try Frames.remember(&indicators[place], &walk) }
        try walk.values(at: memory.clocks, count: count)
    }

    private static func remember<I: ListedIndicator>(
        _ indicator: inout I, _ walk: inout SnapshotWalk
    ) throws(SnapshotMismatch) {
        try walk.value(&indicator)
    }

    private final class Memory {
        let cells: Cells
        let indicators: UnsafeMutablePointer<any ListedIndicator>
        let code: UnsafeMutablePointer<Instruction>
        let clocks: UnsafeMutablePointer<FrameClock>
        private let indicatorCount: Int
        private let clockCount: Int

        init(_ program: Program, count: Int) {
            let size = program.initial.count
            cells = .allocate(capacity: Swift.max(size * count, 1))
            indicatorCount = program.indicators.count * count
            indicators = .allocate(capacity: Swift.max(indicatorCount, 1))
            for instrument in 0..<count {
                (cells + instrument * size).initialize(from: program.initial, count: size)
                for (number, indicator) in program.indicators.enumerated() {
                    (indicators + instrument * program.indicators.count + number).initialize(to: indicator)
                }
            }
            code = .allocate(capacity: Swift.max(program.code.count, 1))
            code.initialize(from: program.code, count: program.code.count)
            clockCount = count
            clocks = .allocate(capacity: Swift.max(count, 1))
            clocks.initialize(repeating: FrameClock(), count: count)
        }

        deinit {
            indicators.deinitialize(count: indicatorCount)
            indicators.deallocate()
            cells.deallocate()
            code.deallocate()
            clocks.deinitialize(count: clockCount)
            clocks.deallocate()
        }
    }
}
