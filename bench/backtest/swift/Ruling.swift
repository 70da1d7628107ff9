import Backtesting
import Domain
import Indicators
import Strategies
import StrategyFiles

/// Rules in YAML beside the same strategy in Swift, in turn.
func rules(_ words: [String]) throws {
    let table = try load(words)
    let sheet = try SheetReader.read(Array(sheetText.utf8), path: "rules/bench.yaml")
    let none = try Arguments([], of: sheet.name)
    for _ in 0..<(try count(words, 2)) {
        var (ours, twin): (BacktestRecord?, BacktestRecord?)
        let rulesSpent = try seconds {
            ours = try Backtest.run(sheet, none, on: Market(table), BacktestSettings())
        }
        let swiftSpent = try seconds {
            twin = try Backtest.run(RuleTwin.self, none, on: table, BacktestSettings())
        }
        guard let ours, let twin else { return }
        print(
            "{\"name\":\"rules\",\"rules_seconds\":\(rulesSpent),\"swift_seconds\":\(swiftSpent),"
                + "\"bars\":\(ours.bars),\"fills\":\(ours.fills.count),"
                + "\"rules_hash\":\"\(ours.ordersHash)\",\"swift_hash\":\"\(twin.ordersHash)\"}")
    }
}

private let sheetText = """
    name: bench
    enter: crosses_above(sma(close, 20), sma(close, 50)) and rsi(14) < 70
    exit: crosses_below(sma(close, 20), sma(close, 50))

    """

/// What the rules say, by hand.
private struct RuleTwin: Strategy {
    static let name = "bench"
    static let summary = "the rules of the bench in Swift"
    static let parameters: [Strategies.Parameter] = []

    private struct State {
        var fast = SMA(period: 20)
        var slow = SMA(period: 50)
        var rsi = RSI(period: 14)
        var side = 0
        var isIn = false
    }

    private var states: [State]
    let warmUp = 51

    init(_ arguments: Arguments, symbols: [Symbol]) {
        states = Array(repeating: State(), count: symbols.count)
    }

    mutating func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        let close = Double(bar.close)
        let fast = states[instrument].fast.update(close)
        let slow = states[instrument].slow.update(close)
        let rsi = states[instrument].rsi.update(close)
        guard let fast, let slow, let rsi else { return }
        let distance = fast - slow
        guard distance.magnitude > 1e-12 * (fast + slow) else { return }
        let side = distance > 0 ? 1 : -1
        let before = states[instrument].side
        guard side != before else { return }
        states[instrument].side = side
        guard before != 0 else { return }
        if side > 0, rsi < 70, !states[instrument].isIn {
            states[instrument].isIn = true
            opinions.say(1, of: instrument, because: "the averages crossed, and it is not overheated")
        } else if side < 0, states[instrument].isIn {
            states[instrument].isIn = false
            opinions.say(0, of: instrument, because: "the averages crossed back")
        }
    }
}
