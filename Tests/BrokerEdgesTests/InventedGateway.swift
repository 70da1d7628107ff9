import Domain
import TWS

/// A gateway that keeps its own books and counts its numbers. What it says is text, as on the wire.
struct InventedGateway {
    struct Kept {
        var number: Int
        var permanent: Int
        var order: TWSOrder
        var filled = 0
        var word = "Submitted"
        var works: Bool { word == "Submitted" }
    }

    var next = 1
    var orders: [Kept] = []
    var executions: [(id: String, line: String)] = []
    /// What it says, until somebody takes it.
    var said: [String] = []
    /// A broken line: nothing is heard on it.
    var isCut = false

    mutating func hear(_ request: TWSRequest) {
        switch request {
        case .place(let order): place(order)
        case .cancel(let number): cancel(number)
        case .allOpenOrders:
            for kept in orders where kept.works { tell(kept) }
            said.append("53|1|")
        case .completedOrders:
            for kept in orders where !kept.works { said.append(ended(kept)) }
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
            for tag in tags {
                let amount = tag == "BuyingPower" ? "9000000" : "\(cash)"
                said.append("63|1|\(request)|DU100|\(tag)|\(amount)|USD|")
            }
            said.append("64|1|\(request)|")
        case .currentTime: said.append("49|1|NOW|")
        case .contract(let request, let contract):
            said.append(
                "10|\(request)|\(contract.symbol)|STK||0||SMART|USD|\(contract.symbol)|NMS|NMS|7|0.01||LMT|SMART|1|0|A|NASDAQ||||"
                    + "|US/Eastern|||")
            said.append("52|1|\(request)|")
        default: break
        }
    }

    var holdings: [(String, Int)] {
        ["AAPL", "MSFT"].map { symbol in
            (symbol, orders.filter { $0.order.contract.symbol == symbol }.reduce(0) { $0 + $1.filled })
        }
    }
    private var cash: Money {
        let spent = orders.reduce(0) { $0 + $1.filled } * 100
        return Money(1_000_000) - Money(spent) - Money(units: 350_000 * Int64(executions.count))
    }

    private mutating func place(_ order: TWSOrder) {
        guard order.id >= next else { return said.append("4|2|\(order.id)|103|Duplicate order id||") }
        next = order.id + 1
        orders.append(Kept(number: order.id, permanent: 900 + order.id, order: order))
        tell(orders[orders.count - 1])
    }

    private mutating func cancel(_ number: Int) {
        guard let place = orders.firstIndex(where: { $0.number == number }), orders[place].works else {
            return said.append("4|2|\(number)|10148|cannot be cancelled||")
        }
        orders[place].word = "Cancelled"
        tell(orders[place])
        said.append("4|2|\(number)|202|Order Canceled||")
    }

    mutating func fill(_ place: Int, _ quantity: Int) {
        orders[place].filled += quantity
        if orders[place].filled == Int(orders[place].order.quantity.units / Quantity.scale) {
            orders[place].word = "Filled"
        }
        let kept = orders[place]
        let id = "e.\(executions.count).01"
        let symbol = kept.order.contract.symbol
        executions.append(
            (
                id,
                "11|-1|\(kept.number)|7|\(symbol)|STK||0|||SMART|USD|\(symbol)|NMS|\(id)|20240311 09:30:00 US/Eastern|DU100|"
                    + "NASDAQ|BOT|\(quantity)|100|\(kept.permanent)|70|0|\(kept.filled)|100|\(kept.order.reference)|||||2|0|"
            ))
        said += [executions[executions.count - 1].line, Said.cost(id)]
        tell(kept)
    }

    /// An order and how it stands, as a gateway tells of it.
    private mutating func tell(_ kept: Kept) {
        let symbol = kept.order.contract.symbol
        said.append(
            "5|\(kept.number)|7|\(symbol)|STK||0|||SMART|USD|\(symbol)|NMS|BUY|\(kept.order.quantity)|LMT|100|0.0|DAY||DU100||0|"
                + "\(kept.order.reference)|70|\(kept.permanent)|0|0|0|||||||||||0||-1|0||||||0|0|0|0||0|0|0||0|0||0|None||0||||?|0|0||0|"
                + "0||||||0|0|0|||||0|||0|0||0|0|\(kept.word)||||||||||||||||0|0|0|")
        said.append(
            "3|\(kept.number)|\(kept.word)|\(kept.filled)|0|100|\(kept.permanent)|0|100|70||0|")
    }

    private func ended(_ kept: Kept) -> String {
        let symbol = kept.order.contract.symbol
        return
            "101|7|\(symbol)|STK||0|||SMART|USD|\(symbol)|NMS|BUY|\(kept.order.quantity)|LMT|100|0.0|DAY||DU100||0|"
            + "\(kept.order.reference)|\(kept.permanent)|0|0|0||||||||||0||-1||||||0|0|0||0|0||0|None||0|0|0||0|0||||0|0|0|||||||"
            + "0|0||0|\(kept.word)|0|0|0|||0|0|0||\(kept.filled)|0|0||0|0|0|20240311 09:30:00 US/Eastern|ended|"
    }
}
