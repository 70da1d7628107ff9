import Backtesting
import Domain
import Glibc
import Portfolio
import Strategies

func run(_ arguments: [String]) {
    do {
        switch arguments.first {
        case "make": try makeMinutes(count(arguments, 1))
        case "make-daily": try makeDays(count(arguments, 1), symbols: count(arguments, 2))
        case "crossover": try crossover(arguments)
        case "repeat": try repeatRuns(arguments)
        case "sweep": try sweep(arguments)
        case "momentum": try momentum(arguments)
        case "rules": try rules(arguments)
        case "make-events": try makeEvents(count(arguments, 1))
        case "events": try quoteEvents(arguments)
        default: throw Usage()
        }
    } catch {
        print("bench-backtest: \(error)")
        exit(1)
    }
}

struct Usage: Error, CustomStringConvertible {
    var description: String {
        "make BARS | make-daily DAYS SYMBOLS | crossover FILE FAST SLOW RUNS | repeat FILE FAST SLOW RUNS | "
            + "sweep FILE RUNS | momentum FILE RUNS | rules FILE RUNS | make-events EVENTS | events FILE RUNS"
    }
}

func count(_ arguments: [String], _ place: Int) throws -> Int {
    guard place < arguments.count, let count = Int(arguments[place]), count > 0 else { throw Usage() }
    return count
}

func load(_ words: [String]) throws -> BarTable {
    try BarFiles.load([(nil, words.count > 1 ? words[1] : "")], BarFiles.Selection())
}

private func averages(_ words: [String]) throws -> Arguments {
    try Arguments(
        SMACrossover.parameters,
        given: [("fast", "\(try count(words, 2))"), ("slow", "\(try count(words, 3))")], of: SMACrossover.name
    )
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
    let began = ContinuousClock.now
    try body()
    let spent = (ContinuousClock.now - began).components
    return Double(spent.seconds) + Double(spent.attoseconds) * 1e-18
}

private func crossover(_ words: [String]) throws {
    let table = try load(words)
    let arguments = try averages(words)
    for _ in 0..<(try count(words, 4)) {
        var record: BacktestRecord?
        let spent = try seconds {
            record = try Backtest.run(SMACrossover.self, arguments, on: table, BacktestSettings())
        }
        var sum: Int64 = 0
        let summed = seconds { sum = sumOfColumns(table) }
        guard let record else { return }
        print(
            "{\"name\":\"crossover\",\"seconds\":\(spent),\"bars\":\(record.bars),\"fills\":\(record.fills.count),"
                + "\"final_equity\":\(record.finalEquity),\"sum_seconds\":\(summed),\"sum\":\(sum)}")
    }
}

/// What one thread can read at all.
private func sumOfColumns(_ table: BarTable) -> Int64 {
    var sum: Int64 = 0
    for column in [table.open, table.high, table.low, table.close, table.volume] {
        for value in column.values { sum &+= value }
    }
    return sum
}

/// At each month's first bar the twenty of all symbols that rose most over a year, but for its last month, in equal
/// parts, at that bar's close.
private func momentum(_ words: [String]) throws {
    let table = try load(words)
    let arguments = try Arguments(CrossSectionalMomentum.parameters, of: CrossSectionalMomentum.name)
    var settings = BacktestSettings()
    settings.allocation.rule = .equalWeight
    settings.rules.fill = .close
    for _ in 0..<(try count(words, 2)) {
        var record: BacktestRecord?
        let spent = try seconds {
            record = try Backtest.run(CrossSectionalMomentum.self, arguments, on: table, settings)
        }
        guard let record else { return }
        print(
            "{\"name\":\"momentum\",\"seconds\":\(spent),\"bars\":\(record.bars),\"fills\":\(record.fills.count),"
                + "\"final_equity\":\(record.finalEquity)}")
    }
}

/// Resident memory after run 100 and after the last.
private func repeatRuns(_ words: [String]) throws {
    let table = try load(words)
    let arguments = try averages(words)
    var early = 0
    let runs = try count(words, 4)
    for run in 1...runs {
        _ = try Backtest.run(SMACrossover.self, arguments, on: table, BacktestSettings())
        if run == 100 { early = residentPages() }
    }
    print("{\"name\":\"memory\",\"runs\":\(runs),\"early_pages\":\(early),\"last_pages\":\(residentPages())}")
}

func residentPages() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 128)
    guard fgets(&buffer, 128, file) != nil else { return 0 }
    let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let words = text.split(separator: " ")
    return words.count > 1 ? Int(words[1]) ?? 0 : 0
}
