import Domain
import Mesh
import Wire

/// The account's books once more, written apart from the portfolio's: double entry in the plainest way, by what the
/// portfolio's transcript says that it heard. What portfolio tells of the account has to be the same to the millionth.
struct TradingOracle {
    private var cash: Int128
    private var quantities: [String: Int128] = [:]
    private var prices: [String: Int128] = [:]
    private(set) var checked = 0

    init(cash: Money) { self.cash = Int128(cash.units) }

    /// What is wrong with a batch, or nothing.
    mutating func absorb(_ batch: [Record], _ codec: Codec) throws -> String? {
        for record in batch {
            let message = try codec.decode(record.payload)
            switch (record.kind, message.body) {
            case (.taken, .brokerReport(let report)): book(report)
            case (.taken, .bar(let bar)): prices[bar.symbol.text] = Int128(bar.close.units)
            case (.sent, .account(let account)):
                checked += 1
                if let sentence = compare(account) {
                    return "\(message.topic) \(message.number): \(sentence)"
                }
            case (.sent, .position(let position)):
                let own = quantities[position.symbol.text] ?? 0
                if Int128(position.quantity.units) != own {
                    return "\(position.symbol): \(position.quantity) is held, and the fills come to \(own)e-9"
                }
            default: break
            }
        }
        return nil
    }

    private mutating func book(_ report: BrokerReport) {
        cash -= Int128(report.charge.units)
        guard let fill = report.fill else { return }
        let sign: Int128 = fill.side == .buy ? 1 : -1
        let quantity = Int128(fill.quantity.units)
        cash -= sign * worth(quantity, Int128(fill.price.units)) + Int128(fill.fee.units)
        quantities[fill.symbol.text, default: 0] += sign * quantity
        prices[fill.symbol.text] = Int128(fill.price.units)
    }

    private func compare(_ account: Account) -> String? {
        var (long, short): (Int128, Int128) = (0, 0)
        for (symbol, quantity) in quantities {
            let value = worth(quantity, prices[symbol] ?? 0)
            if value < 0 { short -= value } else { long += value }
        }
        if Int128(account.cash.units) != cash { return "cash is \(account.cash), and was to be \(cash)e-6" }
        if Int128(account.equity.units) != cash + long - short {
            return "equity is \(account.equity), and was to be \(cash + long - short)e-6"
        }
        if Int128(account.gross.units) != long + short { return "gross is \(account.gross)" }
        return nil
    }

    /// Billionths times millionths as millionths, half to even.
    private func worth(_ quantity: Int128, _ price: Int128) -> Int128 {
        let product = quantity * price
        let scale: Int128 = 1_000_000_000
        var quotient = product / scale
        let rest = product - quotient * scale
        let twice = (rest < 0 ? -rest : rest) * 2
        if twice > scale || twice == scale && quotient % 2 != 0 { quotient += product < 0 ? -1 : 1 }
        return quotient
    }
}
