import Backtesting
import Domain
import Glibc
import Strategies
import Synchronization

/// Ten thousand pairs of averages, each a whole run with its figures, on all cores.
func sweep(_ words: [String]) throws {
    let table = try load(words)
    let plan = try SweepPlan(
        SMACrossover.parameters, axes: ["fast=1..100", "slow=101..200"], of: SMACrossover.name)
    let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    for _ in 0..<(try count(words, 2)) {
        let survey = Mutex(SweepSurvey(plan, by: .sharpe, top: 10))
        let totals = Mutex((equity: Money.zero, trades: 0, sharpe: 0.0))
        let spent = try seconds {
            try Sweep.run(Coded<SMACrossover>(), plan, on: Market(table), BacktestSettings(), cores: cores) {
                point in
                survey.withLock { $0.take(point) }
                guard let figures = point.figures else { return }
                totals.withLock {
                    $0.equity += figures.finalEquity
                    $0.trades += figures.closedTrades
                    $0.sharpe += figures.sharpe ?? 0
                }
            }
        }
        let sums = totals.withLock { $0 }
        print(
            "{\"name\":\"sweep\",\"seconds\":\(spent),\"points\":\(plan.count),\"equity\":\(sums.equity),"
                + "\"trades\":\(sums.trades),\"sharpe\":\(sums.sharpe),\"cores\":\(cores),\"peak_mb\":\(peakMegabytes())}"
        )
    }
}

/// The most that this program ever held. `getrusage` would not do: what it tells survives `exec`, so it is the harness's
/// own size where that is larger.
private func peakMegabytes() -> Double {
    guard let file = fopen("/proc/self/status", "r") else { fatalError("/proc/self/status cannot be read") }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    var kilobytes = 0
    while fgets(&line, 256, file) != nil {
        if strncmp(line, "VmHWM:", 6) == 0 { kilobytes = strtol(Array(line[6...]), nil, 10) }
    }
    precondition(kilobytes > 0, "/proc/self/status has no line VmHWM")
    return Double(kilobytes) / 1024
}
