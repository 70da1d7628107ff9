import Domain

/// What a client asks of the market's history, page by page: bars, quotes and trades of several symbols, sorted by
/// symbol and time, with a token that leads to the next page.
extension Venue {
    enum HistoryKind: String {
        case bars, quotes, trades
    }

    private struct Query {
        var start: Timestamp
        var end: Timestamp
        var limit: Int
        var isDescending: Bool
        var frame: Timeframe?
    }

    /// Where a page begins: the place of the symbol among those asked for, and how many of its items were told.
    private struct Place {
        var symbol: String
        var count: Int

        var token: String { Base64.text(of: "\(symbol)|\(count)".utf8) }

        init(_ symbol: String, _ count: Int) {
            self.symbol = symbol
            self.count = count
        }

        init?(_ token: String) {
            guard let bytes = Base64.bytes(of: token) else { return nil }
            let parts = String(decoding: bytes, as: UTF8.self).split(separator: "|")
            guard parts.count == 2, let count = Int(parts[1]), count >= 0 else { return nil }
            self.init(String(parts[0]), count)
        }
    }

    func history(_ kind: HistoryKind, _ request: AlpacaRequest, of one: String?) throws(Refusal) -> Document {
        var names = one.map { [$0] } ?? request.list("symbols")
        guard !names.isEmpty else { throw .badQuery("symbols is required") }
        names = Array(Set(names.map { $0.uppercased() })).sorted()
        let query = try query(kind, request)
        var place: Place?
        if let token = request.value("page_token") {
            guard let found = Place(token), names.contains(found.symbol) else {
                throw .badQuery("invalid page_token: \(token)")
            }
            place = found
        }
        var pages: [(key: String, value: Document)] = []
        var left = query.limit
        var next: Document = .null
        for name in names {
            if let place, name < place.symbol { continue }
            guard let symbol = symbolNumbers[name] else { continue }
            let told = place?.symbol == name ? place?.count ?? 0 : 0
            let page = page(kind, symbol, query, from: told, count: left)
            guard !page.items.isEmpty else {
                guard page.hasMore else { continue }
                next = .text(Place(name, told).token)
                break
            }
            pages.append((name, .list(page.items)))
            left -= page.items.count
            if page.hasMore {
                next = .text(Place(name, told + page.items.count).token)
                break
            }
        }
        if let one {
            return .object([
                ("symbol", .text(one)), (kind.rawValue, pages.first?.value ?? .null),
                ("next_page_token", next),
            ])
        }
        return .object([(kind.rawValue, .object(pages)), ("next_page_token", next)])
    }

    private func query(_ kind: HistoryKind, _ request: AlpacaRequest) throws(Refusal) -> Query {
        if let adjustment = request.value("adjustment") {
            let known: Set<Substring> = ["raw", "split", "dividend", "spin-off", "all"]
            guard adjustment.split(separator: ",").allSatisfy(known.contains) else {
                throw .badQuery("invalid adjustment: \(adjustment)")
            }
        }
        if let feed = request.value("feed") {
            guard ["sip", "iex", "otc", "boats", "delayed_sip", "overnight"].contains(feed) else {
                throw .badQuery("invalid feed: \(feed)")
            }
        }
        let sort = request.value("sort") ?? "asc"
        guard sort == "asc" || sort == "desc" else { throw .badQuery("invalid sort: \(sort)") }
        let today = EasternTime.moment(on: VenueHours.day(of: now), at: 0)
        var frame: Timeframe?
        if kind == .bars {
            guard let text = request.value("timeframe") else { throw .badQuery("timeframe is required") }
            frame = try Timeframe(text)
        }
        var end = try request.moment("end") ?? now
        // A day as an end means all of it.
        if let text = request.value("end"), (try? CivilDate(text)) != nil { end += Nanoseconds.day - 1 }
        return Query(
            start: try request.moment("start") ?? today, end: min(end, now),
            limit: try request.count("limit", default: 1000, in: 1...10_000), isDescending: sort == "desc",
            frame: frame)
    }

    /// So many items behind those that were told already, and whether there are more. Only they are made.
    private func page(
        _ kind: HistoryKind, _ symbol: Int, _ query: Query, from told: Int, count: Int
    ) -> (items: [Document], hasMore: Bool) {
        guard query.start <= query.end else { return ([], false) }
        if let frame = query.frame {
            let bars = memory.bars(symbol, frame, from: query.start, through: query.end)
            let chosen = (query.isDescending ? bars.reversed() : bars).dropFirst(told)
            return (chosen.prefix(count).map(\.document), chosen.count > count)
        }
        var items: [Document] = []
        var passed = 0
        let bars = memory.instruments[symbol].bars
        // Bars that began before may reach into the time that is asked for.
        let first = max(memory.firstBar(symbol, at: query.start) - 1, 0)
        let last = memory.firstBar(symbol, at: query.end + 1)
        guard first < last else { return ([], false) }
        for step in 0..<(last - first) {
            let ticks = BarTicks(
                bars[query.isDescending ? last - 1 - step : first + step], spread: memory.spread)
            for index in 0..<BarTicks.count {
                let place = query.isDescending ? BarTicks.count - 1 - index : index
                guard ticks.at(place) >= query.start, ticks.at(place) <= query.end else { continue }
                passed += 1
                if passed <= told { continue }
                if items.count == count { return (items, true) }
                items.append(kind == .quotes ? ticks[place].quote.document : ticks[place].trade.document)
            }
        }
        return (items, false)
    }
}

extension Quote {
    var document: Document {
        [
            "t": .moment(at), "ax": "V", "ap": .figure(ask), "as": .integer(askSize.units / Volume.scale),
            "bx": "V", "bp": .figure(bid), "bs": .integer(bidSize.units / Volume.scale), "c": ["R"], "z": "C",
        ]
    }
}

extension Trade {
    var document: Document {
        [
            "t": .moment(at), "x": "V", "p": .figure(price), "s": .integer(max(size.units / Volume.scale, 1)),
            "c": ["@"], "i": .integer(Int64(bitPattern: id)), "z": "C",
        ]
    }
}
