import Domain
import Foundation
import Strategies
import Synchronization
import Testing

@testable import Backtesting

@Suite struct SweepTests {
    private func plan(
        _ axes: [String] = ["fast=2..9", "slow=4..20/4"], _ sampling: SweepPlan.Sampling = .grid,
        seed: UInt64 = 1
    ) throws -> SweepPlan {
        try SweepPlan(
            SMACrossover.parameters, axes: axes, sampling: sampling, seed: seed, of: SMACrossover.name)
    }

    private func points(
        _ plan: SweepPlan, from first: Int = 0, on table: BarTable, cores: Int = 2,
        isStopped: @escaping @Sendable () -> Bool = { false }
    ) throws -> [SweepPoint] {
        let points = Mutex<[SweepPoint]>([])
        try Sweep.run(
            Coded<SMACrossover>(), plan, from: first, on: Market(table), BacktestSettings(), cores: cores,
            isStopped: isStopped
        ) { point in points.withLock { $0.append(point) } }
        return points.withLock { $0 }
    }

    @Test("a grid has every combination, the last axis changing fastest")
    func grid() throws {
        let plan = try plan(["fast=2,3", "slow=10..20/5"])
        #expect(plan.count == 6)
        #expect(
            (0..<6).map { plan.arguments($0).values.prefix(2).map(\.description).joined(separator: " ") }
                == ["2 10", "2 15", "2 20", "3 10", "3 15", "3 20"])
    }

    @Test("the same seed draws the same points, and another seed others")
    func seeds() throws {
        for sampling in [SweepPlan.Sampling.random(50), .latinHypercube(50)] {
            let first = try plan(sampling, seed: 7)
            #expect(
                (0..<50).allSatisfy { first.arguments($0) == (try? plan(sampling, seed: 7))?.arguments($0) })
            let other = try plan(sampling, seed: 8)
            #expect((0..<50).contains { first.arguments($0) != other.arguments($0) })
        }
    }

    private func plan(_ sampling: SweepPlan.Sampling, seed: UInt64) throws -> SweepPlan {
        try plan(["fast=1..5000", "slow=2..5000"], sampling, seed: seed)
    }

    @Test("a Latin hypercube has one point in each of as many pieces of every axis")
    func latin() throws {
        let plan = try SweepPlan(
            IntradayReversion.parameters, axes: ["enter=1..3", "stop=0.5..2.5"],
            sampling: .latinHypercube(40), seed: 3, of: IntradayReversion.name)
        for (name, low) in [("enter", 1.0), ("stop", 0.5)] {
            let pieces = Set((0..<40).map { Int((plan.arguments($0).number(name) - low) / 2 * 40) })
            #expect(pieces == Set(0..<40), "\(name)")
        }
    }

    @Test(
        "axes that cannot be are refused with what would be right",
        arguments: [
            ("fast", "fast is no axis"), ("fsat=1,2", "fsat=1,2 is no axis"), ("fast=", "has no value"),
            ("fast=9..2", "is no range"), ("fast=1..5/0", "is no range"),
            ("fast=1,x", "must be a whole number"),
            ("fast=1..9999", "must be a whole number"),
        ])
    func badAxes(axis: String, sentence: String) throws {
        let error = #expect(throws: ParameterError.self) { try plan([axis]) }
        #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
    }

    @Test(
        "each point is the run that it names, whatever the number of cores, and in order",
        arguments: [1, 2, 5])
    func cores(cores: Int) throws {
        let table = try Markets.walk(seed: 4, days: 200)
        let plan = try plan()
        let found = try points(plan, on: table, cores: cores)
        #expect(found.map(\.number) == Array(0..<plan.count))
        #expect(found.contains { $0.figures == nil } && found.contains { $0.figures != nil })
        for point in found {
            #expect(point.arguments == plan.arguments(point.number))
            let record = try? Backtest.run(SMACrossover.self, point.arguments, on: table, BacktestSettings())
            #expect(point.figures?.ordersHash == record?.ordersHash)
            #expect(point.figures?.finalEquity == record?.finalEquity)
        }
    }

    @Test("a sweep that is stopped has its first points without a gap, and goes on behind them")
    func stopping() throws {
        let table = try Markets.walk(seed: 4, days: 100)
        let plan = try plan()
        let asked = Mutex(0)
        let begun = try points(plan, on: table) {
            asked.withLock {
                $0 += 1
                return $0 > 13
            }
        }
        #expect(!begun.isEmpty && begun.count < plan.count)
        #expect(begun.map(\.number) == Array(0..<begun.count))
        let rest = try points(plan, from: begun.count, on: table)
        #expect(begun + rest == (try points(plan, on: table)))
    }

    // MARK: The survey

    @Test("the best come first, equals in the order of the plan, and neighbours are a step away at most")
    func survey() throws {
        let plan = try plan(["fast=1..3", "slow=10..13"])
        let table = try Markets.walk(seed: 9, days: 150)
        var survey = SweepSurvey(plan, by: .totalReturn, top: 4)
        let points = try points(plan, on: table)
        for point in points { survey.take(point) }
        let sorted = points.enumerated().sorted {
            let (left, right) = ($0.element.figures?.totalReturn ?? 0, $1.element.figures?.totalReturn ?? 0)
            return left != right ? left > right : $0.offset < $1.offset
        }
        #expect(survey.best.map(\.number) == sorted.prefix(4).map(\.offset))
        #expect(survey.neighbours(of: 0).sorted() == [1, 4, 5])
        #expect(survey.neighbours(of: 5).sorted() == [0, 1, 2, 4, 6, 8, 9, 10])
        let around = [0, 1, 2, 4, 6, 8, 9, 10].compactMap { points[$0].figures?.totalReturn }
        let near = try #require(survey.neighbourhood(of: 5))
        #expect(near.count == 8 && near.worst == around.min())
        #expect(abs(near.mean - around.reduce(0, +) / 8) < 1e-12)
        let map = HeatMap(survey, across: 0, down: 1)
        #expect(map.cells.count == 4 && map.cells[2].count == 3)
        #expect(map.cells[2][1] == points[1 * 4 + 2].figures?.totalReturn)
        #expect(HeatMap(survey, across: 0, down: 1, columns: 1, rows: 1).isMean)
    }

    // MARK: The file

    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sweep-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private func write(
        _ points: some Collection<SweepPoint>, of plan: SweepPlan, in folder: String,
        facts: [String] = ["data: a", "settings: b"]
    ) throws -> [SweepPoint] {
        var known: [SweepPoint] = []
        var file = try SweepFile(in: folder, of: plan, facts: facts) { known.append($0) }
        for point in points.dropFirst(file.next) { try file.append(point) }
        try file.finish()
        return known
    }

    @Test("whatever is torn off its end, a file goes on to the same bytes")
    func resuming() throws {
        let plan = try plan()
        let points = try points(plan, on: try Markets.walk(seed: 4, days: 100))
        try inFolder { folder in
            let path = "\(folder)/points.csv"
            #expect(try write(points, of: plan, in: folder).isEmpty)
            let whole = try Data(contentsOf: URL(filePath: path))
            for kept in [0, 3, whole.count / 3, whole.count / 2, whole.count - 1] {
                try whole.prefix(kept).write(to: URL(filePath: path))
                let known = try write(points, of: plan, in: folder)
                #expect(known == Array(points.prefix(known.count)))
                #expect(known.isEmpty == (kept < 100))
                #expect(try Data(contentsOf: URL(filePath: path)) == whole, "\(kept) bytes kept")
            }
        }
    }

    @Test("a folder of other data, a file with a damaged line, and one that is in use are refused")
    func refusing() throws {
        let plan = try plan()
        let points = try points(plan, on: try Markets.walk(seed: 4, days: 100))
        try inFolder { folder in
            let path = "\(folder)/points.csv"
            _ = try write(points.prefix(20), of: plan, in: folder)
            let other = #expect(throws: SweepError.self) {
                try write(points, of: plan, in: folder, facts: ["data: c", "settings: b"])
            }
            #expect(other?.description.contains("(data: a, and now data: c)") == true)

            let using = try SweepFile(in: folder, of: plan, facts: ["data: a", "settings: b"]) { _ in }
            let busy = #expect(throws: SweepError.self) { try write(points, of: plan, in: folder) }
            #expect(busy?.description.contains("another sweep writes") == true)
            #expect(using.next == 20)
            _ = consume using

            var text = try String(contentsOfFile: path, encoding: .utf8)
            text.replace("\n7,", with: "\n8,")
            try text.write(toFile: path, atomically: false, encoding: .utf8)
            let damaged = #expect(throws: SweepError.self) { try write(points, of: plan, in: folder) }
            #expect(damaged?.description.contains("line 9 of") == true, "\(damaged?.description ?? "")")

            try FileManager.default.removeItem(atPath: "\(folder)/sweep.txt")
            #expect(throws: SweepError.self) { try write(points, of: plan, in: folder) }
        }
    }
}
