import Domain
import Mesh

/// An edge that stores what it is told as a database does: all that was settled survives, all else is gone.
final class LedgerEdge: Edge {
    /// What survives every crash.
    final class Ledger {
        var done: UInt64 = 0
        /// By topic, in the order in which it was stored.
        var rows: [Topic: [(epoch: UInt64, number: UInt64, datum: UInt64)]] = [:]
        var violation: String?
    }

    let ledger: Ledger
    private var pending: [(number: UInt64, row: Message)] = []
    /// The process is dead: nothing is stored any more.
    var isFrozen = false

    init(_ ledger: Ledger) { self.ledger = ledger }

    var done: UInt64 { ledger.done }

    func perform(_ command: Message, because cause: Message, number: UInt64) {
        if number <= ledger.done {
            ledger.violation = "command \(number) again, though \(ledger.done) is stored"
        }
        pending.append((number, cause))
    }

    func settle() {
        guard !isFrozen else { return }
        for (number, message) in pending {
            ledger.done = number
            let datum: UInt64
            switch message.body {
            case .quote(let quote): datum = UInt64(quote.bidSize.units)
            case .trade(let trade): datum = trade.id
            default: continue
            }
            let last = ledger.rows[message.topic]?.last
            if let last, (last.epoch, last.number) >= (message.epoch, message.number) {
                ledger.violation =
                    "\(message.topic) \(message.epoch)/\(message.number) is stored after \(last.epoch)/\(last.number)"
            }
            ledger.rows[message.topic, default: []].append((message.epoch, message.number, datum))
        }
        pending.removeAll()
    }

    func answer(_ ask: Ask) -> Answer? { nil }
}
