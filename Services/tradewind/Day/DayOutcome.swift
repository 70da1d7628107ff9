import Backtesting
import Configuration
import Domain
import Explaining

/// The orders and fills of a day as tables, the same whoever tells of them: that is how they are compared.
struct DayOutcome: Equatable {
    var orders = "id,at,strategy,symbol,side,kind,quantity,notional,limit,stop,status,filled,average_price\n"
    var fills = "id,order_id,at,strategy,symbol,side,quantity,price,fee\n"
    var orderCount = 0
    var fillCount = 0

    /// Of an engine's run. What is ordered in the last instant of a replay is not answered in it any more.
    init(_ record: BacktestRecord, on day: CivilDate, until last: Timestamp) {
        let cancelling = Set(record.orders.filter { $0.status == .cancelling }.map(\.order.id))
        for (place, tracked) in record.orders.enumerated() where record.proposedAt[place].dateUTC == day {
            let at = record.proposedAt[place]
            let isUnanswered = at == last && tracked.status != .rejected
            add(
                tracked.order, at: at,
                isUnanswered
                    ? .submitting
                    : DayOutcome.ending(tracked.status, tracked.order, at: at, toldAt: last, cancelling),
                tracked.fills.quantity, tracked.fills.averagePrice)
        }
        for fill in record.fills where fill.at.dateUTC == day { add(fill) }
    }

    /// Of what execution told.
    init(state: String, on day: CivilDate) throws {
        let search = try StateSearch(state)
        let told = try search.messages(where: { _, head in
            head.bodyField == BodyKind.orderUpdate.rawValue || head.bodyField == BodyKind.fill.rawValue
        }) { _ in true }
        guard search.problems.isEmpty else { throw Failure(search.problems[0]) }
        var orders: [(at: Timestamp, toldAt: Timestamp, update: OrderUpdate)] = []
        var places: [String: Int] = [:]
        let inOrder = told.map(\.message).sorted {
            ($0.topic, $0.epoch, $0.number) < ($1.topic, $1.epoch, $1.number)
        }
        for message in inOrder {
            switch message.body {
            case .fill(let fill): if fill.at.dateUTC == day { add(fill) }
            case .orderUpdate(let update):
                if let place = places[update.order.id] {
                    (orders[place].toldAt, orders[place].update) = (message.sentAt, update)
                } else {
                    places[update.order.id] = orders.count
                    orders.append((message.sentAt, message.sentAt, update))
                }
            default: break
            }
        }
        let cancelling = Set(orders.filter { $0.update.status == .cancelling }.map(\.update.order.id))
        for (at, toldAt, update) in orders where at.dateUTC == day {
            add(
                update.order, at: at,
                DayOutcome.ending(update.status, update.order, at: at, toldAt: toldAt, cancelling),
                update.filled,
                update.averagePrice)
        }
    }

    /// What is cancelled in the last instant is not answered in it either, and is cancelled: the exchange goes by when it was
    /// asked. With the first of a pair the other one is, too.
    private static func ending(
        _ status: OrderStatus, _ order: Order, at: Timestamp, toldAt: Timestamp, _ cancelling: Set<String>
    ) -> OrderStatus {
        let isOfPair = cancelling.contains(order.parent) && status == .accepted
        guard status == .cancelling || isOfPair else { return status }
        // What was sent in the same instant is not known there yet.
        return status == .cancelling && at == toldAt ? .submitting : .cancelled
    }

    private mutating func add(
        _ order: Order, at: Timestamp, _ status: OrderStatus, _ filled: Quantity, _ average: Price
    ) {
        func text(_ amount: (some CustomStringConvertible)?) -> String { amount.map { "\($0)" } ?? "" }
        orders +=
            "\(order.id),\(at),\(order.strategy),\(order.symbol),\(order.side),\(order.kind),\(order.quantity),"
        orders +=
            "\(text(order.notional)),\(text(order.limit)),\(text(order.stop)),\(status),\(filled),\(average)\n"
        orderCount += 1
    }

    private mutating func add(_ fill: Fill) {
        fills +=
            "\(fill.id),\(fill.orderId),\(fill.at),\(fill.strategy),\(fill.symbol),\(fill.side),\(fill.quantity),"
        fills += "\(fill.price),\(fill.fee)\n"
        fillCount += 1
    }

    /// One name for all of it.
    var hash: String {
        var digest = Fnv1a()
        digest.add(text: orders)
        digest.add(text: fills)
        return OrderId.text(of: digest.value)
    }

    var files: [ResultFolder.File] {
        [
            ResultFolder.File(name: "orders.csv", bytes: Array(orders.utf8)),
            ResultFolder.File(name: "fills.csv", bytes: Array(fills.utf8)),
        ]
    }

    /// The first line in which two differ.
    func difference(from other: DayOutcome) -> (table: String, own: String, other: String)? {
        for (name, left, right) in [("orders", orders, other.orders), ("fills", fills, other.fills)] {
            let (a, b) = (left.split(separator: "\n"), right.split(separator: "\n"))
            for place in 0..<max(a.count, b.count) {
                let (own, theirs) = (
                    place < a.count ? a[place] : "no more", place < b.count ? b[place] : "no more"
                )
                if own != theirs { return (name, String(own), String(theirs)) }
            }
        }
        return nil
    }
}
