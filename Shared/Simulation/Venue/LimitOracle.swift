import Domain
import Mesh
import Wire

/// Whether risk kept to the limits that it was given, by its own transcript and by arithmetic of another kind: looked at
/// with every message.
struct LimitOracle {
    let orderWorth: Int128
    /// A position, as millionths of the equity.
    let positionShare: Int128
    private var held: [String: Int128] = [:]
    private var equity: Int128
    private var halts: Set<String> = []
    /// The last bars' closes, and the price that the proposal in hand goes by.
    private var closes: [String: Int128] = [:]
    private var price: Int128 = 0
    /// What is approved and has not ended: how much of it is open, below zero where it sells.
    private var working: [String: (symbol: String, open: Int128)] = [:]
    /// Which approval each order is a part of; nothing where orders are sent as they are approved.
    private let parts: ApprovalParts?
    private(set) var checked = 0

    init(orderWorth: Int128, positionShare: Int128, equity: Int128, parts: ApprovalParts?) {
        self.orderWorth = orderWorth
        self.positionShare = positionShare
        self.equity = equity
        self.parts = parts
    }

    mutating func absorb(_ batch: [Record], _ codec: Codec) throws -> String? {
        for record in batch {
            let message = try codec.decode(record.payload)
            // What guards a position passes no limit, and is not relied on.
            if message.topic == .guardVerdict { continue }
            switch (record.kind, message.body) {
            case (.taken, .position(let position)):
                held[position.symbol.text] = Int128(position.quantity.units)
            case (.taken, .account(let account)): equity = Int128(account.equity.units)
            case (.taken, .bar(let bar)): closes[bar.symbol.text] = Int128(bar.close.units)
            case (.taken, .brokerReport(let report)): hear(report)
            case (.taken, .planEnd(let end)): working[end.orderId] = nil
            case (.taken, .orderProposal(let proposal)): price = Int128(proposal.price.units)
            case (.sent, .halt(let halt)), (.recovered, .halt(let halt)):
                if halt.active { halts.insert(halt.kind) } else { halts.remove(halt.kind) }
            case (.sent, .verdict(let verdict)) where verdict.approved:
                checked += 1
                if let complaint = judge(verdict.order) { return complaint }
                note(verdict.order)
            // What a power cut had taken from risk, and those who had heard of it have given back: it was judged then.
            case (.recovered, .verdict(let verdict)) where verdict.approved: note(verdict.order)
            default: break
            }
        }
        return nil
    }

    /// It is on its way from its approval on.
    private mutating func note(_ order: Order) {
        let quantity = shares(order)
        working[order.id] = (order.symbol.text, order.side == .buy ? quantity : -quantity)
    }

    private mutating func hear(_ report: BrokerReport) {
        switch report.kind {
        case .filled:
            let id = parts?.approval(of: report.orderId) ?? report.orderId
            guard let fill = report.fill, let order = working[id] else { return }
            let quantity = Int128(fill.quantity.units)
            // One that trades more than it was for has nothing open any more, and not the other side.
            working[id]!.open =
                order.open < 0 ? min(0, order.open + quantity) : max(0, order.open - quantity)
        // What is worked is over when execution says so.
        case .rejected, .cancelled, .expired, .replaced:
            if parts == nil { working[report.orderId] = nil }
        default: break
        }
    }

    /// How many shares an order is for; the quantity of one for an amount of money is only a bound.
    private func shares(_ order: Order) -> Int128 {
        let quantity = Int128(order.quantity.units)
        guard let notional = order.notional, price > 0 else { return quantity }
        return min(quantity, Int128(notional.units) * Int128(Quantity.scale) / price)
    }

    private func judge(_ order: Order) -> String? {
        let symbol = order.symbol.text
        let sign: Int128 = order.side == .buy ? 1 : -1
        let quantity = shares(order)
        let before = held[symbol] ?? 0
        // What is on its way counts for whoever closes with it.
        let coming = working.values.reduce(before) { $0 + ($1.symbol == symbol ? $1.open : 0) }
        let adds = [before, coming].allSatisfy { abs($0 + sign * quantity) > abs($0) }
        guard adds else { return nil }
        if let halt = halts.sorted().first {
            return "order \(order.id) was approved during the halt \(halt)"
        }
        // The close or the last fill, whichever makes less of it: more than that is too much by any price.
        let price = min(price, closes[symbol] ?? price)
        let worth = order.notional.map { Int128($0.units) } ?? DoubleEntry.worth(quantity, price)
        if worth > orderWorth {
            return "order \(order.id) was approved for \(worth)e-6, where \(orderWorth)e-6 is the limit"
        }
        // A market order on its way counts as done, as risk says of itself: one strategy buys what another sells.
        let stake = [before, coming].map { abs(DoubleEntry.worth($0, price) + sign * worth) }.min() ?? 0
        let most = equity * positionShare / 1_000_000
        if stake > most + most / 50 {
            return "order \(order.id) makes a position of \(stake)e-6, where \(most)e-6 is the limit: "
                + "\(order.side) for \(worth)e-6 at \(price)e-6, where \(before)e-9 are held and \(coming)e-9 are coming"
        }
        return nil
    }
}
