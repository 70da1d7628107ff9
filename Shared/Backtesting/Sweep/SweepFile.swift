import Glibc

/// The results of a sweep on disk: `points.csv`, to which points are only ever added, in order, and `sweep.txt`, which
/// says of what they are. After a kill the sweep goes on behind the last whole line.
///
/// A line that was torn is cut off; a folder of other data or settings is refused.
public struct SweepFile: ~Copyable {
    public let path: String
    private let file: Int32
    private let plan: SweepPlan
    /// The number of the next point.
    public private(set) var next = 0
    private var waiting: [UInt8] = []
    private var written = ContinuousClock.now

    private static let waitingMax = 1 << 16

    /// Opens the results in a folder that is there, or begins them. `facts` say what the points are of, a line each, as
    /// `name: what`; `known` gets those that are there already.
    public init(
        in folder: String, of plan: SweepPlan, facts: [String], known: (SweepPoint) throws -> Void
    ) throws {
        self.plan = plan
        path = "\(folder)/points.csv"
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw SweepFile.problem("opened", path) }
        // Two that append to one file would tear each other's lines.
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            throw SweepError("another sweep writes to \(path): another folder would be right")
        }
        do {
            try SweepFile.agree(on: facts, in: folder, isNew: lseek(file, 0, SEEK_END) == 0)
            lseek(file, 0, SEEK_SET)
            try resume(known)
        } catch {
            close(file)
            throw error
        }
    }

    deinit { close(file) }

    // MARK: Adding

    /// Adds a point. It is on its way to the disk within a second of the next one.
    public mutating func append(_ point: SweepPoint) throws {
        precondition(point.number == next, "points are added in order")
        waiting += SweepLine.text(point).utf8
        waiting.append(UInt8(ascii: "\n"))
        next += 1
        if waiting.count >= SweepFile.waitingMax || ContinuousClock.now - written > .seconds(1) {
            try write()
        }
    }

    /// Sees to it that everything is on the disk.
    public mutating func finish() throws {
        try write()
        guard fsync(file) == 0 else { throw SweepFile.problem("written", path) }
    }

    private mutating func write() throws {
        var rest = waiting[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SweepFile.problem("written", path) }
            rest = rest.dropFirst(count)
        }
        waiting.removeAll(keepingCapacity: true)
        written = .now
    }

    // MARK: Going on

    private mutating func resume(_ known: (SweepPoint) throws -> Void) throws {
        let heading = SweepLine.heading(plan)
        var whole = 0
        var isHeaded = false
        var damage: String?
        try SweepFile.lines(of: file, path) { line in
            if let damage { throw SweepError(damage) }
            if !isHeaded {
                guard line == heading else {
                    throw SweepError(
                        "\(path) begins with other columns than this sweep has: another folder would be right"
                    )
                }
                isHeaded = true
            } else if next < plan.count, let point = SweepLine.point(line, number: next, of: plan) {
                next += 1
                try known(point)
            } else {
                // The last line may be what a failing disk left; one with others behind it is not.
                damage =
                    "line \(next + 2) of \(path) is not point \(next) of this sweep: another folder, or the file "
                    + "without the lines from there on, would be right"
                return
            }
            whole += line.utf8.count + 1
        }
        guard ftruncate(file, whole) == 0, lseek(file, off_t(whole), SEEK_SET) == off_t(whole) else {
            throw SweepFile.problem("repaired", path)
        }
        if !isHeaded {
            waiting += (heading + "\n").utf8
            try write()
        }
    }

    /// Shows every line that has an end.
    private static func lines(
        of file: Int32, _ path: String, _ body: (Substring) throws -> Void
    ) throws {
        var block = [UInt8](repeating: 0, count: 1 << 20)
        var rest: [UInt8] = []
        while true {
            let count = read(file, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw problem("read", path) }
            if count == 0 { return }
            rest += block[..<count]
            var start = rest.startIndex
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                try body(String(decoding: rest[start..<end], as: UTF8.self)[...])
                start = end + 1
            }
            rest.removeFirst(start)
        }
    }

    /// Writes down what the sweep is of, or compares it with what was written down.
    private static func agree(on facts: [String], in folder: String, isNew: Bool) throws {
        let path = "\(folder)/sweep.txt"
        let text = facts.joined(separator: "\n") + "\n"
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw problem("opened", path) }
        defer { close(file) }
        var before = ""
        try lines(of: file, path) { before += "\($0)\n" }
        if before == text { return }
        let old = before.split(separator: "\n")
        // What was torn while it was written for the first time says the same as far as it goes; points came later.
        if isNew, text.hasPrefix(before) {
            guard ftruncate(file, 0) == 0, pwrite(file, text, text.utf8.count, 0) == text.utf8.count,
                fsync(file) == 0
            else { throw problem("written", path) }
            return
        }
        let other = zip(facts, old).first { $0 != $1 }
        throw SweepError(
            "\(folder) holds another sweep\(other.map { " (\($1), and now \($0))" } ?? "")"
                + ": another folder would be right")
    }

    private static func problem(_ verb: String, _ path: String) -> SweepError {
        SweepError("\(path) cannot be \(verb): \(String(cString: strerror(errno)))")
    }
}
