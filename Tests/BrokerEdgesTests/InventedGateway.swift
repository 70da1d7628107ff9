import Domain
import TWS

/// A gateway that keeps its own books and counts its numbers. What it says is text, as on the wire.
struct InventedGateway {
    struct Kept {
        var number: Int
        var permanent: Int
        var order: TWSOrder
        /// The ids that it has had, one after the other.
        var references: [String]
        var filled = 0
        var word = "Submitted"
        /// It ended on an earlier day.
        var isPast = false
        var works: Bool { word == "Submitted" || word == "PreSubmitted" }
    }

    /// What becomes of the next order, or change of one.
    enum Fault {
        /// It is refused; refused in words, and taken; taken, and the gateway wants no more to be said.
        case refused, refusedAndTaken, haste
        /// Nothing: one after it is meant.
        case taken
    }

    var next = 1
    var orders: [Kept] = []
    var executions: [(id: String, line: String)] = []
    /// What it says, until somebody takes it.
    var said: [String] = []
    /// A broken line: nothing is heard on it.
    var isCut = false
    /// An order that was changed is told under the id of its change; else under that with which it began.
    var renames = true
    var faults: [Fault] = []
    var now = Timestamp.zero
    var skew: Int64 = 0
    /// What others hold or have traded on the account, and what nothing explains.
    var others: [String: Int] = [:]
    var gap = Money.zero
    private var made = 0
    private var spent = Money.zero

    mutating func hear(_ request: TWSRequest) {
        switch request {
        case .place(let order): place(order)
        case .cancel(let number): cancel(number)
        case .allOpenOrders:
            for kept in orders where kept.works { tell(kept) }
            said.append("53|1|")
        case .completedOrders:
            for kept in orders where !kept.works && !kept.isPast { said.append(ended(kept)) }
            said.append("102|")
        case .executions(let request, _):
            for execution in executions {
                said.append(execution.line.replacing("11|-1|", with: "11|\(request)|"))
                said.append(Said.cost(execution.id))
            }
            said.append("55|1|\(request)|")
        case .positions:
            for (symbol, held) in holdings where held != 0 {
                said.append("61|3|DU100|7|\(symbol)|STK||0||||USD|\(symbol)|NMS|\(held)|100|")
            }
            said.append("62|1|")
        case .summary(let request, let tags):
            let cash = Money(1_000_000) - spent - gap
            for tag in tags {
                let amount = tag == "BuyingPower" ? "2000000" : "\(cash)"
                said.append("63|1|\(request)|DU100|\(tag)|\(amount)|USD|")
            }
            said.append("64|1|\(request)|")
        case .currentTime: said.append("49|1|\((now + skew).nanoseconds / Nanoseconds.second)|")
        case .contract(let request, let contract):
            said.append(
                "10|\(request)|\(contract.symbol)|STK||0||SMART|USD|\(contract.symbol)|NMS|NMS|7|0.01||LMT|SMART|1|0|A|NASDAQ||||"
                    + "|US/Eastern|||")
            said.append("52|1|\(request)|")
        default: break
        }
    }

    var holdings: [(String, Int)] { ["AAPL", "MSFT"].map { ($0, others[$0] ?? 0) } }

    // MARK: Orders

    private mutating func place(_ order: TWSOrder) {
        if let known = orders.firstIndex(where: { $0.number == order.id }) { return change(known, to: order) }
        guard order.id >= next else { return said.append("4|2|\(order.id)|103|Duplicate order id||") }
        next = order.id + 1
        let fault = faults.isEmpty ? nil : faults.removeFirst()
        if fault == .refused || fault == .refusedAndTaken { refuse(order.id) }
        if fault == .refused { return }
        // What hangs on an order that is not there is dropped without a word.
        guard order.parent == 0 || orders.contains(where: { $0.number == order.parent }) else { return }
        orders.append(
            Kept(number: order.id, permanent: 900 + order.id, order: order, references: [order.reference]))
        if order.parent != 0 || !order.isTransmitted { orders[orders.count - 1].word = "PreSubmitted" }
        if order.isTransmitted, order.parent != 0 { transmit(order.parent) }
        if fault == .haste { return said.append("4|2|-1|100|Max rate of messages||") }
        if fault == nil || fault == .taken { tell(orders[orders.count - 1]) }
    }

    /// What was held back with an order goes to the exchange.
    private mutating func transmit(_ parent: Int) {
        for place in orders.indices
        where orders[place].number == parent || orders[place].order.parent == parent {
            orders[place].order.isTransmitted = true
            guard orders[place].number == parent, orders[place].word == "PreSubmitted" else { continue }
            orders[place].word = "Submitted"
            tell(orders[place])
        }
    }

    private mutating func change(_ known: Int, to order: TWSOrder) {
        guard orders[known].works, Quantity(orders[known].filled) < order.quantity else {
            return said.append("4|2|\(order.id)|104|Cannot modify a filled order||")
        }
        if !faults.isEmpty, faults.removeFirst() == .refused { return refuse(order.id) }
        orders[known].order = order
        orders[known].references.append(order.reference)
        tell(orders[known])
    }

    private mutating func refuse(_ number: Int) {
        said.append("4|2|\(number)|201|Order rejected - reason:no margin||")
    }

    private mutating func cancel(_ number: Int) {
        guard let place = orders.firstIndex(where: { $0.number == number }), orders[place].works else {
            return said.append("4|2|\(number)|10148|cannot be cancelled||")
        }
        orders[place].word = "Cancelled"
        tell(orders[place])
        said.append("4|2|\(number)|202|Order Canceled||")
        endChildren(of: place)
    }

    /// What hangs on an order that has ended ends with it, unless there is something to protect.
    private mutating func endChildren(of place: Int) {
        guard orders[place].filled == 0 else { return }
        for child in orders.indices
        where orders[child].works && orders[child].order.parent == orders[place].number {
            orders[child].word = "Cancelled"
            tell(orders[child])
        }
    }

    // MARK: What happens

    mutating func fill(_ place: Int, _ quantity: Int) {
        orders[place].filled += quantity
        if Quantity(orders[place].filled) == orders[place].order.quantity { orders[place].word = "Filled" }
        let kept = orders[place]
        execute(
            kept.order.contract.symbol, quantity, number: kept.number, permanent: kept.permanent,
            total: kept.filled, reference: reference(of: kept), isBuy: kept.order.isBuy)
        tell(kept)
        release(by: place)
        shrink(by: place, quantity)
    }

    /// What hangs on an order that has traded works from then on.
    private mutating func release(by place: Int) {
        for child in orders.indices
        where orders[child].order.parent == orders[place].number && orders[child].word == "PreSubmitted" {
            orders[child].word = "Submitted"
            tell(orders[child])
        }
    }

    /// What one of a group trades is taken from the others.
    private mutating func shrink(by place: Int, _ quantity: Int) {
        let group = orders[place].order.group
        guard !group.isEmpty else { return }
        for other in orders.indices
        where other != place && orders[other].works && orders[other].order.group == group {
            let left = orders[other].order.quantity - Quantity(quantity)
            if left > Quantity(orders[other].filled) {
                orders[other].order.quantity = left
            } else {
                orders[other].word = "Cancelled"
            }
            tell(orders[other])
        }
    }

    /// Somebody else buys on the account.
    mutating func tradeByHand(_ symbol: String, _ quantity: Int) {
        execute(symbol, quantity, number: 0, permanent: 5_000 + made, total: quantity, reference: "")
    }

    private mutating func execute(
        _ symbol: String, _ quantity: Int, number: Int, permanent: Int, total: Int, reference: String,
        isBuy: Bool = true
    ) {
        let id = "e.\(made).01"
        made += 1
        others[symbol, default: 0] += isBuy ? quantity : -quantity
        spent += (isBuy ? Money(quantity * 100) : -Money(quantity * 100)) + Money(units: 350_000)
        let line =
            "11|-1|\(number)|7|\(symbol)|STK||0|||SMART|USD|\(symbol)|NMS|\(id)|\(TWSTime.utc(now))|DU100|"
            + "NASDAQ|\(isBuy ? "BOT" : "SLD")|\(quantity)|100|\(permanent)|\(number == 0 ? 0 : 70)|0|\(total)|100|\(reference)|||||2|0|"
        executions.append((id, line))
        said += [line, Said.cost(id)]
    }

    /// The session is over: what is of the day ends.
    mutating func closeDay() {
        for place in orders.indices where orders[place].works && orders[place].order.time == "DAY" {
            orders[place].word = "Cancelled"
            tell(orders[place])
        }
    }

    /// A new day, of which alone is told.
    mutating func beginDay() {
        for place in orders.indices where !orders[place].works { orders[place].isPast = true }
        executions = []
    }

    // MARK: What it says

    private func reference(of kept: Kept) -> String {
        (renames ? kept.references.last : kept.references.first) ?? ""
    }

    /// An order and how it stands, as a gateway tells of it.
    private mutating func tell(_ kept: Kept) {
        let symbol = kept.order.contract.symbol
        said.append(
            "5|\(kept.number)|7|\(symbol)|STK||0|||SMART|USD|\(symbol)|NMS|\(terms(of: kept.order))|DU100||0|\(reference(of: kept))|70|\(kept.permanent)"
                + "|0|0|0|||||||||||0||-1|0||||||0|0|0|0||\(kept.order.groupKind)|0|0||\(kept.order.parent)|0||0|None||0||||?|0|0||0|"
                + "0||||||0|0|0|||||0|||0|0||0|0|\(kept.word)||||||||||||||||0|0|0|")
        said.append(
            "3|\(kept.number)|\(kept.word)|\(kept.filled)|0|100|\(kept.permanent)|0|100|70||0|")
    }

    private func terms(of order: TWSOrder) -> String {
        "\(order.isBuy ? "BUY" : "SELL")|\(order.quantity)|\(order.type)|\(order.limit ?? .zero)|"
            + "\(order.auxiliary ?? .zero)|\(order.time)|\(order.group)"
    }

    private func ended(_ kept: Kept) -> String {
        let symbol = kept.order.contract.symbol
        return
            "101|7|\(symbol)|STK||0|||SMART|USD|\(symbol)|NMS|\(terms(of: kept.order))|DU100||0|\(reference(of: kept))|\(kept.permanent)"
            + "|0|0|0||||||||||0||-1||||||0|0|0||0|0||0|None||0|0|0||0|0||||0|0|0|||||||"
            + "0|0||0|\(kept.word)|0|0|0|||0|0|0||\(kept.filled)|0|0||0|0|0|20240311 09:30:00 US/Eastern|ended|"
    }
}
