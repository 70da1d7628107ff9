import Backtesting
import Domain
import Glibc
import Strategies

func run(_ arguments: [String]) {
    do {
        switch arguments.first {
        case "make": try make(bars: count(arguments, 1))
        case "crossover": try crossover(arguments)
        case "repeat": try repeatRuns(arguments)
        default: throw Usage()
        }
    } catch {
        print("bench-backtest: \(error)")
        exit(1)
    }
}

struct Usage: Error, CustomStringConvertible {
    var description: String { "make N | crossover FILE FAST SLOW RUNS | repeat FILE FAST SLOW RUNS" }
}

private func count(_ arguments: [String], _ place: Int) throws -> Int {
    guard place < arguments.count, let count = Int(arguments[place]), count > 0 else { throw Usage() }
    return count
}

/// A walk in cents with a bar every minute, day and night.
private func make(bars: Int) throws {
    var state: UInt64 = 42
    func random() -> Int64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int64(state >> 40)
    }
    var close: Int64 = 10_000
    var text = "symbol,time,open,high,low,close,volume\n"
    let first = CivilDate(2020, 1, 1).midnightUTC
    for bar in 0..<bars {
        let open = max(1_000, close + random() % 3 - 1)
        close = max(1_000, open + random() % 21 - 10)
        let high = max(open, close) + random() % 5
        let low = min(open, close) - random() % 5
        let at = first + Int64(bar) * Nanoseconds.minute
        text +=
            "BENCH,\(at),\(cents(open)),\(cents(high)),\(cents(low)),\(cents(close)),\(random() % 1000 + 100)\n"
        if text.utf8.count > 1 << 20 { flush(&text) }
    }
    flush(&text)
}

private func cents(_ amount: Int64) -> String { Price(units: amount * 10_000).formatted(places: 2) }

private func flush(_ text: inout String) {
    print(text, terminator: "")
    text = ""
}

private func load(_ path: String) throws -> BarTable {
    try BarFiles.load([(nil, path)], BarFiles.Selection())
}

private func arguments(_ words: [String]) throws -> Arguments {
    try Arguments(
        SMACrossover.parameters,
        given: [("fast", "\(try count(words, 2))"), ("slow", "\(try count(words, 3))")], of: SMACrossover.name
    )
}

private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let began = ContinuousClock.now
    try body()
    let spent = (ContinuousClock.now - began).components
    return Double(spent.seconds) + Double(spent.attoseconds) * 1e-18
}

private func crossover(_ words: [String]) throws {
    let table = try load(words.count > 1 ? words[1] : "")
    let arguments = try arguments(words)
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

/// Resident memory after run 100 and after the last.
private func repeatRuns(_ words: [String]) throws {
    let table = try load(words.count > 1 ? words[1] : "")
    let arguments = try arguments(words)
    var early = 0
    let runs = try count(words, 4)
    for run in 1...runs {
        _ = try Backtest.run(SMACrossover.self, arguments, on: table, BacktestSettings())
        if run == 100 { early = residentPages() }
    }
    print("{\"name\":\"memory\",\"runs\":\(runs),\"early_pages\":\(early),\"last_pages\":\(residentPages())}")
}

private func residentPages() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 128)
    guard fgets(&buffer, 128, file) != nil else { return 0 }
    let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let words = text.split(separator: " ")
    return words.count > 1 ? Int(words[1]) ?? 0 : 0
}
