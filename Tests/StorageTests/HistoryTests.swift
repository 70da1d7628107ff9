import Domain
import Testing

@testable import Storage

private let minute: Int64 = 60_000_000_000

private func bar(_ name: String, minute index: Int64, close: Int64 = 101_000_001) -> Bar {
    Bar(
        symbol: Symbol(name) ?? Symbol(), span: minute, openedAt: Timestamp(nanoseconds: index * minute),
        open: Price(units: 100_000_000), high: Price(units: 102_000_000), low: Price(units: -1),
        close: Price(units: close), volume: Volume(units: .max), trades: UInt64(index))
}

/// What each table must hold, made without any database: of two rows of one name the first of a message counts, for
/// it is never said otherwise, and the last of an action.
private func expected(_ messages: [Message]) -> [String: [[SQLValue]]] {
    var rows: [String: [[SQLValue]: [SQLValue]]] = [:]
    for message in messages {
        guard let (table, values) = Projection.row(of: message) else { continue }
        let key = Array(values[..<table.keyCount])
        if table.name == "actions" || rows[table.name]?[key] == nil {
            rows[table.name, default: [:]][key] = values
        }
    }
    return rows.mapValues { sorted(Array($0.values)) }
}

private func stored(_ store: HistoryStore, _ table: SQLTable) throws -> [[SQLValue]] {
    let names = table.columns.map(\.name).joined(separator: ", ")
    return sorted(try store.engine.rows("SELECT \(names) FROM \(table.name)", []))
}

private func sorted(_ rows: [[SQLValue]]) -> [[SQLValue]] { rows.sorted { "\($0)" < "\($1)" } }

private func agree(_ store: HistoryStore, _ messages: [Message]) throws {
    let expected = expected(messages)
    for table in Tables.all where table.name != "bars" {
        let found = try stored(store, table)
        #expect(found.count == expected[table.name]?.count ?? 0, "\(table.name)")
        #expect(found == expected[table.name] ?? [], "\(table.name)")
    }
}

@Suite("History in a database")
struct HistoryTests {
    @Test(
        "a bar that corrects another is what is known now, and the first one stays",
        arguments: Place.Make.allCases)
    func corrections(_ make: Place.Make) throws {
        let place = try Place(make)
        let store = try place.open()
        defer { store.close() }
        var number: UInt64 = 0
        func say(_ topic: Topic, _ bar: Bar, at sentAt: Int64) throws {
            number += 1
            let message = Message(
                topic: topic, number: number, epoch: 1, sentAt: Timestamp(nanoseconds: sentAt),
                sender: "feed.1",
                body: .bar(bar))
            try store.store(message, number: number)
        }
        let symbol = Symbol("KO")!
        let day: Int64 = 1440
        for index in day..<day + 4 {
            try say(.bar("1m", symbol), bar("KO", minute: index), at: (index + 1) * minute)
        }
        for (close, at) in [(Int64(7), day + 5), (9, day + 6)] {
            try say(.correction("1m", symbol), bar("KO", minute: day + 2, close: close), at: at * minute)
        }
        // Of a bar that lies elsewhere already.
        try say(.correction("1m", symbol), bar("KO", minute: day - 3, close: 5), at: (day + 7) * minute)
        try store.commit()
        func page(limit: Int = 100, from: Int64 = 1440) throws -> [Int64] {
            try store.correctedBars(
                symbol: symbol, span: minute, from: Timestamp(nanoseconds: from * minute), to: .distantFuture,
                limit: limit
            ).map(\.close.units)
        }
        let plain: Int64 = 101_000_001
        #expect(try page() == [plain, plain, 9, plain])
        #expect(try page(limit: 2) == [plain, plain] && page(limit: 3) == [plain, plain, 9])
        #expect(try page(limit: 2, from: day - 5) == [5, plain])
        let first = try store.bars(symbol: symbol, span: minute, from: .zero, to: .distantFuture, limit: 100)
        #expect(first.map(\.close.units) == [plain, plain, plain, plain])
        let elsewhere = try store.correctionsOfBarsElsewhere(limit: 10)
        #expect(
            elsewhere == [
                Correction(
                    bar("KO", minute: day - 3, close: 5), knownAt: Timestamp(nanoseconds: (day + 7) * minute))
            ])
        try store.remove(elsewhere)
        try store.remove(first)
        // As long as their day is not known to be over, nobody can tell whether their bar has only not come yet.
        #expect(try store.correctionsOfBarsElsewhere(limit: 10).isEmpty)
        try say(.bar("1m", symbol), bar("KO", minute: 2 * day), at: (2 * day + 1) * minute)
        try store.commit()
        #expect(try store.correctionsOfBarsElsewhere(limit: 10).map(\.bar.close.units) == [7, 9])
    }

    @Test("tells who gave a bar, until its day lies elsewhere", arguments: Place.Make.allCases)
    func origins(_ make: Place.Make) throws {
        let place = try Place(make)
        let store = try place.open()
        defer { store.close() }
        let symbol = Symbol("KO")!
        var number: UInt64 = 0
        for (minutes, provider) in [(Int64(1), "history"), (2, "other"), (2, "another"), (3, "other")] {
            number += 1
            let mark = DataFault(
                symbol: symbol, kind: .providerError, at: Timestamp(nanoseconds: minutes * minute),
                provider: provider)
            let message = Message(topic: .standIn(symbol), number: number, epoch: 1, body: mark.body)
            try store.store(message, number: number)
        }
        try store.commit()
        func known(_ minutes: Int64, of symbol: Symbol = symbol) throws -> [Int64: String] {
            let found = try store.origins(of: symbol, through: Timestamp(nanoseconds: minutes * minute))
            return Dictionary(uniqueKeysWithValues: found.map { ($0.key.nanoseconds / minute, $0.value) })
        }
        #expect(try known(2) == [1: "history", 2: "another"])
        #expect(try known(3, of: Symbol("PEP")!).isEmpty)
        try store.removeOrigins(of: symbol, through: Timestamp(nanoseconds: 2 * minute))
        #expect(try known(3) == [3: "other"])
    }

    @Test("gives back the bars that it was given, on either database", arguments: Place.Make.allCases)
    func bars(_ make: Place.Make) throws {
        let place = try Place(make)
        var store = try place.open()
        let names = ["AAPL", "BRK.B", "ÄÖÜ", ""]
        var number: UInt64 = 0
        for index in Int64(0)..<100 {
            for name in names {
                number += 1
                try store.store(bar(name, minute: 99 - index), number: number)
            }
        }
        try store.commit()
        for close in Int64(1)...2 {
            try store.store(bar("AAPL", minute: 7, close: close), number: number + UInt64(close))
        }
        try store.commit()
        store.close()
        store = try place.open()
        #expect(store.done == number + 2)
        #expect(try store.count() == 400)
        let found = try store.bars(
            symbol: Symbol("AAPL")!, span: minute, from: Timestamp(nanoseconds: 5 * minute),
            to: .distantFuture,
            limit: 4)
        #expect(found == [5, 6, 7, 8].map { bar("AAPL", minute: $0, close: $0 == 7 ? 2 : 101_000_001) })
        #expect(try store.symbols().map(\.symbol.text) == ["", "AAPL", "BRK.B", "ÄÖÜ"])
        store.close()
    }

    @Test(
        "killed anywhere and started again, each message is there once, and as it was said",
        arguments: Place.Make.allCases, [1, 2] as [UInt64])
    func once(_ make: Place.Make, _ seed: UInt64) throws {
        let place = try Place(make)
        var chance = Chance(seed)
        let messages = chance.messages(900)
        var store = try place.open()
        var deaths = 0
        while store.done < messages.count {
            // A few at a time go in as statements, many by COPY.
            let end = min(messages.count, Int(store.done) + 1 + chance.below(chance.below(2) == 0 ? 20 : 400))
            for number in Int(store.done)..<end {
                try store.store(messages[number], number: UInt64(number + 1))
            }
            switch chance.below(4) {
            case 0:
                // Dies before its commit, or in the middle of it.
                if chance.below(2) == 0 {
                    try store.engine.execute("BEGIN")
                    try store.engine.put(
                        [Projection.row(of: messages[end - 1])!.values],
                        into: Projection.row(of: messages[end - 1])!.table)
                }
                store.close()
                deaths += 1
                store = try place.open()
            case 1:
                // Dies after it, and its owner does not know: all that is handed over again is there already.
                try store.commit()
                try store.engine.execute(
                    "UPDATE progress SET done = done - \(min(Int(store.done), chance.below(200)))")
                store.close()
                deaths += 1
                store = try place.open()
            default: try store.commit()
            }
        }
        #expect(deaths > 1)
        try agree(store, messages)
        store.close()
    }

    @Test(
        "another process in the same shard is refused, one of another shard is not",
        arguments: Place.Make.allCases)
    func shards(_ make: Place.Make) throws {
        let place = try Place(make)
        let (store, other, elsewhere) = (try place.open(), try place.open(), try place.open("historian.2"))
        try store.store(bar("KO", minute: 1), number: 1)
        try other.store(bar("KO", minute: 2), number: 2)
        try elsewhere.store(bar("KO", minute: 3), number: 1)
        try other.commit()
        try elsewhere.commit()
        let refused = try #require(throws: StorageError.self) { try store.commit() }
        #expect(refused.kind == .locked)
        #expect(refused.description.contains("shard historian.1 stands at command 2 and not at 0"))
        #expect(try other.count() == 2)
        for store in [store, other, elsewhere] { store.close() }
    }

    @Test("days that are over are told, and taken out as they were read", arguments: Place.Make.allCases)
    func daysThatAreOver(_ make: Place.Make) throws {
        let place = try Place(make)
        let store = try place.open()
        for index in Int64(0)..<3000 {
            try store.store(bar("KO", minute: index), number: UInt64(2 * index + 1))
            try store.store(bar("IBM", minute: index % 1440), number: UInt64(2 * index + 2))
        }
        try store.commit()
        let over = try store.seriesOfDaysThatAreOver()
        #expect(over.map(\.symbol.text) == ["KO"])
        let series = try #require(over.first)
        let bars = try store.bars(
            symbol: series.symbol, span: minute, from: .distantPast, to: series.last + 1, limit: .max)
        #expect(bars == (Int64(0)..<2880).map { bar("KO", minute: $0) })
        let other = try #require(throws: StorageError.self) { try store.remove([bars[0], bars[2]]) }
        #expect(other.description.contains("KO has 3 bars where 2 were read"))
        #expect(try store.count() == 4440)
        try store.remove(bars)
        #expect(try store.count() == 1560)
        #expect(try store.seriesOfDaysThatAreOver().isEmpty)
        store.close()
    }

    @Test("a database of a newer program is refused in a sentence", arguments: Place.Make.allCases)
    func newer(_ make: Place.Make) throws {
        let place = try Place(make)
        let store = try place.open()
        try store.engine.execute("UPDATE schema_version SET version = 99")
        store.close()
        let error = try #require(throws: StorageError.self) { try place.open() }
        #expect(error.kind == .newerSchema)
        #expect(
            error.description.contains("the database has layout 99, and this program knows layouts up to 4"))
    }

    @Test("several that make the tables at once make them once", arguments: Place.Make.allCases)
    func together(_ make: Place.Make) async throws {
        let place = try Place(make)
        let (path, server) = (place.scratch.database, place.server?.address)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in 1...6 {
                group.addTask {
                    let shard = "historian.\(part)"
                    let store =
                        if let server { try HistoryStore(server, shard: shard) } else {
                            try HistoryStore(path: path, shard: shard)
                        }
                    try store.store(bar("KO", minute: Int64(part)), number: 1)
                    try store.commit()
                    store.close()
                }
            }
            try await group.waitForAll()
        }
        let store = try place.open()
        #expect(try store.count() == 6)
        store.close()
    }
}
