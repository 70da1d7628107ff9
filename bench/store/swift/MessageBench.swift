import Domain
import Storage

/// Messages into a database: from what a machine was told to rows that are there for good.
struct MessageBench {
    static let count = 100_000
    /// So many at a time, as much as waits while a batch is being stored.
    private static let batch = 20_000

    /// Orders and fills, half and half, as execution says them.
    private static func messages() -> [Message] {
        (0..<count).map { index in
            let order = Order(
                id: "\(String(index, radix: 16))-5f3a9c", account: "paper", strategy: "sma-crossover",
                symbol: Symbol(["AAPL", "MSFT", "IBM", "KO"][index % 4])!,
                side: index % 3 == 0 ? .sell : .buy,
                quantity: Quantity(index % 900 + 1), limit: Price(units: Int64(index) * 10_000),
                validUntil: Timestamp(nanoseconds: Int64(index)))
            let body: Body =
                index % 2 == 0
                ? OrderUpdate(order: order, status: .accepted, reason: "the average of 10 crossed that of 30")
                    .body
                : Fill(
                    id: "f\(index)", orderId: order.id, account: "paper", strategy: "sma-crossover",
                    symbol: order.symbol, quantity: order.quantity,
                    price: Price(units: Int64(index) * 10_000),
                    at: Timestamp(nanoseconds: Int64(index))
                ).body
            return Message(
                topic: .orders(of: "paper"), number: UInt64(index + 1), epoch: 1,
                sentAt: Timestamp(nanoseconds: 1_700_000_000_000_000_000 + Int64(index)),
                sender: "execution.1",
                cause: Cause(topic: .verdict, epoch: 1, number: UInt64(index + 1)), body: body)
        }
    }

    /// `file` is one that is not there yet; `server` is an address for libpq of an empty database.
    static func measure(file: String, server: String, _ timed: (String, () throws -> Int) throws -> Void)
        throws
    {
        let messages = messages()
        for (name, open) in [
            ("messages sqlite", { try HistoryStore(path: file, shard: "bench") }),
            ("messages postgres", { try HistoryStore(PostgresAddress(server), shard: "bench") }),
        ] as [(String, () throws -> HistoryStore)] {
            let store = try open()
            defer { store.close() }
            try timed(name) {
                for (index, message) in messages.enumerated() {
                    try store.store(message, number: UInt64(index + 1))
                    if store.pending == batch { try store.commit() }
                }
                try store.commit()
                return messages.count
            }
        }
    }
}
