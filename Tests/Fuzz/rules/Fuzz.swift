import Domain
import Rules
import Strategies
import StrategyFiles

// Any bytes are rules that can be carried out, or a list of mistakes that each say where and what. Rules say finite numbers
// between -1 and 1, nothing before their warm-up, and the same again on the same bars.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    do throws(SheetError) {
        check(try SheetReader.read(bytes, path: "rules/fuzz.yaml"))
    } catch {
        check(error)
    }
    return 0
}

private let symbol: Symbol = {
    guard let symbol = Symbol("X") else { preconditionFailure("X is a symbol") }
    return symbol
}()

private let bars: [Bar] = {
    var state: UInt64 = 7
    func next(_ limit: UInt64) -> Int64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int64((state >> 33) % limit)
    }
    var close: Int64 = 10_000
    return (0..<120).map { place in
        let open = max(100, close + next(21) - 10)
        close = max(100, open + next(201) - 100)
        func price(_ cents: Int64) -> Price { Price(units: cents * 10_000) }
        return Bar(
            span: 5 * Nanoseconds.minute,
            openedAt: CivilDate(2024, 3, 8).midnightUTC + 13 * Nanoseconds.hour + Int64(place) * 5
                * Nanoseconds.minute,
            open: price(open), high: price(max(open, close) + next(50)),
            low: price(min(open, close) - next(50)),
            close: price(close), volume: Volume(units: next(1000) * 1000))
    }
}()

private func check(_ sheet: RuleSheet) {
    precondition(!sheet.words.isEmpty, "a sheet without rules")
    guard let arguments = try? Arguments(sheet.parameters, of: sheet.name),
        let first = said(sheet, arguments), let second = said(sheet, arguments)
    else { preconditionFailure("what compiled once does not compile again") }
    precondition(first == second, "the same bars give other signals")
}

private func said(_ sheet: RuleSheet, _ arguments: Arguments) -> [Signal]? {
    guard var strategy = try? sheet.make(arguments, symbols: [symbol]) else { return nil }
    var opinions = Opinions(of: sheet.name, symbols: [symbol])
    var found: [Signal] = []
    for (place, bar) in bars.enumerated() {
        strategy.onBar(bar, of: 0, at: bar.openedAt + bar.span, &opinions)
        for item in opinions.items {
            let signal = item.signal
            precondition(place + 1 >= strategy.warmUp, "it speaks before it is warm")
            precondition(signal.strength.magnitude <= 1 && signal.figures.allSatisfy(\.value.isFinite))
            precondition(
                signal.stop.map { $0.isPositive } ?? true && signal.target.map { $0.isPositive } ?? true)
            found.append(signal)
        }
        opinions.removeAll()
    }
    return found
}

private func check(_ error: SheetError) {
    precondition(!error.problems.isEmpty && Set(error.problems).count == error.problems.count)
    for problem in error.problems {
        precondition(problem.line ?? 0 >= 1 && problem.column ?? 0 >= 1, "\(problem) says not where")
        precondition(!"\(problem)".contains("\n"), "\(problem) is more than a line")
    }
}
