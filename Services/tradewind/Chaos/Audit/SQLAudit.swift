import Domain
import Storage

/// Holds the rows of the historian's database against what the owners of the messages said: each is there once, and with the
/// same figures.
struct SQLAudit {
    private(set) var finding: ChaosFinding?
    /// How many rows were looked at.
    private(set) var rows = 0
    private let testimony: Testimony

    /// A message's figures as a row has them.
    private struct Row: Equatable {
        var name: String
        var figures: [SQLValue]
    }

    init(_ testimony: Testimony, database path: String) throws {
        self.testimony = testimony
        let database = try Database(path: path, access: .readOnly)
        defer { database.close() }
        try compare(database, "fills", "fill_id, order_id, symbol, quantity, price, fee", of: "execution") {
            body in
            guard case .fill(let fill) = body else { return nil }
            return [
                .text(fill.id), .text(fill.orderId), .text(fill.symbol.text), .integer(fill.quantity.units),
                .integer(fill.price.units), .integer(fill.fee.units),
            ]
        }
        try compare(database, "orders", "order_id, quantity, filled, average_price", of: "execution") {
            body in
            guard case .orderUpdate(let update) = body else { return nil }
            return [
                .text(update.order.id), .integer(update.order.quantity.units), .integer(update.filled.units),
                .integer(update.averagePrice.units),
            ]
        }
        try compare(database, "positions", "symbol, quantity, realised, unrealised", of: "portfolio") {
            body in
            guard case .position(let position) = body else { return nil }
            return [
                .text(position.symbol.text), .integer(position.quantity.units),
                .integer(position.realised.units), .integer(position.unrealised.units),
            ]
        }
        try compare(database, "accounts", "cash, equity, gross", of: "portfolio") { body in
            guard case .account(let account) = body else { return nil }
            return [
                .integer(account.cash.units), .integer(account.equity.units), .integer(account.gross.units),
            ]
        }
        try compare(database, "verdicts", "order_id, approved, quantity", of: "risk") { body in
            guard case .verdict(let verdict) = body else { return nil }
            return [
                .text(verdict.order.id), .integer(verdict.approved ? 1 : 0),
                .integer(verdict.order.quantity.units),
            ]
        }
    }

    private mutating func compare(
        _ database: Database, _ table: String, _ columns: String, of owner: String,
        _ figures: (Body) -> [SQLValue]?
    ) throws {
        let stored = try database.rows("SELECT topic, epoch, number, \(columns) FROM \(table)", []).map {
            values in
            let name = "\(values[0].text ?? ""):\(values[1].integer ?? 0)/\(values[2].integer ?? 0)"
            return Row(name: name, figures: Array(values[3...]))
        }
        rows += stored.count
        guard finding == nil else { return }
        var byName = Dictionary(stored.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        for message in testimony.sent(by: owner) {
            guard let said = figures(message.body) else { continue }
            let name = message.asCause.text
            guard let row = byName.removeValue(forKey: name) else {
                finding = ChaosFinding("SQL", "\(table) has no row of what \(owner) said", at: name)
                return
            }
            guard row.figures == said else {
                finding = ChaosFinding(
                    "SQL", "\(table) has \(row.figures) for (\(columns)), and \(owner) said \(said)", at: name
                )
                return
            }
        }
        if let rest = byName.keys.min() {
            finding = ChaosFinding("SQL", "\(table) has a row of what \(owner) never said", at: rest)
        }
    }
}
