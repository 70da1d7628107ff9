import Backtesting
import Domain

/// Derives every decision again, and holds a round on paper against a backtest of the same bars.
struct DerivationAudit {
    private(set) var findings: [ChaosFinding] = []

    init(state: String) throws {
        for row in try VerifyCommand.verify(state, [], day: nil) {
            guard let difference = row.difference else { continue }
            findings.append(
                ChaosFinding("derivation", "\(row.service)/\(row.shard), derived again: \(difference)"))
        }
    }

    mutating func compare(_ record: BacktestRecord, state: String, _ testimony: Testimony) throws {
        let own = try DayOutcome(state: state, on: ChaosMarket.day)
        let last = record.days.last?.at ?? .zero
        let other = DayOutcome(record, on: ChaosMarket.day, until: last)
        if let difference = own.difference(from: other) {
            findings.append(
                ChaosFinding(
                    "derivation",
                    "the services and a backtest of the same bars differ in their \(difference.table): the services have "
                        + "\(difference.own), and the backtest \(difference.other)"))
        }
        let word = testimony.sent(by: "portfolio").last { if case .account = $0.body { true } else { false } }
        guard let word, case .account(let account) = word.body, let day = record.days.last else { return }
        if account.cash != day.cash || account.equity != day.equity {
            findings.append(
                ChaosFinding(
                    "derivation",
                    "portfolio ends with cash of \(account.cash) and equity of \(account.equity), and the backtest with "
                        + "\(day.cash) and \(day.equity)", at: word.asCause.text))
        }
    }
}
